/*
 * eval_reco: recommends from a folder of public interactions, with the functions that production
 * uses.
 *
 * usage: eval_reco DATA OUT
 *
 *   DATA/train.tsv       user item like watch ts   as split.py writes it; ids are any words
 *   DATA/valid.tsv       user item                 optional: neither learnt from nor recommended
 *   DATA/test.tsv        user item                 whose users get lists; else those of train.tsv
 *   DATA/categories.tsv  item category|category    the first one counts
 *   DATA/uploaders.tsv   item uploader
 *   OUT                  user rank item            LIST_LENGTH each; unknown users get popular
 *                                                  items
 *
 * Limits     ROWS_MAX rows, WORD_MAX bytes an id; THREADS_MAX threads or OMP_NUM_THREADS.
 * Exit       0 done; 1 a file is wrong, the line says where; 2 usage.
 */
#include "base/arena.h"
#include "reco/model.h"

#include <errno.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

enum {
    LIST_LENGTH = 20,
    CANDIDATES = 100, /* as lib/app/catalogue/recommend.h keeps for a member */
    WORD_MAX = 255,
    COLUMNS_MAX = 5,
    ROWS_MAX = 50000000,
    HEAD_MAX = 12000,
    NEIGHBOURS = 200,
    THREADS_MAX = 2,
};
static const size_t ARENA_BYTES = (size_t)8 << 30, MEMORY_BYTES = (size_t)1 << 30;

/*
 * Words as numbers from 1 on.
 */
struct words {
    struct arena *a;
    char **word; /* of number i + 1 */
    uint32_t *cells;
    size_t n, size;
};

static size_t word_hash(const char *s)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

    for (; *s; s++)
        h = (h ^ (unsigned char)*s) * UINT64_C(0x100000001b3);
    return (size_t)(h ^ h >> 29);
}

static uint32_t *word_cell(const struct words *w, const char *s)
{
    size_t at = word_hash(s);

    while (w->cells[at & (w->size - 1)] != 0 &&
           strcmp(w->word[w->cells[at & (w->size - 1)] - 1], s))
        at++;
    return &w->cells[at & (w->size - 1)];
}

static void words_grow(struct words *w)
{
    size_t size = w->size ? 2 * w->size : 1024;
    char **word = arena_array(w->a, char *, size / 2);

    if (w->n > 0)
        memcpy(word, w->word, w->n * sizeof(*word));
    *w = (struct words){ w->a, word, arena_array(w->a, uint32_t, size), w->n, size };
    for (size_t i = 0; i < w->n; i++)
        *word_cell(w, word[i]) = (uint32_t)(i + 1);
}

/* 0: the word is not known, and must not be added. */
static uint32_t word_number(struct words *w, const char *s, bool add)
{
    if (w->n + 1 > w->size / 2)
        words_grow(w);
    uint32_t *cell = word_cell(w, s);
    if (*cell == 0 && add) {
        w->word[w->n] = arena_str(w->a, s);
        *cell = (uint32_t)++w->n;
    }
    return *cell;
}

/*
 * Files.
 */
struct file {
    const char *name;
    FILE *f;
    size_t line, columns;
    char text[COLUMNS_MAX * (WORD_MAX + 1) + 2];
    char *column[COLUMNS_MAX];
};

static _Noreturn void wrong(const struct file *f, const char *what)
{
    fprintf(stderr, "%s:%zu: %s\n", f->name, f->line, what);
    exit(1);
}

static bool file_open(struct arena *a, struct file *f, const char *folder, const char *name,
                      bool needed)
{
    *f = (struct file){ .name = arena_printf(a, "%s/%s", folder, name) };
    f->f = fopen(f->name, "r");
    if (f->f == NULL && (needed || errno != ENOENT)) {
        fprintf(stderr, "%s: %s\n", f->name, strerror(errno));
        exit(1);
    }
    return f->f != NULL;
}

