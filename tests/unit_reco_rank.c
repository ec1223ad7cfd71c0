/* unit_reco_rank: evidence and weights of feedback, packed lists, merging, favourites, the final order. */
#include "base/arena.h"
#include "check.h"
#include "reco/feedback.h"
#include "reco/rank.h"

#include <math.h>

#define CHECK_N(got, want) CHECK_INT((int64_t)(got), (want)) /* of a size_t */

enum { ARENA_BYTES = 64 << 20 };
static const struct reading READING = {
    .partly = 0.3f, .against = -0.3f, .half_life = 20, .least = 0.1f
};

static bool near(double got, double want) { return fabs(got - want) < 1e-6; }

static void evidence(void)
{
    struct feedback liked = { .like = 1 }, disliked = { .like = -1, .watched = 1 };
    struct feedback all = { .watched = 1.7f }, some = { .watched = 0.2f },
                    glimpse = { .watched = 0.019f };
    struct feedback unknown = { .watched = NAN };

    CHECK(near(feedback_evidence(&liked, &READING), 1));
    CHECK(near(feedback_evidence(&disliked, &READING), 0)); /* however much was watched */
    CHECK(near(feedback_evidence(&all, &READING), 1));
    CHECK(feedback_evidence(&some, &READING) >= 0.3f && feedback_evidence(&some, &READING) < 1);
    CHECK(near(feedback_evidence(&glimpse, &READING), 0));
    CHECK(near(feedback_evidence(&unknown, &READING), 0));
}

static void weights(void)
{
    struct feedback liked = { .like = 1 }, disliked = { .like = -1 };
    struct reading ageless = { .partly = 0.3f, .against = -0.3f };

    CHECK(near(feedback_weight(&liked, &READING, 0), 1));
    CHECK(near(feedback_weight(&liked, &READING, 20), 0.5));
    CHECK(near(feedback_weight(&liked, &READING, 40), 0.25));
    CHECK(near(feedback_weight(&liked, &READING, 1000), 0.1));
    CHECK(near(feedback_weight(&liked, &ageless, 1000), 1));
    CHECK(near(feedback_weight(&disliked, &READING, 0), -0.3));
    CHECK(near(feedback_weight(&disliked, &READING, 20), -0.15));
}

static struct arena *a;

static void packing(void)
{
    struct entry two[2] = { { 7, 1.5f, 3 }, { 0xffffffff, 0.25f, 0 } };
    struct bytes packed = entries_pack(a, two, 2);
    struct entry_list list = entries_unpack(a, packed);

    CHECK_N(packed.n, 2 * ENTRY_BYTES);
    CHECK(list.n == 2 && memcmp(list.items, two, sizeof(two)) == 0);
    CHECK_N(entries_pack(a, NULL, 0).n, 0);
    CHECK_N(entries_unpack(a, (struct bytes){ NULL, 0 }).n, 0);
    for (size_t cut = 1; cut < 2 * ENTRY_BYTES; cut++) /* a list that was cut is not a list */
        CHECK_N(entries_unpack(a, (struct bytes){ packed.at, cut }).n, cut == ENTRY_BYTES);

    struct entry *many = arena_array(a, struct entry, LIST_MAX + 1);
    CHECK_N(entries_pack(a, many, LIST_MAX + 1).n, LIST_MAX * ENTRY_BYTES);
    struct bytes too_long = { (const char *)many, (LIST_MAX + 1) * ENTRY_BYTES };
    CHECK_N(entries_unpack(a, too_long).n, 0);
}

static void merging(void)
{
    struct entry of_10[] = { { 1, 0.5f, 0 }, { 2, 0.4f, 0 }, { 3, 0.1f, 0 } };
    struct entry of_20[] = { { 3, 0.5f, 0 }, { 2, 0.2f, 0 }, { 1, 0.1f, 0 } };
    struct entry member[] = { { 4, 0.3f, 30 }, { 3, 0.2f, 31 }, { 0, 9, 9 }, { 8, NAN, 1 } };
    struct merge *m = merge_new(a);

    merge_without(m, 4); /* before it is seen */
    merge_neighbours(m, 10, entries_pack(a, of_10, 3), 1);
    merge_neighbours(m, 20, entries_pack(a, of_20, 3), 2);
    merge_list(m, entries_pack(a, member, 4), 1);
    merge_list(m, (struct bytes){ "damaged", 7 }, 1);
    struct entry_list best = merge_best(m, 10);
    CHECK_N(best.n, 3);
    CHECK(best.items[0].video == 3 && near(best.items[0].score, 1.3) &&
          best.items[0].because == 20);
    CHECK(best.items[1].video == 2 &&
          near(best.items[1].score, 0.8)); /* 0.4 twice: the first is named */
    CHECK(best.items[1].because == 10);
    CHECK(best.items[2].video == 1 && near(best.items[2].score, 0.7) &&
          best.items[2].because == 10);
    CHECK_N(merge_best(m, 2).n, 2);

    merge_without(m, 3);                                    /* after it was seen */
    merge_neighbours(m, 40, entries_pack(a, of_10, 1), -2); /* a dislike takes 1 below 0 */
    best = merge_best(m, 10);
    CHECK(best.n == 1 && best.items[0].video == 2);
    CHECK_N(merge_best(merge_new(a), 10).n, 0);
}

