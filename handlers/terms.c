/*
 * terms: what the site promises about money, always according to the current config, and what the
 * operator adds (settings.c).
 *
 *   GET /terms
 *
 * Who    anyone
 * Views  views/terms.html and views/terms.json, both of struct terms_page
 */
#include "base/conf.h"
#include "pages/settings.h"
#include "pages/terms.h"
#include "web/req.h"

static enum rc show(struct req *r)
{
    struct terms_page page = { .frame = frame_of(r, "Terms", "terms"), .terms = terms_now() };

    page.frame.description = "What the subscription costs, where the money goes, and the rules.";
    page.notice_days = conf()->change_notice_days;
    page.may_edit = r->viewer.role >= ROLE_OPERATOR;
    TRY(live_text(r->db, r->arena, "terms", r->now_ms, &page.text));
    TRY(settings_announced(r, &page.ahead));
    page.own = html_lines(r->arena, page.text);
    return RENDER(r, terms, &page);
}

int main(void)
{
    static const struct endpoint terms = {
        .name = "terms",
        .who = ANYONE,
        .db = DB_READER,
        .on = { [GET] = show },
    };
    return serve(&terms, error_view);
}
