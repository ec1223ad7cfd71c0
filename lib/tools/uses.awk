# uses: which page builders and compiled views each program is linked with, as make rules.
#
#   awk -v B=build/plain -f lib/tools/uses.awk handlers/*.c handlers/pages/*.[ch]
#       handlers/views/models/*.h handlers/views/*.{html,json,xml}
#
# A program uses the page builders whose headers it includes and the views that the included models
# declare (HTML_VIEW, JSON_VIEW, XML_VIEW of web/html.h); so do page builders; a view uses the views
# that it shows ({{>NAME}}). All of this is followed to its end, so that a changed view relinks the
# programs that show it, and no others. A view is also compiled again when the model of a view that
# it shows changes.

function uses(from, to) {
    if ((from, to) in seen) return
    seen[from, to] = 1
    list[from] = list[from] " " to
}
function stem(path) { sub(/^.*\//, "", path); sub(/\.[a-z]*$/, "", path); return path }

FNR == 1 {
    name = stem(FILENAME); ending = FILENAME; sub(/^.*\./, "", ending)
    if (FILENAME ~ /\/models\//) me = "model " name
    else if (FILENAME ~ /\/pages\//) me = "page " name
    else if (FILENAME ~ /\/views\//) me = "view " name "." ending
    else { me = "program " name; programs[++n] = name }
}
match($0, /^#include "(pages|views\/models)\/[a-z0-9_]+\.h"/) {
    to = stem(substr($0, 11, RLENGTH - 11))
    uses(me, (/"pages\// ? "page " : "model ") to)
}
match($0, /^(HTML|JSON|XML)_VIEW\([a-z0-9_]+/) {
    kind = tolower(substr($0, 1, index($0, "_") - 1)); at = index($0, "(")
    uses(me, "view " substr($0, at + 1, RLENGTH - at) "." kind)
}
me ~ /^view/ {
    rest = $0
    while (match(rest, /\{\{>[a-z0-9_]+/)) {
        shown = substr(rest, RSTART + 3, RLENGTH - 3) "." ending
        uses(me, "view " shown)
        print B "/gen/" name "." ending ".c: " B "/gen/" shown ".model"
        rest = substr(rest, RSTART + RLENGTH)
    }
}

function follow(from,    parts, count, i, kind, to) {
    if (from in done) return
    done[from] = 1
    count = split(list[from], parts, " ")
    for (i = 1; i < count; i += 2) {
        kind = parts[i]; to = parts[i + 1]
        if (!((kind " " to) in done)) {
            if (kind == "page") objects = objects " " B "/handlers/pages/" to ".o"
            if (kind == "view") objects = objects " " B "/gen/" to ".o"
        }
        follow(kind " " to)
    }
}
END {
    for (i = 1; i <= n; i++) {
        split("", done); objects = ""
        follow("program " programs[i])
        print B "/handlers/" programs[i] ":" objects
    }
}
