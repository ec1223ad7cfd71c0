/*
 * factor: how the viewer logs in besides the password.
 *
 *   GET  /account/factor             what is set up
 *   GET  /account/factor/app         a new secret, as QR code and as text
 *   POST /account/factor/app         do=add: offer, code; do=remove       303, or the recovery codes
 *   POST /account/factor/codes       new recovery codes, shown once
 *   GET  /account/factor/passkey     what a script needs to ask for a new one, as JSON
 *   POST /account/factor/passkey     do=add: name, id, client, data, algorithm; do=rename: passkey, name;
 *                                    do=remove: passkey       303, or the recovery codes
 *
 * Who    signed in, with a fresh proof
 * Views  views/factor.html and .json of struct factor_page, views/factor_app.* of struct factor_app_page,
 *        views/factor_codes.* of struct factor_codes_page, views/passkey_options.json
 */
#include "base/log.h"
#include "base/str.h"
#include "pages/factor.h"
#include "pages/passkey.h"
#include "web/req.h"

enum { FORM_MAX_BYTES = 16 * 1024 + PASSKEY_FORM_MAX_BYTES };

static enum rc overview(struct req *r, enum rc rc)
{
    struct factor_page page;

    if (rc != RC_OK && !reply_can_explain(r, rc))
        return rc;
    TRY(factor_page_of(r, &page));
    if (rc == RC_OK)
        return RENDER(r, factor, &page);
    return RENDER_AGAIN(r, rc, factor, &page);
}

static enum rc app_page(struct req *r, const char *offer, enum rc rc)
{
    struct factor_app_page page;

    if (rc != RC_OK && !reply_can_explain(r, rc))
        return rc;
    TRY(factor_app_page_of(r, offer, &page));
    if (rc == RC_OK)
        return RENDER(r, factor_app, &page);
    return RENDER_AGAIN(r, rc, factor_app, &page);
}

static enum rc show(struct req *r)
{
    const char *part = req_segment(r, 2);

    TRY(fresh_need(r));
    if (str_eq(part, "app"))
        return app_page(r, factor_offer(r->arena, r->viewer.user_id, r->now_ms), RC_OK);
    if (str_eq(part, "passkey") && req_wants_json(r))
        return passkey_options_answer(r, true);
    return str_eq(part, "codes") ? RC_METHOD : overview(r, RC_OK);
}

/* Codes are stored nowhere, so this page is the only one that shows them. */
static enum rc show_codes(struct req *r, const struct recovery_codes *codes, const char *done)
{
    struct factor_codes_page page;

    if (codes->n == 0)
        return reply_see_other(r, "/account/factor?done=%s", done);
    factor_codes_page_of(r, codes, done, &page);
    return RENDER(r, factor_codes, &page);
}

static enum rc add_app(struct req *r)
{
    const struct factor_change c = factor_change_of(r);
    const char *offer = form_str(r, "offer");
    struct recovery_codes codes;

    r->act = "authenticator app set up";
    enum rc rc = factor_add_app(&c, offer, form_str(r, "code"), &codes);
    if (rc == RC_OK)
        return show_codes(r, &codes, "app");
    if (rc == RC_GONE || (rc == RC_INVALID && !r->why.field)) { /* another code to be scanned */
        offer = factor_offer(r->arena, r->viewer.user_id, r->now_ms);
        rc = refuse(&r->why, RC_INVALID, NULL,
                    "This page was open for too long. Please scan the new code.");
    }
    return rc == RC_CONFLICT ? overview(r, rc) : app_page(r, offer, rc);
}

static enum rc remove_app(struct req *r)
{
    const struct factor_change c = factor_change_of(r);

    r->act = "authenticator app removed";
    enum rc rc = factor_remove_app(&c);
    return rc == RC_OK ? reply_see_other(r, "/account/factor?done=app-gone") : overview(r, rc);
}

static enum rc renew_codes(struct req *r)
{
    const struct factor_change c = factor_change_of(r);
    struct recovery_codes codes;

    r->act = "new recovery codes";
    enum rc rc = factor_renew_codes(&c, &codes);
    return rc == RC_OK ? show_codes(r, &codes, "codes") : overview(r, rc);
}

static enum rc add_passkey(struct req *r)
{
    const struct factor_change c = factor_change_of(r);
    struct passkey_answer answer = passkey_sent(r, 0, false).answer;
    struct recovery_codes codes;

    r->act = "passkey added";
    TRY(form_i64(r, "algorithm", INT32_MIN, INT32_MAX, &answer.algorithm));
    enum rc rc = passkeys_add(&c, &answer, form_str(r, "name"), &codes);
    return rc == RC_OK ? show_codes(r, &codes, "passkey") : overview(r, rc);
}

static enum rc change_passkey(struct req *r)
{
    static const char *const steps[] = { "add", "rename", "remove" };
    const struct factor_change c = factor_change_of(r);
    int64_t id;
    size_t step;

    TRY(form_choice(r, "do", steps, COUNT(steps), &step));
    if (step == 0)
        return add_passkey(r);
    TRY(form_i64(r, "passkey", 1, INT64_MAX, &id));
    r->act = step == 1 ? "passkey renamed" : "passkey removed";
    enum rc rc = step == 1 ? passkeys_rename(&c, id, form_str(r, "name")) : passkeys_remove(&c, id);
    if (rc != RC_OK)
        return overview(r, rc);
    return reply_see_other(r, "/account/factor?done=%s",
                           step == 1 ? "passkey-named" : "passkey-gone");
}

static enum rc change(struct req *r)
{
    static const char *const steps[] = { "add", "remove" };
    const char *part = req_segment(r, 2);
    size_t step;

    TRY(fresh_need(r));
    if (str_eq(part, "codes"))
        return renew_codes(r);
    if (str_eq(part, "passkey"))
        return change_passkey(r);
    if (!part[0])
        return RC_METHOD;
    TRY(form_choice(r, "do", steps, COUNT(steps), &step));
    return step ? remove_app(r) : add_app(r);
}

int main(void)
{
    static const struct endpoint factor = {
        .name = "factor",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&factor, error_view);
}
