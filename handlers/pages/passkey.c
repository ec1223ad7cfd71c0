#include "pages/passkey.h"
#include "base/conf.h"
#include "web/req.h"

struct passkey_ask passkey_ask_of(struct req *r, const char *action, const char *label,
                                  const char *next, const char *half, bool alone)
{
    return (struct passkey_ask){
        .possible = passkey_possible(r->arena),
        .alone = alone,
        .csrf = session_csrf(r),
        .action = action,
        .label = label,
        .known = "",
        .next = next,
        .kept = form_str(r, "kept"),
        .half = half,
    };
}

enum rc passkey_ask_second(struct req *r, int64_t user_id, const char *next, const char *half,
                           struct passkey_ask *out)
{
    struct sb known = { .a = r->arena };
    struct passkey_list list;

    TRY(passkeys_list(r->db, r->arena, user_id, &list));
    for (size_t i = 0; i < list.n; i++)
        sb_addf(&known, i ? " %s" : "%s", list.items[i].credential);
    *out = passkey_ask_of(r, "/login/passkey", "Use a passkey", next, half, false);
    if (known.buf)
        out->known = known.buf;
    return RC_OK;
}

struct passkey_use passkey_sent(struct req *r, int64_t owner, bool alone)
{
    return (struct passkey_use){
        .answer = { .id = form_str(r, "id"),
                    .client = form_str(r, "client"),
                    .data = form_str(r, "data"),
                    .signature = form_str(r, "signature") },
        .user_handle = form_str(r, "user"),
        .owner = owner,
        .alone = alone,
        .network = req_network(r),
    };
}

enum rc passkey_options_answer(struct req *r, bool is_new)
{
    const int64_t user_id = is_new ? r->viewer.user_id : 0;
    struct passkey_options options = {
        .challenge = passkeys_challenge(r->arena, user_id, r->now_ms),
        .site = passkey_site(r->arena),
        .site_name = conf()->site_name,
        .user = "",
        .handle = "",
        .name = "",
    };

    if (!passkey_possible(r->arena))
        return RC_NOT_FOUND;
    if (is_new) {
        options.user = passkeys_handle(r->arena, user_id);
        options.handle = r->viewer.handle;
        options.name = r->viewer.name;
        TRY(passkeys_list(r->db, r->arena, user_id, &options.known));
    }
    json_passkey_options(reply_json(r), &options);
    return RC_OK;
}
