/*
 * verify: the links in our mails about addresses, and the page of an address that is only claimed.
 *
 *   GET  /verify                   the claimed address, to be mailed again or corrected
 *   POST /verify           email   send the mail again, there; 303 back
 *   GET  /verify?token=            asks whether the address is yours
 *   POST /verify?token=            it is: the account is confirmed
 *   GET  /verify/address?token=    asks whether to use a new address
 *   POST /verify/address?token=    it is used; the old address is told
 *   GET  /verify/undo?token=       asks for a new password
 *   POST /verify/undo?token=   password    the old address and a new password; all log-ins end
 *
 * Only a POST uses a link up: programs that check mail follow links.
 *
 * Who    whoever has the link; without one, signed in
 * Views  views/verify.html and .json of struct verify_page
 */
#include "app/people/recover.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/frame.h"
#include "views/models/verify.h"
#include "web/req.h"

enum { VERIFY_FORM_MAX_BYTES = 8 * 1024 };

/* What the address of the page is about. */
static const struct about {
    const char *segment, *state, *heading, *used, *over;
    enum link_purpose purpose;
} abouts[] = {
    { "", "confirm", "Is this your address?", "This address is confirmed already.",
      "This link no longer works. Log in with your handle and ask for a new one. An account whose "
      "address was not confirmed is deleted after three days; then please sign up again.",
      LINK_CONFIRM },
    { "address", "address", "Use this address?", "This link was used: the address is changed.",
      "This link no longer works. Log in and change the address once more.", LINK_ADDRESS },
    { "undo", "undo", "Take the change back", "This link was used: the change was taken back.",
      "This link no longer works. If somebody else uses your account, please write to us.",
      LINK_UNDO },
};

static const struct about *about_of(const struct req *r)
{
    for (size_t i = 1; i < COUNT(abouts); i++)
        if (str_eq(req_segment(r, 1), abouts[i].segment))
            return &abouts[i];
    return &abouts[0];
}

static struct verify_page page_of(struct req *r, const char *heading, const char *state)
{
    return (struct verify_page){
        .frame = frame_of(r, heading, r->viewer.user_id ? "account" : ""),
        .why = r->why,
        .heading = heading,
        .state = state,
        .text = "",
        .token = query_str(r, "token"),
        .address = "",
        .handle = "",
    };
}

static enum rc answer(struct req *r, enum rc rc, struct verify_page *page)
{
    if (rc == RC_OK)
        return RENDER(r, verify, page);
    return RENDER_AGAIN(r, rc, verify, page);
}

/* The link cannot be used, and what to do instead. */
static enum rc show_gone(struct req *r, enum rc rc, const struct link *link)
{
    const struct about *about = about_of(r);
    struct verify_page page = page_of(r, "This link does not work", "gone");

    page.text = rc == RC_NOT_FOUND ? "We do not know this link. Was it copied as a whole?"
                : link->used_ms    ? about->used
                                   : about->over;
    r->status = status_of(rc);
    return RENDER(r, verify, &page);
}

static enum rc show_link(struct req *r, enum rc refusal)
{
    const struct about *about = about_of(r);
    struct account account;
    struct link link;
    enum rc rc = link_look(r->db, r->arena, about->purpose, query_str(r, "token"), r->now_ms,
                           &link);

    if (rc == RC_NOT_FOUND || rc == RC_GONE)
        return show_gone(r, rc, &link);
    TRY(rc);
    TRY(account_get(r->db, r->arena, link.user_id, &account));
    struct verify_page page = page_of(r, about->heading, about->state);
    page.address = link.data;
    page.handle = account.handle;
    return answer(r, refusal, &page);
}

static enum rc show_done(struct req *r, const char *heading, const char *text)
{
    struct verify_page page = page_of(r, heading, "done");

    page.text = text;
    return RENDER(r, verify, &page);
}

static enum rc show_claim(struct req *r, enum rc refusal)
{
    struct verify_page page = page_of(r, "Confirm your address", "claimed");
    struct address_claim claim;

    TRY(address_claim_of(r->db, r->arena, r->viewer.user_id, &claim));
    if (claim.until_ms == 0)
        return show_done(r, "Your address is confirmed",
                         arena_printf(r->arena, "%s is confirmed.", claim.email));
    page.address = form_has(r, "email") ? form_str(r, "email") : claim.email;
    page.handle = r->viewer.handle;
    page.until_ms = claim.until_ms;
    if (str_eq(query_str(r, "done"), "sent"))
        page.frame.notice = "The mail is on its way again.";
    return answer(r, refusal, &page);
}

static enum rc show(struct req *r)
{
    const char *done = query_str(r, "done");

    if (query_str(r, "token")[0] || req_segment(r, 1)[0])
        return show_link(r, RC_OK);
    if (str_eq(done, "confirmed"))
        return show_done(r, "Your address is confirmed",
                         "Thank you. Everything on this site is open to you now.");
    if (str_eq(done, "changed"))
        return show_done(r, "Your address is changed",
                         "From now on you log in with the new address. The old one was told.");
    return r->viewer.user_id ? show_claim(r, RC_OK) : RC_SIGN_IN;
}

static enum rc send_again(struct req *r)
{
    if (!r->viewer.user_id)
        return RC_SIGN_IN;
    r->act = "mail to confirm an address";
    enum rc rc = address_claim_again(r->db, r->arena, r->viewer.user_id, form_str(r, "email"),
                                     r->now_ms, &r->why);
    if (rc == RC_OK)
        return reply_see_other(r, "/verify?done=sent");
    return rc == RC_GONE ? reply_see_other(r, "/verify") : show_claim(r, rc);
}

/* Does what the link is for; *to is where it leads. */
static enum rc use(struct req *r, const char **to)
{
    const char *token = query_str(r, "token");

    switch (about_of(r)->purpose) {
    case LINK_ADDRESS:
        r->act = "change of an address";
        *to = "/verify?done=changed";
        return address_change(r->db, r->arena, token, r->now_ms, &r->why);
    case LINK_UNDO:
        r->act = "change of an address taken back";
        *to = "/login?done=undone";
        return recover_undo(r->db, r->arena, token, form_str(r, "password"), req_network(r),
                            r->now_ms, &r->why);
    case LINK_CONFIRM:
    case LINK_RESET:
    case LINK_PURPOSES: break;
    }
    r->act = "confirmation of an address";
    *to = "/verify?done=confirmed";
    return address_confirm(r->db, r->arena, token, r->now_ms, &r->why);
}

static enum rc post(struct req *r)
{
    const char *to;

    if (!query_str(r, "token")[0] && !req_segment(r, 1)[0])
        return send_again(r);
    enum rc rc = use(r, &to);
    if (rc == RC_OK)
        return reply_see_other(r, "%s", to);
    if ((rc == RC_GONE || rc == RC_NOT_FOUND) && !req_wants_json(r))
        return show_link(r, rc);
    return reply_can_explain(r, rc) ? show_link(r, rc) : rc;
}

int main(void)
{
    static const struct endpoint verify = {
        .name = "verify",
        .who = ANYONE,
        .for_unconfirmed = true,
        .for_restricted = true,
        .by_link = true,
        .db = DB_ORDINARY,
        .body_max_bytes = VERIFY_FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = post },
    };
    return serve(&verify, error_view);
}
