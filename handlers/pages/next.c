#include "pages/next.h"
#include "base/str.h"
#include "web/req.h"

const char *next_of(const struct req *r)
{
    const char *next = form_has(r, "next") ? form_str(r, "next") : query_str(r, "next");
    bool ours = next[0] == '/' && next[1] != '/' &&
                str_only(next, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                               "_./?=&%-");

    return ours && strlen(next) < PATH_MAX_BYTES ? next : "";
}

enum rc next_after_payment(struct req *r, const char *back, const char *done)
{
    if (!back[0])
        return reply_see_other(r, "/subscribe?done=%s", done);
    return reply_see_other(r, "%s%cpaid=1", back, strchr(back, '?') ? '&' : '?');
}