/* The next line, with at least that many columns; false at the end, when the file is closed. */
static bool next_line(struct file *f, size_t least)
{
    if (!fgets(f->text, sizeof(f->text), f->f)) {
        if (ferror(f->f))
            wrong(f, "cannot be read");
        fclose(f->f);
        return false;
    }
    f->line++;
    char *end = strchr(f->text, '\n'), *at = f->text;
    if (end == NULL && !feof(f->f))
        wrong(f, "a line of at most 5 words of 255 bytes was expected");
    if (end != NULL)
        *end = 0;
    for (f->columns = 0; at != NULL && f->columns < COLUMNS_MAX; f->columns++) {
        f->column[f->columns] = strsep(&at, "\t");
        if (f->column[f->columns][0] == 0 || strlen(f->column[f->columns]) > WORD_MAX)
            wrong(f, "a word of 1 to 255 bytes was expected");
    }
    if (f->columns < least)
        wrong(f, least == 5 ? "expected: user item like watch ts, with tabs between"
                            : "expected: two columns with a tab between");
    return true;
}

static double number(const struct file *f, size_t column, double low, double high)
{
    char *end;
    double value = strtod(f->column[column], &end);

    if (*end != 0 || !(value >= low && value <= high))
        wrong(f, column == 2   ? "like is 1, 0 or -1"
                 : column == 3 ? "watch is a part of the length, 0 or more"
                               : "ts is seconds since 1970, or 0");
    return value;
}

/*
 * The data.
 */
struct data {
    struct arena *a;
    struct words users, items, categories, creators;
    struct feedback_list train, valid, test; /* the last two: only member and video */
    uint32_t *category, *creator;            /* of a video; 0: unknown */
    double *quality;                         /* of a video */
    uint32_t *popular;                       /* videos */
};

static int by_member_and_video(const void *a, const void *b)
{
    const struct feedback *l = a, *r = b;

    if (l->member != r->member)
        return l->member < r->member ? -1 : 1;
    return (l->video > r->video) - (l->video < r->video);
}

/* `columns`: 5 for a train.tsv, else 2. Sorted; a pair that occurs twice is an error. */
static void read_rows(struct data *d, const char *folder, const char *name, size_t columns,
                      struct feedback_list *out)
{
    struct file f;
    size_t room = 0;

    if (!file_open(d->a, &f, folder, name, columns == 5))
        return;
    while (next_line(&f, columns)) {
        if (out->n == ROWS_MAX)
            wrong(&f, "at most 50000000 rows are read");
        if (out->n == room) {
            room = room ? 2 * room : 1 << 16;
            out->items = realloc(out->items, room * sizeof(*out->items));
            if (out->items == NULL)
                wrong(&f, "not enough memory");
        }
        struct feedback *row = &out->items[out->n++];
        *row = (struct feedback){ .member = word_number(&d->users, f.column[0], true),
                                  .video = word_number(&d->items, f.column[1], columns == 5) };
        if (columns < 5)
            continue;
        row->like = (int8_t)number(&f, 2, -1, 1);
        row->watched = (float)number(&f, 3, 0, 1e6);
        row->at_s = (int64_t)number(&f, 4, 0, 1e12);
    }
    SORT(out->items, out->n, by_member_and_video);
    for (size_t i = 1; columns == 5 && i < out->n; i++)
        if (by_member_and_video(&out->items[i - 1], &out->items[i]) == 0) {
            fprintf(stderr, "%s: %s and %s are there twice\n", f.name,
                    d->users.word[out->items[i].member - 1],
                    d->items.word[out->items[i].video - 1]);
            exit(1);
        }
}

/* The second column of a file about items, up to the first '|', as a number. */
static uint32_t *read_items(struct data *d, const char *folder, const char *name,
                            struct words *words)
{
    uint32_t *of = arena_array(d->a, uint32_t, d->items.n + 1);
    struct file f;