static void ties_and_limits(void)
{
    struct merge *m = merge_new(a);

    for (uint32_t from = 1; from <= 2 * MERGE_MAX; from += LIST_MAX) {
        struct entry *list = arena_array(a, struct entry, LIST_MAX);
        for (uint32_t i = 0; i < LIST_MAX; i++)
            list[i] = (struct entry){ 3 * MERGE_MAX - from - i, 1, 0 };
        merge_neighbours(m, 1, entries_pack(a, list, LIST_MAX), 1);
    }
    struct entry_list best = merge_best(m, 3 * MERGE_MAX);
    CHECK_N(best.n, MERGE_MAX); /* the rest is dropped */
    for (size_t i = 0; i + 1 < best.n; i++)
        if (best.items[i].video >= best.items[i + 1].video) {
            CHECK(!"ties are by lower id");
            break;
        }
    best = merge_best(m, 3);
    CHECK(best.n == 3 && best.items[0].video == 2 * MERGE_MAX &&
          best.items[2].video == 2 * MERGE_MAX + 2);
}

static void favourites(void)
{
    struct weighed_category rows[] = { { 3, 1 }, { 1, 2 },   { 3, 2 },  { 0, 50 },
                                       { 2, 1 }, { 4, 0.5 }, { 5, 2 },  { 6, 1 },
                                       { 7, 1 }, { 8, -1 },  { 7, -1 }, { 9, 0.5 } };
    struct favourites top = favourites_of(a, rows, COUNT(rows));

    CHECK_N(top.n, TOP_CATEGORIES); /* 3: 3, 1: 2, 5: 2, 2: 1, 6: 1; 10 in all */
    CHECK(top.items[0].category_id == 3 && near(top.items[0].share, 0.3));
    CHECK(top.items[1].category_id == 1 && near(top.items[1].share, 0.2));
    CHECK(top.items[2].category_id == 5 && top.items[3].category_id == 2);
    CHECK_N(top.items[4].category_id, 6);
    CHECK_N(favourites_of(a, rows, 0).n, 0);
    CHECK_N(favourites_of(a, rows + 9, 1).n, 0); /* only dislikes */
}

static void quality(void)
{
    CHECK(near(quality_of(0, 0), 0));
    CHECK(quality_of(1, 0) < quality_of(1000, 10)); /* one like does not beat a thousand */
    CHECK(quality_of(0, 1) < 0 && quality_of(0, 100000) > -2.0 / 3);
}

static size_t rank(struct candidate *items, size_t n, const struct favourites *top, size_t max)
{
    return rank_candidates(&(struct candidates){ items, n }, top, max);
}

static void order(void)
{
    struct favourites none = { .n = 0 }, sport = { { { 5, 1 } }, 1 };
    struct candidate alike[] = {
        { .video = 9, .score = 1 },
        { .video = 2, .score = 1 },
        { .video = 5, .score = 1, .followed = true },
        { .video = 4, .score = 1, .category_id = 5 },
        { .video = 3, .score = 1, .quality = 0.1 },
    };

    CHECK_N(rank(alike, 5, &sport, 5), 5);
    CHECK_N(alike[2].video, 3);
    CHECK(alike[3].video == 2 && alike[4].video == 9);

    struct candidate clear[] = { { .video = 1, .score = 1, .category_id = 5, .followed = true },
                                 { .video = 2, .score = 9 },
                                 { .video = 3, .score = 5 } };
    CHECK_N(rank(clear, 3, &sport, 2), 2); /* taste comes first */
    CHECK(clear[0].video == 2 && clear[1].video == 3);
    CHECK_N(rank(clear, 0, &none, 2), 0);
}

/* Every run of `of` in a row has at most `most` of one key. */
static bool capped(const struct candidate *items, size_t n, bool creators, size_t of, size_t most)
{
    for (size_t i = 0; i < n; i++) {
        size_t same = 0;
        for (size_t k = i; k < n && k < i + of; k++)
            same += creators ? items[k].creator_id == items[i].creator_id
                             : items[k].category_id == items[i].category_id;
        if (same > most)
            return false;
    }
    return true;
}

static void caps(void)
{
    enum { N = 300 };
    struct favourites none = { .n = 0 };
    struct candidate c[N] = { 0 };

    for (uint32_t i = 0; i < N;
         i++) /* the first creator has the 50 best, and so on; 100 of a category */
        c[i] = (struct candidate){
            .video = i + 1, .creator_id = 1 + i / 30, .category_id = 1 + i / 100, .score = N - i
        };
    CHECK_N(rank(c, N, &none, 40), 40);
    CHECK(c[0].video == 1 && c[1].video == 2 && c[2].video == 31);
    CHECK(capped(c, 40, true, PER_CREATOR_OF, PER_CREATOR_MAX));
    CHECK(capped(c, 40, false, PER_CATEGORY_OF, PER_CATEGORY_MAX));

    struct candidate one[30] = { 0 }; /* one creator alone: the caps give way, in order */
    for (uint32_t i = 0; i < 30; i++)
        one[i] = (struct candidate){ .video = 30 - i, .creator_id = 1, .category_id = 1 };
    CHECK_N(rank(one, 30, &none, 30), 30);
    for (uint32_t i = 0; i < 30; i++)
        CHECK_N(one[i].video, i + 1);

    struct candidate nobody[20] = { 0 }; /* unknown creators and categories are not capped */
    for (uint32_t i = 0; i < 20; i++)
        nobody[i] = (struct candidate){ .video = i + 1 };
    CHECK_N(rank(nobody, 20, &none, 20), 20);
    CHECK_N(nobody[19].video, 20);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(evidence),   CASE(weights), CASE(packing), CASE(merging), CASE(ties_and_limits),
        CASE(favourites), CASE(quality), CASE(order),   CASE(caps),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(ARENA_BYTES);
    check_run();
    arena_free(a);
    return check_done("reco_rank");
}
