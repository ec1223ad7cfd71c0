/*
 * mails: which mails a member wants, of those that one can do without.
 *
 *   GET  /account/mail   each kind, and whether it is wanted
 *   POST /account/mail   want={kind}&want=...: these are sent, the others are not; 303 back
 *
 * Who    signed in; members see and change only their own
 * Views  views/mail_choices.html and views/mail_choices.json, both of struct mail_choices_page
 */
#include "app/notify/choice.h"
#include "base/str.h"
#include "io/mail.h"
#include "pages/frame.h"
#include "views/models/mail_choices.h"
#include "web/req.h"

static enum rc fill(struct req *r, struct mail_choices_page *page)
{
    *page = (struct mail_choices_page){
        .frame = frame_of(r, "Mails to you", "account"),
        .why = r->why,
        .email = r->viewer.email,
        .is_on = mail_is_on(),
    };
    if (str_eq(query_str(r, "done"), "saved"))
        page->frame.notice = "Saved.";
    return notice_choices(r->db, r->arena, r->viewer.user_id, &page->choices);
}

static enum rc show(struct req *r)
{
    struct mail_choices_page page;

    TRY(fill(r, &page));
    return RENDER(r, mail_choices, &page);
}

/* In JSON a list: want.0, want.1. */
static bool is_want(const struct field *f)
{
    return str_eq(f->name, "want") || str_starts(f->name, "want.");
}

/* Mark what is wanted. RC_INVALID: a kind that is none, or cannot be chosen. */
static enum rc read_wanted(struct req *r, struct notice_choice_list *choices)
{
    for (size_t i = 0; i < choices->n; i++)
        choices->items[i].wanted = false;
    for (size_t k = 0; k < r->form.n; k++) {
        bool known = !is_want(&r->form.items[k]);
        for (size_t i = 0; !known && i < choices->n; i++)
            if (str_eq(r->form.items[k].value, choices->items[i].word))
                known = choices->items[i].wanted = true;
        if (!known)
            return refuse(&r->why, RC_INVALID, NULL, "Choose from the mails in the list.");
    }
    return RC_OK;
}

static enum rc choose(struct req *r)
{
    struct mail_choices_page page;

    TRY(fill(r, &page));
    struct notice_choice_list *choices = &page.choices;
    enum rc rc = read_wanted(r, choices);
    page.why = r->why;
    if (rc != RC_OK)
        return RENDER_AGAIN(r, rc, mail_choices, &page);
    for (size_t i = 0; i < choices->n; i++)
        TRY(notice_choose(r->db, r->viewer.user_id, choices->items[i].kind,
                          choices->items[i].wanted, r->now_ms));
    return reply_see_other(r, "/account/mail?done=saved");
}

int main(void)
{
    static const struct endpoint mails = {
        .name = "mails",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = 4096,
        .on = { [GET] = show, [POST] = choose },
    };
    return serve(&mails, error_view);
}
