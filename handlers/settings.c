/*
 * settings: settings and texts that operators change while the site runs (app/site/live.h).
 *
 *   GET  /admin/settings           all of them, and what is planned
 *   GET  /admin/settings/{name}    one: its form and its history
 *   POST /admin/settings/{name}    do=preview    value: a text is shown as it will look
 *                                  do=save       value, from, until, reason, correction     303 back
 *                                  do=reset      from, reason: as in the config file again; 303 back
 *                                  do=withdraw   id     303 back
 *
 * Who    operators; the form and what changes something need a fresh proof
 * Views  views/settings.html and .json of struct settings_page, views/setting.html and .json of struct
 *        setting_page
 */
#include "base/str.h"
#include "pages/settings.h"
#include "web/req.h"

enum { PERCENT_ENCODED = 3 }; /* bytes in a form for each byte of a text, at worst */
enum what { PREVIEW, SAVE, RESET, WITHDRAW };
static const char *const whats[] = { "preview", "save", "reset", "withdraw" };

static const char *notice_of(const struct req *r)
{
    const char *done = query_str(r, "done");

    return str_eq(done, "saved")
               ? "Saved. It is in force on every page within seconds, or from its date on."
           : str_eq(done, "told")      ? "Planned. All members are told."
           : str_eq(done, "withdrawn") ? "Withdrawn. Nothing changes on that date."
                                       : "";
}

static enum rc show(struct req *r)
{
    const char *name = req_segment(r, 2);
    struct settings_page all;
    struct setting_page one;

    if (name[0]) {
        TRY(req_wants_json(r) ? RC_OK : fresh_need(r)); /* before something is typed */
        TRY(setting_page_of(r, name, &one));
        one.frame.notice = notice_of(r);
        return RENDER(r, setting, &one);
    }
    TRY(settings_page_of(r, &all));
    return RENDER(r, settings, &all);
}

static enum rc save(struct req *r, const struct live_key *k, bool reset)
{
    struct live_change c = { .name = k->name,
                             .reason = form_str(r, "reason"),
                             .shell = "",
                             .by_user = r->viewer.user_id,
                             .correction = form_has(r, "correction") };
    bool tell;

    TRY(setting_date(r, "from", &c.from_ms));
    TRY(setting_date(r, "until", &c.until_ms));
    if (!reset)
        TRY(setting_typed(r, k, &c.value));
    TRY(live_set(r->db, r->arena, &c, r->now_ms, &tell, &r->why));
    return reply_see_other(r, "/admin/settings/%s?done=%s", k->name, tell ? "told" : "saved");
}

static enum rc withdraw(struct req *r, const struct live_key *k)
{
    int64_t id;

    TRY(form_i64(r, "id", 1, INT64_MAX, &id));
    TRY(live_withdraw(r->db, r->arena, id, (struct actor){ r->viewer.user_id, "" }, r->now_ms,
                      &r->why));
    return reply_see_other(r, "/admin/settings/%s?done=withdrawn", k->name);
}

static enum rc change(struct req *r)
{
    const struct live_key *k = live_key(req_segment(r, 2));
    struct setting_page page;
    enum rc rc = RC_OK;
    size_t what;

    if (k == NULL)
        return RC_NOT_FOUND;
    TRY(form_choice(r, "do", whats, COUNT(whats), &what));
    if (what != PREVIEW) {
        r->act = arena_printf(r->arena, "setting %s: %s", k->name, whats[what]);
        TRY(fresh_need(r));
        rc = what == WITHDRAW ? withdraw(r, k) : save(r, k, what == RESET);
    }
    if (what != PREVIEW && (rc == RC_OK || !reply_can_explain(r, rc)))
        return rc;
    TRY(setting_page_of(r, k->name, &page));
    if (what != PREVIEW)
        return RENDER_AGAIN(r, rc, setting, &page);
    page.frame.notice = "This is how it will look. It is not saved yet.";
    return RENDER(r, setting, &page);
}

int main(void)
{
    static const struct endpoint settings = {
        .name = "settings",
        .who = OPERATOR,
        .db = DB_ORDINARY,
        .body_max_bytes = PERCENT_ENCODED * LIVE_TEXT_MAX_BYTES + 4096,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&settings, error_view);
}
