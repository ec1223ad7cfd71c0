#include "pages/payee_changes.h"

enum rc payee_changes_of(struct req *r, const struct frame *frame, struct payee_changes_panel *out)
{
    *out = (struct payee_changes_panel){
        .frame = *frame,
        .told_days = PAYEE_TOLD_DAYS,
        .wait_days = PAYEE_WAIT_DAYS,
    };
    return payee_changes(r->db, r->arena, r->viewer.user_id, r->now_ms, &out->list);
}
