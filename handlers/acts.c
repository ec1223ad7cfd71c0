/*
 * acts: what operators do about money and members, each with a reason and a journal entry.
 *
 *   GET  /admin/acts               the journal: state=all|waiting|ended, member={handle}, before={n}
 *   GET  /admin/acts/{n}           one act; of one that waits, what it would do now
 *   POST /admin/acts/{n}           do=approve, seen, or do=refuse, answer            303 back
 *   GET  /admin/acts/new/{kind}    the form, filled from the query
 *   POST /admin/acts/new/{kind}    do=edit|preview|confirm, the kind's fields, reason, once, seen;
 *                                  confirm: 303 to the act, or 200 when it made codes to be shown once
 *
 * Who    operators; the forms, confirming and deciding need a fresh proof
 * Views  views/acts.html and .json of struct acts_page, views/act.* of struct act_page,
 *        views/act_form.* of struct act_form_page
 */
#include "base/log.h"
#include "base/str.h"
#include "pages/acts.h"
#include "web/req.h"

enum { FORM_MAX_BYTES = 16 * 1024 };

static enum rc show_one(struct req *r, int64_t id)
{
    struct act_page page;

    TRY(act_page_of(r, id, &page));
    return RENDER(r, act, &page);
}

/* The kind in the address; RC_NOT_FOUND: there is none. */
static enum rc kind_of(struct req *r, const struct act_kind **kind)
{
    *kind = str_eq(req_segment(r, 2), "new") ? act_kind(req_segment(r, 3)) : NULL;
    return *kind ? RC_OK : RC_NOT_FOUND;
}

static enum rc id_of(struct req *r, int64_t *id)
{
    const char *text = req_segment(r, 2);

    return str_to_i64(text, strlen(text), 1, INT64_MAX, id) == RC_OK ? RC_OK : RC_NOT_FOUND;
}

static enum rc show(struct req *r)
{
    const struct act_kind *kind;
    struct act_form_page form;
    struct acts_page page;
    int64_t id;

    if (id_of(r, &id) == RC_OK)
        return show_one(r, id);
    if (kind_of(r, &kind) == RC_OK) {
        TRY(req_wants_json(r) ? RC_OK : fresh_need(r)); /* before something is typed */
        act_form_of(r, kind, &form);
        return RENDER(r, act_form, &form);
    }
    if (req_segment(r, 2)[0])
        return RC_NOT_FOUND;
    TRY(acts_page_of(r, &page));
    return RENDER(r, acts, &page);
}

/* What was done; codes are stored nowhere, so this page is the only one that shows them. */
static enum rc show_done(struct req *r, const struct act_done *done)
{
    struct act_page page;

    if (done->codes.n == 0)
        return reply_see_other(r, "/admin/acts/%" PRId64, done->act.id);
    TRY(act_page_of(r, done->act.id, &page));
    page.codes = done->codes;
    return RENDER(r, act, &page);
}

static enum rc form_again(struct req *r, enum rc rc, const struct act_kind *kind)
{
    struct act_form_page page;

    act_form_of(r, kind, &page);
    return RENDER_AGAIN(r, rc, act_form, &page);
}

static enum rc preview(struct req *r, const struct act_kind *kind)
{
    const struct act_request q = act_sent(r, kind);
    struct act_form_page page;
    struct act_preview seen;
    struct desk d = desk_of(r);

    enum rc rc = act_preview(&d, &q, &seen);
    if (rc != RC_OK)
        return form_again(r, rc, kind);
    act_form_of(r, kind, &page);
    page.previewed = true;
    page.preview = seen;
    return RENDER(r, act_form, &page);
}

static enum rc confirm(struct req *r, const struct act_kind *kind)
{
    const struct act_request q = act_sent(r, kind);
    struct desk d = desk_of(r);
    struct act_done done;

    r->act = arena_printf(r->arena, "act %s by an operator", kind->name);
    TRY(fresh_need(r));
    enum rc rc = act_ask(&d, &q, &done);
    if (rc != RC_OK)
        return form_again(r, rc, kind);
    log_about("act:%" PRId64, done.act.id);
    return show_done(r, &done);
}

static enum rc ask(struct req *r, const struct act_kind *kind)
{
    static const char *const steps[] = { "edit", "preview", "confirm" };
    struct act_form_page page;
    size_t step;

    TRY(form_choice(r, "do", steps, COUNT(steps), &step));
    if (step)
        return (step == 1 ? preview : confirm)(r, kind);
    act_form_of(r, kind, &page);
    return RENDER(r, act_form, &page);
}

static enum rc decide(struct req *r, int64_t id)
{
    static const char *const steps[] = { "approve", "refuse" };
    const char *seen = form_str(r, "seen");
    struct desk d = desk_of(r);
    struct act_done done = { 0 };
    struct act_page page;
    size_t step;

    TRY(form_choice(r, "do", steps, COUNT(steps), &step));
    r->act = arena_printf(r->arena, "act %" PRId64 " %s by an operator", id, steps[step]);
    log_about("act:%" PRId64, id);
    TRY(fresh_need(r));
    enum rc rc = step ? act_refuse(&d, id, form_str(r, "answer"), &done.act)
                      : act_approve(&d, id, seen[0] ? seen : NULL, &done);
    if (rc == RC_OK)
        return show_done(r, &done);
    if (!reply_can_explain(r, rc))
        return rc;
    TRY(act_page_of(r, id, &page));
    return RENDER_AGAIN(r, rc, act, &page);
}

static enum rc change(struct req *r)
{
    const struct act_kind *kind;
    int64_t id;

    if (id_of(r, &id) == RC_OK)
        return decide(r, id);
    if (!req_segment(r, 2)[0])
        return RC_METHOD;
    TRY(kind_of(r, &kind));
    return ask(r, kind);
}

int main(void)
{
    static const struct endpoint acts = {
        .name = "acts",
        .who = OPERATOR,
        .db = DB_MONEY,
        .body_max_bytes = FORM_MAX_BYTES,
        .on = { [GET] = show, [POST] = change },
    };
    return serve(&acts, error_view);
}
