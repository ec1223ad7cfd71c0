#include "pages/factor.h"
#include "app/people/passkeys.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "io/qr.h"
#include "io/totp.h"
#include "web/req.h"

static const struct {
    const char *word, *text;
} notices[] = {
    { "app", "The authenticator app is set up. Its code is asked for after your password." },
    { "app-gone", "The authenticator app has been removed." },
    { "passkey", "The passkey has been added. You can log in with it." },
    { "passkey-named", "The passkey has a new name." },
    { "passkey-gone",
      "The passkey has been removed. Your device may still offer it; you can delete it there." },
    { "codes", "These codes are new, and the old ones are void." },
};

static const char *notice_of(const char *done)
{
    for (size_t i = 0; i < COUNT(notices); i++)
        if (str_eq(done, notices[i].word))
            return notices[i].text;
    return "";
}

struct factor_change factor_change_of(struct req *r)
{
    return (struct factor_change){
        .db = r->db,
        .a = r->arena,
        .user_id = r->viewer.user_id,
        .now_ms = r->now_ms,
        .place = req_network(r),
        .why = &r->why,
    };
}

static struct passkey_rows rows_of(struct req *r, const struct passkey_list *list)
{
    struct passkey_rows rows = { arena_array(r->arena, struct passkey_row, list->n), 0 };

    for (; rows.n < list->n; rows.n++) {
        const struct passkey *p = &list->items[rows.n];
        rows.items[rows.n] = (struct passkey_row){
            .id = p->id,
            .made_ms = p->made_ms,
            .used_ms = p->used_ms,
            .name = p->name,
            .used = p->used_ms ? fmt_ago(r->arena, p->used_ms, r->now_ms) : "",
        };
    }
    return rows;
}

enum rc factor_page_of(struct req *r, struct factor_page *page)
{
    struct passkey_list passkeys;
    struct factors f;

    TRY(factor_get(r->db, r->arena, r->viewer.user_id, &f));
    TRY(passkeys_list(r->db, r->arena, r->viewer.user_id, &passkeys));
    *page = (struct factor_page){
        .frame = frame_of(r, "How you log in", "account"),
        .why = r->why,
        .app_ms = f.app_ms,
        .codes_unused = f.codes_unused,
        .passkeys = rows_of(r, &passkeys),
        .can_have_passkeys = passkey_possible(r->arena),
        .typed = form_str(r, "name"),
        .any = factor_any(&f),
        .wanted = r->viewer.needs_factor,
    };
    page->frame.notice = notice_of(query_str(r, "done"));
    return RC_OK;
}

enum rc factor_app_page_of(struct req *r, const char *offer, struct factor_app_page *page)
{
    const char *secret;
    struct qr qr;

    TRY(factor_offered(r->arena, r->viewer.user_id, offer, r->now_ms, &secret));
    *page = (struct factor_app_page){
        .frame = frame_of(r, "Set up an authenticator app", "account"),
        .why = r->why,
        .offer = offer,
        .uri = totp_uri(r->arena, secret, conf()->site_name, r->viewer.handle),
        .secret = totp_grouped(r->arena, secret),
    };
    TRY(qr_make(r->arena, page->uri, &qr));
    page->qr_side = qr.side;
    page->qr_path = qr.path;
    return RC_OK;
}

void factor_codes_page_of(struct req *r, const struct recovery_codes *codes, const char *done,
                          struct factor_codes_page *page)
{
    struct sb all = { .a = r->arena };

    for (size_t i = 0; i < codes->n; i++)
        sb_addf(&all, "%s\n", codes->items[i]);
    *page = (struct factor_codes_page){
        .frame = frame_of(r, "Your recovery codes", "account"),
        .codes = *codes,
        .all = all.buf,
    };
    page->frame.notice = notice_of(done);
}
