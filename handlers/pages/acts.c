#include "pages/acts.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/secret.h"
#include "web/req.h"

enum { ONCE_BYTES = 16, ACT_KINDS_MAX = 64 };

struct desk desk_of(struct req *r)
{
    return (struct desk){
        .money = r->db,
        .a = r->arena,
        .by = { r->viewer.user_id, "" },
        .now_ms = r->now_ms,
        .why = &r->why,
    };
}

/* What was sent in a form, or else in the query of a link to it. */
static const char *sent(const struct req *r, const char *name)
{
    return form_has(r, name) ? form_str(r, name) : query_str(r, name);
}

struct act_request act_sent(struct req *r, const struct act_kind *kind)
{
    struct act_request q = {
        .kind = kind->name,
        .reason = sent(r, "reason"),
        .values = { arena_array(r->arena, struct act_value, ACT_FIELDS_MAX), 0 },
        .once = form_str(r, "once")[0] ? form_str(r, "once") : NULL,
        .seen = form_str(r, "seen")[0] ? form_str(r, "seen") : NULL,
    };

    for (size_t i = 0; i < ACT_FIELDS_MAX && kind->fields[i].name; i++) {
        const char *name = kind->fields[i].name;
        q.values.items[q.values.n++] = (struct act_value){ name, sent(r, name) };
    }
    return q;
}

static const char *error_of(const struct req *r, const char *field)
{
    return r->why.text && str_eq(r->why.field, field) ? r->why.text : "";
}

static struct act_options options_of(struct req *r, const struct act_choice *choices,
                                     const char *value)
{
    struct act_options o = { 0 };
    size_t n = 0;

    while (choices && choices[n].word)
        n++;
    o.items = arena_array(r->arena, struct act_option, n + 1);
    for (; o.n < n; o.n++)
        o.items[o.n] = (struct act_option){ choices[o.n].word, choices[o.n].label,
                                            str_eq(choices[o.n].word, value) };
    return o;
}

void act_form_of(struct req *r, const struct act_kind *kind, struct act_form_page *page)
{
    const char *once = form_str(r, "once");

    *page = (struct act_form_page){
        .frame = frame_of(r, kind->title, "admin"),
        .why = r->why,
        .kind = kind->name,
        .title = kind->title,
        .hint = kind->hint,
        .reason = sent(r, "reason"),
        .reason_error = error_of(r, "reason"),
        .once = once[0] ? once : random_id(r->arena, ONCE_BYTES),
        .fields = { arena_array(r->arena, struct act_entry, ACT_FIELDS_MAX), 0 },
        .needs_reason = kind->reason != REASON_OPTIONAL,
        .waits = conf()->four_eyes == FOUR_EYES_ON && !kind->urgent,
    };
    for (size_t i = 0; i < ACT_FIELDS_MAX && kind->fields[i].name; i++) {
        const struct act_field *f = &kind->fields[i];
        page->fields.items[page->fields.n++] = (struct act_entry){
            .name = f->name,
            .label = f->label,
            .hint = f->hint,
            .value = sent(r, f->name),
            .error = error_of(r, f->name),
            .date = f->input == INPUT_DATE,
            .optional = f->optional,
            .options = options_of(r, f->choices, sent(r, f->name)),
        };
    }
}

static struct act_row row_of(struct req *r, const struct act *act)
{
    const struct act_kind *kind = act_kind(act->kind);

    return (struct act_row){
        .act = *act,
        .title = kind ? kind->title : act->kind,
        .by = actor_name(r->arena, act->asker, act->asked_shell),
        .ended_by = actor_name(r->arena, act->ender, act->ended_shell),
        .expires_ms = act->state == ACT_WAITING ? act_expires_ms(act) : 0,
    };
}

struct act_rows act_rows_of(struct req *r, const struct act_list *list)
{
    struct act_rows rows = { arena_array(r->arena, struct act_row, list->n + 1), 0 };

    for (; rows.n < list->n; rows.n++)
        rows.items[rows.n] = row_of(r, &list->items[rows.n]);
    return rows;
}

static void add_kinds(struct req *r, struct acts_page *page)
{
    page->kinds.items = arena_array(r->arena, struct act_kind_link, ACT_KINDS_MAX);
    for (const struct act_kind *k; (k = act_kind_at(page->kinds.n)) != NULL; page->kinds.n++)
        page->kinds.items[page->kinds.n] = (struct act_kind_link){ k->name, k->title, k->hint };
}

enum rc acts_page_of(struct req *r, struct acts_page *page)
{
    static const char *const words[] = { "all", "waiting", "ended" };
    size_t filter = query_choice(r, "state", words, COUNT(words), ACTS_ALL);
    int64_t before = query_i64(r, "before", 1, INT64_MAX, 0);
    struct account member = { 0 };
    struct act_list list;

    *page = (struct acts_page){
        .frame = frame_of(r, "Acts", "admin"),
        .state = words[filter],
        .member = query_str(r, "member"),
        .older_url = "",
        .four_eyes = conf()->four_eyes == FOUR_EYES_ON,
    };
    if (page->member[0])
        TRY(account_by_handle(r->db, r->arena, page->member, &member));
    TRY(act_list(r->db, r->arena, (enum act_filter)filter, member.id, before, &list));
    TRY(act_count_waiting(r->db, r->arena, &page->waiting));
    page->rows = act_rows_of(r, &list);
    if (list.n == ACTS_SHOWN)
        page->older_url = arena_printf(r->arena, "/admin/acts?state=%s&member=%s&before=%" PRId64,
                                       page->state, page->member, list.items[list.n - 1].id);
    add_kinds(r, page);
    return RC_OK;
}

enum rc act_page_of(struct req *r, int64_t id, struct act_page *page)
{
    struct problem now = { 0 };
    struct desk d = desk_of(r);
    struct act act;

    TRY(act_get(r->db, r->arena, id, &act));
    *page = (struct act_page){
        .frame = frame_of(r, arena_printf(r->arena, "Act %" PRId64, id), "admin"),
        .why = r->why,
        .row = row_of(r, &act),
        .may_approve = act.state == ACT_WAITING && r->now_ms < act_expires_ms(&act) &&
                       act.asked_by != r->viewer.user_id,
        .answer = form_str(r, "answer"),
    };
    if (act.state != ACT_WAITING)
        return RC_OK;
    d.why = &now;
    enum rc rc = act_preview_of(&d, &act, &page->preview);
    page->has_preview = rc == RC_OK;
    if (rc != RC_OK && now.text && !page->why.text) /* it cannot be done as things are */
        page->why = (struct problem){ NULL, now.text };
    return rc == RC_OK || now.text ? RC_OK : rc;
}
