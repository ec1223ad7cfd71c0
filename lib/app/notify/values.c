#include "app/notify/values.h"
#include "base/fmt.h"
#include "base/sb.h"
#include "base/str.h"

static const struct {
    const char *name;
    enum notice_shown shown;
    size_t offset;
} rows[] = {
#define ROW(name, shown, meaning) { #name, shown, offsetof(struct notice_values, name) },
    NOTICE_VALUES(ROW)
#undef ROW
};

static const char **field(const struct notice_values *values, size_t row)
{
    return (const char **)((uintptr_t)values + rows[row].offset);
}

/* One or several lines without control characters, not longer than they may be. */
static const char *tidy(struct arena *a, const char *s, enum notice_shown shown)
{
    static const size_t max_chars[] = { [PLAIN] = NOTICE_PLAIN_MAX_CHARS,
                                        [TYPED] = NOTICE_TYPED_MAX_CHARS,
                                        [LINES] = NOTICE_LINES_MAX_CHARS,
                                        [VIDEOS] = NOTICE_LINES_MAX_CHARS };
    char *out = str_clean(a, s, shown == LINES || shown == VIDEOS);

    bool is_text = str_is_text(out, strlen(out), true);
    for (char *c = out; *c; c++)
        if (((unsigned char)*c < ' ' && *c != '\n') || *c == 0x7f || (!is_text && (*c & 0x80)))
            *c = ' ';
    bool longer = str_chars(out) > max_chars[shown];
    return longer ? arena_printf(a, "%s…", fmt_cut(a, out, max_chars[shown] - 1)) : out;
}

char *notice_values_write(struct arena *a, const struct notice_values *values)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "");
    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *s = *field(values, i);
        if (s == NULL)
            continue;
        sb_addf(&o, "%s=", rows[i].name);
        for (s = tidy(a, s, rows[i].shown); *s; s++)
            sb_add(&o, *s == '\n' ? "\n\t" : s, *s == '\n' ? 2 : 1);
        SB_LIT(&o, "\n");
    }
    return o.buf ? o.buf : arena_str(a, "");
}

/* The value that begins at s, and the end of its last line in *end. */
static char *value_at(struct arena *a, const char *s, const char **end)
{
    char *out = arena_str(a, s), *to = out;

    for (; *s && !(*s == '\n' && s[1] != '\t'); s++) {
        *to++ = *s;
        s += *s == '\n'; /* its tab */
    }
    *to = 0;
    *end = s;
    return out;
}

void notice_values_read(struct arena *a, const char *text, struct notice_values *out)
{
    *out = (struct notice_values){ 0 };
    while (*text) {
        size_t n = strcspn(text, "=\n");
        const char *end = text + n, *value = text[n] == '=' ? value_at(a, text + n + 1, &end) : "";
        for (size_t i = 0; i < COUNT(rows); i++)
            if (strlen(rows[i].name) == n && strncmp(rows[i].name, text, n) == 0)
                *field(out, i) = value;
        text = end + (*end == '\n');
    }
}
