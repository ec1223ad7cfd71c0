/*
 * account: the viewer's own account.
 *
 *   GET  /account                                  profile, picture, subscription
 *   POST /account           name, handle, about    303 back
 *   POST /account/picture   picture (a file), or remove=1     303 back
 *   GET  /account/invoice                          whom receipts are made out to
 *   POST /account/invoice   name, street, postcode, city, country, vat_id; all empty: the account's
 *                           name again     303 back
 *
 * Who    signed in
 * Views  views/account.html and views/account.json, both of struct account_page;
 *        views/account_invoice.html and .json of struct account_invoice_page
 */
#include "app/income/invoice_address.h"
#include "app/people/account.h"
#include "app/site/picture.h"
#include "base/str.h"
#include "pages/frame.h"
#include "pages/payee_changes.h"
#include "pages/standing.h"
#include "views/models/account.h"
#include "views/models/account_invoice.h"
#include "web/req.h"

enum { PROFILE_MAX_BYTES = 16 * 1024 }; /* percent-encoded, the longest text has 12 KB */

static const char *notice_of(const struct req *r)
{
    static const struct {
        const char *word, *text;
    } notices[] = {
        { "profile", "Your profile has been saved." },
        { "picture", "Your picture has been changed." },
        { "invoice", "Saved. It is used from your next receipt on." },
        { "kept", "Your account stays, and everything is as it was." },
    };

    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(query_str(r, "done"), notices[i].word))
            return notices[i].text;
    return "";
}

/* What is stored; after a refusal, what was typed instead. */
static enum rc page_of_account(struct req *r, struct account_page *page)
{
    bool typed = form_has(r, "handle");
    struct subscription subscription;
    struct account account;

    TRY(account_get(r->db, r->arena, r->viewer.user_id, &account));
    *page = (struct account_page){
        .frame = frame_of(r, "Your account", "account"),
        .why = r->why,
        .email = account.email,
        .handle = typed ? form_str(r, "handle") : account.handle,
        .name = typed ? form_str(r, "name") : account.name,
        .about = typed ? form_str(r, "about") : account.about,
        .created_ms = account.created_ms,
    };
    page->frame.notice = notice_of(r);
    enum rc rc = subscription_get(r->db, r->arena, r->viewer.user_id, &subscription);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    page->standing = standing_of(r, rc == RC_OK ? &subscription : NULL);
    return payee_changes_of(r, &page->frame, &page->changes);
}

/* What is stored; after a refusal, what was typed instead. */
static enum rc page_of_invoice(struct req *r, struct account_invoice_page *page)
{
    *page = (struct account_invoice_page){
        .frame = frame_of(r, "Whom receipts are made out to", "account"),
        .why = r->why,
        .typed = { form_str(r, "name"), form_str(r, "street"), form_str(r, "postcode"),
                   form_str(r, "city"), form_str(r, "country"), form_str(r, "vat_id") },
    };
    page->frame.notice = notice_of(r);
    if (!form_has(r, "name"))
        TRY(invoice_address_get(r->db, r->arena, r->viewer.user_id, &page->typed));
    page->countries = country_choices(r->arena, page->typed.country);
    return RC_OK;
}

static enum rc show_invoice(struct req *r)
{
    struct account_invoice_page page;

    TRY(page_of_invoice(r, &page));
    return RENDER(r, account_invoice, &page);
}

static enum rc save_invoice(struct req *r)
{
    const struct invoice_address typed = { form_str(r, "name"),     form_str(r, "street"),
                                           form_str(r, "postcode"), form_str(r, "city"),
                                           form_str(r, "country"),  form_str(r, "vat_id") };
    struct account_invoice_page page;
    enum rc rc = invoice_address_set(r->db, r->arena, r->viewer.user_id, &typed, r->now_ms,
                                     &r->why);

    if (rc == RC_OK)
        return reply_see_other(r, "/account/invoice?done=invoice");
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(page_of_invoice(r, &page));
    return RENDER_AGAIN(r, rc, account_invoice, &page);
}

static enum rc show(struct req *r)
{
    struct account_page page;

    if (str_eq(req_segment(r, 1), "invoice"))
        return show_invoice(r);
    if (req_segment(r, 1)[0])
        return RC_NOT_FOUND;
    TRY(page_of_account(r, &page));
    return RENDER(r, account, &page);
}

static enum rc save_profile(struct req *r)
{
    const struct account_profile typed = {
        .handle = form_str(r, "handle"),
        .name = form_str(r, "name"),
        .about = form_str(r, "about"),
    };
    return account_set_profile(r->db, r->arena, r->viewer.user_id, &typed, r->now_ms, &r->why);
}

static enum rc save_picture(struct req *r)
{
    const struct file *file = req_file(r, "picture");

    if (form_has(r, "remove"))
        return account_set_avatar(r->db, r->arena, r->viewer.user_id, NULL, r->now_ms, &r->why);
    if (file == NULL)
        return refuse(&r->why, RC_INVALID, NULL, "Please choose a picture first.");
    if (file->rc == RC_TOO_LARGE)
        return refuse(&r->why, file->rc, NULL, "A picture may have at most 10 MB.");
    TRY(file->rc);
    return account_set_avatar(r->db, r->arena, r->viewer.user_id, file->path, r->now_ms, &r->why);
}

static enum rc save(struct req *r)
{
    bool picture = str_eq(req_segment(r, 1), "picture");
    struct account_page page;

    if (str_eq(req_segment(r, 1), "invoice"))
        return save_invoice(r);
    if (!picture && req_segment(r, 1)[0])
        return RC_NOT_FOUND;
    enum rc rc = picture ? save_picture(r) : save_profile(r);
    if (rc == RC_OK)
        return reply_see_other(r, "/account?done=%s", picture ? "picture" : "profile");
    if (!reply_can_explain(r, rc))
        return rc;
    if (picture)
        r->why.field = "picture"; /* the module that checks pictures does not know the field */
    TRY(page_of_account(r, &page));
    return RENDER_AGAIN(r, rc, account, &page);
}

static enum rc admit(struct req *r)
{
    if (req_body_bytes(r) <= PROFILE_MAX_BYTES)
        return RC_OK; /* no picture */
    return picture_look(r->db, r->arena, r->viewer.user_id, r->now_ms, &r->why);
}

int main(void)
{
    static const struct endpoint account = {
        .name = "account",
        .who = SIGNED_IN,
        .db = DB_ORDINARY,
        .body_max_bytes = PROFILE_MAX_BYTES,
        .files = IMAGE_FILES,
        .admit = admit,
        .on = { [GET] = show, [POST] = save },
    };
    return serve(&account, error_view);
}
