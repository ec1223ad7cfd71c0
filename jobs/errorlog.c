/*
 * errorlog: takes what lighttpd says of itself, and what its programs print when they crash, and puts it
 * into error.log in the form of all lines there, without queries, signatures and tokens. lighttpd starts
 * it (lighttpd.conf) and starts it again when it ends.
 *
 * Reads stdin to its end. Exit: 0, 64 wrong usage.
 */
#include "base/log.h"
#include "base/str.h"

/* Behind lighttpd's own time, as in "2026-11-30 19:45:12: ". */
static const char *text_of(const char *line)
{
    enum { TIME_CHARS = 21 };
    return strspn(line, "0123456789-: ") == TIME_CHARS ? line + TIME_CHARS : line;
}

enum { USAGE_EXIT = 64 /* EX_USAGE of sysexits.h */ };

int main(int argc, char **argv)
{
    char line[LOG_MAX_BYTES];

    if (argc > 1) {
        bool help = argc == 2 && str_eq(argv[1], "--help");
        fputs("usage: errorlog <LINES\nPuts the lines into VAR/log/error.log; for lighttpd.\n",
              help ? stdout : stderr);
        return help ? 0 : USAGE_EXIT;
    }
    log_begin("lighttpd", LOG_ERROR);
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = 0;
        if (line[0])
            log_foreign(text_of(line));
    }
    return 0;
}
