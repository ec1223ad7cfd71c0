#include "pages/sign_in.h"
#include "app/people/seen.h"
#include "base/str.h"
#include "pages/agent.h"
#include "pages/next.h"
#include "pages/resume.h"
#include "views/models/token.h"
#include "web/req.h"

const char *sign_in_next(const struct req *r)
{
    const char *next = next_of(r);

    return next[0] ? next : "/";
}

enum rc sign_in_start(struct req *r, int64_t user_id, struct login *out)
{
    const struct seen_login seen = { user_id, req_network(r),
                                     agent_words(r->arena, req_header(r, "User-Agent")) };

    TRY(seen_note(r->db, r->arena, &seen, r->now_ms));
    return session_start(r, user_id, out);
}

bool sign_in_program(const struct req *r)
{
    return req_wants_json(r) || str_starts(req_header(r, "Content-Type"), "application/json");
}

enum rc sign_in_answer(struct req *r, const struct login *login, const char *next)
{
    if (!sign_in_program(r) && r->viewer.restricted)
        return reply_see_other(r, "%s", session_restricted_url(r)); /* they are told why */
    if (!sign_in_program(r) && r->viewer.needs_factor && !form_str(r, "kept")[0])
        next = "/account/factor"; /* until then they are members like others */
    if (!sign_in_program(r))
        return form_str(r, "kept")[0] ? resume_answer(r, form_str(r, "kept"), next)
                                      : reply_see_other(r, "%s", next);
    struct token_page page = { login->token, login->csrf, login->expires_ms };
    json_token(reply_json(r), &page);
    return RC_OK;
}
