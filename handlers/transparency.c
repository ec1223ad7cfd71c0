/*
 * transparency: the yearly figures of moderation, for everybody.
 *
 *   GET /transparency        year={2026}; without it this year
 *   GET /transparency.csv    the same figures as a table
 *
 * Who    anyone
 * Views  views/transparency.html and .json of struct transparency_page
 */
#include "base/str.h"
#include "pages/transparency.h"
#include "web/req.h"

static enum rc show_file(struct req *r)
{
    struct transparency t;

    TRY(transparency_read(r->db, r->arena, transparency_asked(r), &t));
    reply_header(
        r, "Content-Disposition",
        arena_printf(r->arena, "attachment; filename=\"transparency-%" PRId64 ".csv\"", t.year));
    transparency_sheet(reply_type(r, "text/csv; charset=utf-8"), &t);
    return RC_OK;
}

static enum rc show(struct req *r)
{
    struct transparency_page page;

    if (str_eq(req_segment(r, 0), "transparency.csv"))
        return show_file(r);
    TRY(transparency_page_of(r, &page));
    return RENDER(r, transparency, &page);
}

int main(void)
{
    static const struct endpoint transparency = {
        .name = "transparency",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&transparency, error_view);
}
