/*
 * terms_edit: the operator's own part of the terms.
 *
 *   GET  /admin/terms
 *   POST /admin/terms   do=preview|save, text    303 back once it is saved
 *
 * Who    operators
 * Views  views/terms_edit.html and views/terms_edit.json, both of struct terms_page
 */
#include "app/site/setting.h"
#include "base/str.h"
#include "pages/terms.h"
#include "web/req.h"

enum { PERCENT_ENCODED = 3 }; /* bytes in a form for each byte of a text, at worst */

static struct terms_page page_of_text(struct req *r, const char *text)
{
    struct terms_page page = {
        .frame = frame_of(r, "Edit the terms", "admin"),
        .why = r->why,
        .text = text,
        .own = html_lines(r->arena, text),
    };
    return page;
}

static enum rc show(struct req *r)
{
    const char *text;

    TRY(setting_get(r->db, r->arena, "terms", "", &text));
    struct terms_page page = page_of_text(r, text);
    if (str_eq(query_str(r, "done"), "saved"))
        page.frame.notice = "The terms have been saved and are in force.";
    return RENDER(r, terms_edit, &page);
}

static enum rc save(struct req *r, const char *text)
{
    if (strlen(text) > SETTING_MAX_BYTES)
        return refuse(&r->why, RC_TOO_LARGE, "text",
                      "This text is too long: it may have at most "
                      "60 000 bytes.");
    return setting_set(r->db, "terms", text, r->viewer.user_id, r->now_ms);
}

static enum rc change(struct req *r)
{
    static const char *const acts[] = { "preview", "save" };
    const char *text = str_clean(r->arena, form_str(r, "text"), true);
    size_t act;

    TRY(form_choice(r, "do", acts, COUNT(acts), &act));
    r->act = act ? "new terms" : NULL;
    enum rc rc = act ? save(r, text) : RC_OK;
    if (act && rc == RC_OK)
        return reply_see_other(r, "/admin/terms?done=saved");
    struct terms_page page = page_of_text(r, text);
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, terms_edit, &page);
    page.frame.notice = "This is how it will look. It is not saved yet.";
    return RENDER(r, terms_edit, &page);
}

int main(void)
{
    static const struct endpoint terms_edit = {
        .name = "terms_edit",
        .who = OPERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = PERCENT_ENCODED * SETTING_MAX_BYTES + 1024,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&terms_edit, error_view);
}
