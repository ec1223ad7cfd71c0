/*
 * signup: a new account.
 *
 *   GET  /signup?next=                                 the form; already logged in: 303 to next
 *   POST /signup   email, handle, name, password, next   also logs in; 303 to next
 *
 * Who    anyone; conf signups_per_day per network
 * Views  views/signup.html and views/signup.json, both of struct signup_page; a program that signs
 *        up gets views/token.json
 */
#include "app/people/account.h"
#include "pages/sign_in.h"
#include "views/models/signup.h"
#include "web/req.h"

static struct signup_page page_of_form(struct req *r)
{
    return (struct signup_page){
        .frame = frame_of(r, "Sign up", ""),
        .why = r->why,
        .email = form_str(r, "email"),
        .handle = form_str(r, "handle"),
        .name = form_str(r, "name"),
        .next = sign_in_next(r),
    };
}

static enum rc show(struct req *r)
{
    if (r->viewer.user_id)
        return reply_see_other(r, "%s", sign_in_next(r));
    struct signup_page page = page_of_form(r);
    return RENDER(r, signup, &page);
}

static enum rc sign_up(struct req *r)
{
    const struct account_new typed = {
        .email = form_str(r, "email"),
        .handle = form_str(r, "handle"),
        .name = form_str(r, "name"),
        .password = form_str(r, "password"),
        .network = req_network(r),
    };
    struct login login;
    int64_t id;

    r->act = "sign-up";
    enum rc rc = account_create(r->db, r->arena, &typed, r->now_ms, &id, &r->why);
    if (rc == RC_OK) {
        TRY(sign_in_start(r, id, &login));
        return sign_in_answer(r, &login, sign_in_next(r));
    }
    struct signup_page page = page_of_form(r);
    if (r->why.field && !req_wants_json(r)) {
        problem_note(r->arena, &page.wrong.list, rc, &r->why);
        account_wrong(r->db, r->arena, &typed, r->now_ms, &page.wrong.list);
    }
    return RENDER_AGAIN(r, rc, signup, &page);
}

int main(void)
{
    static const struct endpoint signup = {
        .name = "signup",
        .who = ANYONE,
        .db = DB_ORDINARY,
        .body_max_bytes = SIGN_IN_MAX_BYTES,
        .on = { [GET] = show, [POST] = sign_up },
    };
    return serve(&signup, error_view);
}
