/*
 * prove: a member who is logged in proves again that it is them, before something that a stolen login
 * must not do (web/session.h).
 *
 *   GET  /login/again?next=             the form; when the proof is still fresh: 303 to next
 *   POST /login/again   password, next, kept   303 to next; with a form that was kept, the page
 *                       that sends it on; a program gets a new token
 *
 *   POST /login/again   id, client, data, signature, user, next, kept   the same with a passkey
 *
 * Who    signed in; others are led to /login. Wrong passwords count like failed log-ins.
 * Views  views/prove.html and views/prove.json, both of struct prove_page; views/token.json
 */
#include "app/people/account.h"
#include "base/log.h"
#include "base/str.h"
#include "pages/passkey.h"
#include "pages/sign_in.h"
#include "views/models/prove.h"
#include "web/req.h"

static enum rc page_again(struct req *r, enum rc rc)
{
    struct prove_page page = {
        .frame = frame_of(r, "Is it you?", ""),
        .why = r->why,
        .handle = r->viewer.handle,
        .next = sign_in_next(r),
        .kept = form_str(r, "kept"),
        .passkey = passkey_ask_of(r, "/login/again", "Use a passkey", sign_in_next(r), "", true),
        .fresh = session_is_fresh(r),
    };

    if (rc == RC_OK)
        return RENDER(r, prove, &page);
    return RENDER_AGAIN(r, rc, prove, &page);
}

static enum rc show(struct req *r)
{
    if (session_is_fresh(r) && !req_wants_json(r))
        return reply_see_other(r, "%s", sign_in_next(r));
    return page_again(r, RC_OK);
}

static enum rc check(struct req *r)
{
    const struct passkey_use use = passkey_sent(r, r->viewer.user_id, true);
    int64_t id;

    if (use.answer.id[0])
        return passkeys_use(r->db, r->arena, &use, r->now_ms, &id, &r->why);
    enum rc rc = account_confirm(r->db, r->arena, r->viewer.user_id, form_str(r, "password"),
                                 req_network(r), r->now_ms, &r->why);
    if (rc != RC_OK && r->why.field)
        r->why.field = "password";
    return rc;
}

static enum rc prove(struct req *r)
{
    struct login login;

    r->act = form_str(r, "id")[0] ? "fresh proof by passkey" : "fresh proof";
    log_about("member:%" PRId64, r->viewer.user_id);
    enum rc rc = check(r);
    if (rc != RC_OK)
        return page_again(r, rc);
    TRY(session_prove(r, &login));
    return sign_in_answer(r, &login, sign_in_next(r));
}

int main(void)
{
    static const struct endpoint again = {
        .name = "prove",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .for_unconfirmed = true,
        .body_max_bytes = SIGN_IN_MAX_BYTES + PASSKEY_FORM_MAX_BYTES + KEEP_PACK_MAX_BYTES,
        .for_restricted = true,
        .on = { [GET] = show, [POST] = prove },
    };
    return serve(&again, error_view);
}
