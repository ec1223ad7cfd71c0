#include "pages/logins.h"
#include "base/fmt.h"
#include "pages/agent.h"
#include "web/req.h"

struct session_rows logins_of(struct req *r, const struct session_list *list)
{
    struct session_rows rows = { arena_array(r->arena, struct session_row, list->n), list->n };

    for (size_t i = 0; i < list->n; i++) {
        const struct session *s = &list->items[i];
        rows.items[i] = (struct session_row){
            .id = s->id,
            .agent = agent_words(r->arena, s->agent),
            .network = s->network,
            .created_ms = s->created_ms,
            .used_ms = s->used_ms,
            .used = fmt_ago(r->arena, s->used_ms, r->now_ms),
            .is_this = s->id == r->viewer.session_id,
        };
    }
    return rows;
}