    if (!file_open(d->a, &f, folder, name, false))
        return of;
    while (next_line(&f, 2)) {
        f.column[1][strcspn(f.column[1], "|")] = 0;
        of[word_number(&d->items, f.column[0], false)] = word_number(words, f.column[1], true);
    }
    of[0] = 0;
    return of;
}

static void about_videos(struct data *d)
{
    size_t n = d->items.n;
    int64_t *likes = arena_array(d->a, int64_t, n + 1),
            *dislikes = arena_array(d->a, int64_t, n + 1);
    struct candidate *c = arena_array(d->a, struct candidate, n);
    struct favourites none = { .n = 0 };

    d->quality = arena_array(d->a, double, n + 1);
    d->popular = arena_array(d->a, uint32_t, n);
    for (size_t i = 0; i < n; i++)
        c[i].video = (uint32_t)(i + 1);
    for (size_t i = 0; i < d->train.n; i++) {
        const struct feedback *f = &d->train.items[i];
        likes[f->video] += f->like > 0;
        dislikes[f->video] += f->like < 0;
        c[f->video - 1].score += (double)(f->like >= 0);
    }
    for (size_t v = 1; v <= n; v++)
        d->quality[v] = quality_of(likes[v], dislikes[v]);
    rank_candidates(&(struct candidates){ c, n }, &none, n);
    for (size_t i = 0; i < n; i++)
        d->popular[i] = c[i].video;
}

static void read_data(struct data *d, const char *folder)
{
    read_rows(d, folder, "train.tsv", 5, &d->train);
    read_rows(d, folder, "valid.tsv", 2, &d->valid);
    read_rows(d, folder, "test.tsv", 2, &d->test);
    if (d->test.n == 0)
        d->test = d->train;
    d->category = read_items(d, folder, "categories.tsv", &d->categories);
    d->creator = read_items(d, folder, "uploaders.tsv", &d->creators);
    about_videos(d);
}

/*
 * Recommending.
 */
struct span { /* rows of one member */
    const struct feedback *rows;
    size_t n;
};

/* The rows of a member. To be called for members in order: `at` moves along the list. */
static struct span rows_of(const struct feedback_list *list, size_t *at, int64_t member)
{
    while (*at < list->n && list->items[*at].member < member)
        ++*at;
    struct span s = { list->items + *at, 0 };
    while (*at + s.n < list->n && s.rows[s.n].member == member)
        s.n++;
    return s;
}

static bool holds(struct span s, uint32_t video)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.rows[i].video == video)
            return true;
    return false;
}

static struct favourites favourites(const struct data *d, struct arena *a, struct span seen,
                                    const struct reading *how)
{
    struct weighed_category *rows = arena_array(a, struct weighed_category, seen.n);

    for (size_t i = 0; i < seen.n; i++) { /* a row is as old as there are more recent ones */
        size_t newer = 0;
        for (size_t k = 0; k < seen.n && how->half_life > 0; k++)
            newer += seen.rows[k].at_s > seen.rows[i].at_s;
        rows[i] = (struct weighed_category){ d->category[seen.rows[i].video],
                                             (double)feedback_weight(&seen.rows[i], how, newer) };
    }
    return favourites_of(a, rows, seen.n);
}

/* The model's list, without masked items, in the order of the home page, and filled up. */
static size_t recommend(const struct data *d, const struct model *m, const struct reading *how,
                        struct arena *a, struct span seen, struct span masked, uint32_t *out)
{
    size_t max = CANDIDATES + masked.n;
    struct entry *list = arena_array(a, struct entry, max);
    struct candidates c = { arena_array(a, struct candidate, max), 0 };
    struct favourites top = favourites(d, a, seen, how);
    size_t listed = model_list(m, seen.rows, seen.n, max, list), n = 0;

