#include "base/csv.h"
#include "base/sb.h"
#include "base/str.h"

void csv_begin(struct csv *c, const char *text)
{
    static const char byte_order_mark[] = "\xef\xbb\xbf";
    int commas = 0;
    bool quoted = false;

    *c = (struct csv){ .at = text, .next_line = 1 };
    if (str_starts(text, byte_order_mark))
        c->at += strlen(byte_order_mark);
    for (const char *p = c->at; *p && (quoted || *p != '\n'); p++) {
        quoted ^= *p == '"';
        if (!quoted)
            commas += (*p == ',') - (*p == ';');
    }
    c->separator = commas < 0 ? ';' : ',';
}

void csv_begin_at(struct csv *c, const char *at, int64_t line, char separator)
{
    *c = (struct csv){ .at = at, .separator = separator, .next_line = line };
}

static bool ends_field(const struct csv *c)
{
    return strchr("\r\n", *c->at) || *c->at == c->separator; /* true also at the final 0 */
}

static enum rc quoted_field(struct csv *c, struct sb *o)
{
    for (c->at++; *c->at; c->at++) {
        if (*c->at == '"' && *++c->at != '"') /* two quotes are one */
            return ends_field(c) ? RC_OK : RC_INVALID;
        c->next_line += *c->at == '\n';
        sb_add(o, c->at, 1);
    }
    return RC_INVALID;
}

static enum rc field(struct csv *c, struct arena *a, const char **out)
{
    struct sb o = { .a = a };

    if (*c->at == '"')
        TRY(quoted_field(c, &o));
    else
        for (; !ends_field(c); c->at++) {
            if (*c->at == '"')
                return RC_INVALID;
            sb_add(&o, c->at, 1);
        }
    *out = o.buf ? o.buf : "";
    return RC_OK;
}

enum rc csv_next(struct csv *c, struct arena *a, struct csv_row *row)
{
    while (*c->at == '\r' || *c->at == '\n')
        c->next_line += *c->at++ == '\n';
    if (*c->at == 0)
        return RC_NOT_FOUND;
    c->line = c->next_line;
    row->n = 0;
    for (;; c->at++) {
        if (row->n == CSV_FIELDS_MAX)
            return RC_INVALID;
        TRY(field(c, a, &row->fields[row->n]));
        row->n++;
        if (*c->at != c->separator)
            return RC_OK;
    }
}
