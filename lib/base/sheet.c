#include "base/sheet.h"

static void next_cell(struct sb *o)
{
    if (o->len && o->buf[o->len - 1] != '\n')
        SB_LIT(o, ",");
}

void sheet_text(struct sb *o, const char *cell)
{
    next_cell(o);
    SB_LIT(o, "\"");
    if (cell[0] && strchr("=+-@\t\r", cell[0]))
        SB_LIT(o, "'");
    for (size_t n; *cell; cell += n) {
        n = strcspn(cell, "\"");
        sb_add(o, cell, n);
        if (cell[n] == '"') {
            SB_LIT(o, "\"\"");
            n++;
        }
    }
    SB_LIT(o, "\"");
}

void sheet_int(struct sb *o, int64_t cell)
{
    assert(cell >= 0);
    next_cell(o);
    sb_addf(o, "%" PRId64, cell);
}

void sheet_end(struct sb *o) { SB_LIT(o, "\r\n"); }