    for (size_t i = 0; i < listed && c.n < CANDIDATES; i++) {
        uint32_t v = list[i].video;
        if (!holds(masked, v))
            c.items[c.n++] = (struct candidate){ .video = v,
                                                 .creator_id = d->creator[v],
                                                 .category_id = d->category[v],
                                                 .score = (double)list[i].score,
                                                 .quality = d->quality[v] };
    }
    size_t ranked = rank_candidates(&c, &top, LIST_LENGTH);
    for (; n < ranked; n++)
        out[n] = c.items[n].video;
    for (size_t i = 0; i < d->items.n && n < LIST_LENGTH; i++) {
        bool there = holds(seen, d->popular[i]) || holds(masked, d->popular[i]);
        for (size_t k = 0; k < ranked && !there; k++)
            there = out[k] == d->popular[i];
        if (!there)
            out[n++] = d->popular[i];
    }
    return n;
}

static void write_lists(const struct data *d, const struct model *m, const struct reading *how,
                        FILE *out)
{
    struct arena *a = arena_new(ARENA_BYTES);
    size_t at_seen = 0, at_masked = 0;
    uint32_t list[LIST_LENGTH];

    for (size_t i = 0; i < d->test.n; i++) {
        int64_t member = d->test.items[i].member;
        if (i > 0 && d->test.items[i - 1].member == member)
            continue;
        struct span seen = rows_of(&d->train, &at_seen, member);
        struct span masked = rows_of(&d->valid, &at_masked, member);
        size_t n = recommend(d, m, how, a, seen, masked, list);
        for (size_t r = 0; r < n; r++)
            fprintf(out, "%s\t%zu\t%s\n", d->users.word[member - 1], r + 1,
                    d->items.word[list[r] - 1]);
        arena_reset(a);
    }
    arena_free(a);
}

static double seconds(void)
{
    static double last;
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    double now = (double)t.tv_sec + (double)t.tv_nsec * 1e-9, since = now - last;
    last = now;
    return since;
}

static enum rc run(struct data *d, const char *folder, FILE *out)
{
    struct limits limits = { MEMORY_BYTES, HEAD_MAX, NEIGHBOURS, THREADS_MAX };
    struct rusage used;
    struct choice choice;
    const char *report;
    struct model *m;

    seconds();
    read_data(d, folder);
    printf("%zu rows, %zu videos, read in %.1f s\n", d->train.n, d->items.n, seconds());
    TRY(model_choose(&d->train, &limits, d->a, &choice, &report));
    printf(
        "%schoice: %s, lambda %g, dropout %g, rare %g, alpha %g, beta %g, partly %g, half-life %g,"
        " least %g\nchosen in %.1f s\n",
        report, choice.ridge ? "ridge" : "walks", (double)choice.lambda, (double)choice.dropout,
        (double)choice.rare, (double)choice.walk_alpha, (double)choice.walk_beta,
        (double)choice.reading.partly, (double)choice.reading.half_life,
        (double)choice.reading.least, seconds());
    TRY(model_learn(&d->train, &choice, &limits, &m));
    printf("learnt in %.1f s\n", seconds());
    write_lists(d, m, &choice.reading, out);
    model_free(m);
    getrusage(RUSAGE_SELF, &used);
    printf("listed in %.1f s; %ld MiB at most\n", seconds(), used.ru_maxrss / 1024);
    return RC_OK;
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: eval_reco DATA OUT\n");
        return 2;
    }
    struct arena *a = arena_new(ARENA_BYTES);
    struct data d = { .a = a, .users.a = a, .items.a = a, .categories.a = a, .creators.a = a };
    FILE *out = fopen(argv[2], "w");
    if (out == NULL) {
        fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
        return 1;
    }
    enum rc rc = run(&d, argv[1], out);
    if (fclose(out) != 0 && rc == RC_OK) {
        fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
        rc = RC_FAIL;
    }
    if (rc != RC_OK)
        fprintf(stderr, "eval_reco: %s\n", rc_name(rc));
    return rc == RC_OK ? 0 : 1;
}
