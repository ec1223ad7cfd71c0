#include "pages/standing.h"
#include "base/fmt.h"

static const char *sentence(struct req *r, const struct subscription_standing *s)
{
    const char *date = fmt_date(r->arena, s->until_ms);

    switch (s->state) {
    case SUBSCRIPTION_NONE:
        return r->viewer.role >= ROLE_MODERATOR
                   ? "Members of the team watch everything without a subscription."
                   : "You have no subscription yet.";
    case SUBSCRIPTION_ACTIVE:
        return s->renews ? arena_printf(r->arena, "Renews on %s, from your earnings.", date)
                         : arena_printf(r->arena, "Ends on %s.", date);
    case SUBSCRIPTION_CANCELLED: return arena_printf(r->arena, "Ends on %s.", date);
    case SUBSCRIPTION_GRACE: return arena_printf(r->arena, "Not paid for: ends on %s.", date);
    case SUBSCRIPTION_ENDED:
        return s->until_ms ? arena_printf(r->arena, "Ended on %s.", date)
                           : "You have no paid time at present.";
    }
    return "";
}

struct subscription_words standing_of(struct req *r, const struct subscription *s)
{
    struct subscription_standing now = { SUBSCRIPTION_NONE, false, 0 };

    if (s)
        now = subscription_standing(s, r->now_ms);
    return (struct subscription_words){ now.state, now.renews, now.until_ms, sentence(r, &now) };
}
