/*
 * suggest: suggestions for the words in the search box.
 *
 *   GET /search/suggest?q=WORDS    {"suggestions": [{"kind", "text", "url"}]}, at most
 *                                  SUGGESTIONS_MAX; none for more than QUERY_MAX_CHARS characters
 *
 * Who    anyone. Cached answers are free; others are limited to conf suggestions_per_minute a
 * minute
 *        from one network. Of a request nothing is stored except the cached answer.
 * Views  views/suggest.json of struct suggest_page
 */
#include "app/catalogue/search.h"
#include "app/site/throttle.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "io/cache.h"
#include "pages/frame.h"
#include "views/models/suggest.h"
#include "web/req.h"

#define KEEP "private, max-age=60"

static struct suggestion_row row_of(struct req *r, const struct suggestion *s)
{
    struct sb url = { .a = r->arena };

    switch ((enum suggestion_kind)s->kind) {
    case SUGGEST_WORDS:
        SB_LIT(&url, "/search?q=");
        html_part(&url, s->text);
        return (struct suggestion_row){ "words", s->text, url.buf };
    case SUGGEST_CHANNEL:
        sb_addf(&url, "/channel/%s", s->target);
        return (struct suggestion_row){ "channel", s->text, url.buf };
    case SUGGEST_VIDEO: break;
    }
    sb_addf(&url, "/watch/%s", s->target);
    return (struct suggestion_row){ "video", s->text, url.buf };
}

static enum rc answer(struct req *r, const char *query)
{
    const struct limit limit = { "suggest", MINUTE_MS, conf()->suggestions_per_minute };
    struct suggestion_list list;
    struct suggest_page page;

    TRY(throttle_count(r->db, r->arena, &limit, req_network(r), r->now_ms, &r->why));
    TRY(search_suggest(r->db, r->arena, query, &list));
    page.suggestions =
        (struct suggestion_rows){ arena_array(r->arena, struct suggestion_row, list.n), list.n };
    for (size_t i = 0; i < list.n; i++)
        page.suggestions.items[i] = row_of(r, &list.items[i]);
    json_suggest(reply_json(r), &page);
    r->keep = KEEP;
    cache_set("suggest", query, r->out.buf, r->out.len, SEARCH_CACHE_S);
    return RC_OK;
}

static enum rc suggest(struct req *r)
{
    const struct suggest_page none = { .suggestions = { NULL, 0 } };
    const char *query = str_clean(r->arena, query_str(r, "q"), false);
    char *known;
    size_t n;

    if (!query[0] || str_chars(query) > QUERY_MAX_CHARS) {
        json_suggest(reply_json(r), &none);
        return RC_OK;
    }
    if (!cache_get(r->arena, "suggest", query, &known, &n))
        return answer(r, query);
    r->keep = KEEP;
    sb_add(reply_json(r), known, n);
    return RC_OK;
}

int main(void)
{
    static const struct endpoint endpoint = {
        .name = "suggest",
        .who = ANYONE,
        .db = DB_READER,
        .api = true,
        .on = { [GET] = suggest },
    };
    return serve(&endpoint, error_view);
}
