/* Playback tokens and what beats are worth: by table, byte by byte, and the sum of a chain of them.
 * Needs OVS_CONF of a site for its keys. */
#include "app/money/credit.h"
#include "app/watching/playback.h"
#include "base/clock.h"
#include "base/conf.h"
#include "check.h"
#include "io/secret.h"
#include <sys/stat.h>
#include <unistd.h>

enum { MEMBER = 7, VIDEO = 5, CREATOR = 3, LENGTH_MS = 2 * 60 * 60 * 1000 };
#define START_MS INT64_C(1800000000000)
#define PAID_MS  (START_MS + 20 * MINUTE_MS)

static struct arena *a;

static struct playback fresh(void)
{
    struct playback p = { .user_id = MEMBER,
                          .video_id = VIDEO,
                          .creator_id = CREATOR,
                          .length_ms = LENGTH_MS,
                          .paid_until_ms = PAID_MS };
    playback_start(a, &p, START_MS);
    return p;
}

static struct beat played(int64_t seq, int64_t from_ms, int64_t to_ms)
{
    return (struct beat){ .seq = seq, .ranges = { { from_ms, to_ms } }, .n = 1 };
}

static bool same(const struct playback *x, const struct playback *y)
{
    return strcmp(playback_write(a, x), playback_write(a, y)) == 0;
}

/* One beat, that long after the start. */
static void check_worth(void)
{
    static const struct {
        int64_t after_ms;
        struct play_range ranges[3];
        bool ended;
        enum rc rc;
        int64_t credit_ms, media_ms, position_ms, from_ms, to_ms;
    } rows[] = {
        /* as it should be; half speed, double speed, faster than anybody watches */
        { 15000, { { 0, 15000 } }, false, RC_OK, 15000, 15000, 15000, 0, 15000 },
        { 15000, { { 0, 7500 } }, false, RC_OK, 7500, 7500, 7500, 0, 7500 },
        { 15000, { { 0, 30000 } }, false, RC_OK, 15000, 30000, 30000, 0, 30000 },
        { 15000, { { 0, 600000 } }, false, RC_OK, 15000, 60000, 600000, 0, 60000 },
        /* too soon, except at the end */
        { 2999, { { 0, 2999 } }, false, RC_LIMITED, 0, 0, 0, 0, 0 },
        { 3000, { { 0, 3000 } }, false, RC_OK, 3000, 3000, 3000, 0, 3000 },
        { 1, { { 0, 4000 } }, true, RC_OK, 1, 4, 4000, 0, 4 },
        { 0, { { 0, 4000 } }, true, RC_OK, 0, 0, 4000, 0, 0 },
        /* a clock that stepped back */
        { -5000, { { 0, 15000 } }, false, RC_LIMITED, 0, 0, 0, 0, 0 },
        { -5000, { { 0, 15000 } }, true, RC_OK, 0, 0, 15000, 0, 0 },
        /* a laptop that slept, a tab that was throttled */
        { 9 * MINUTE_MS, { { 0, 15000 } }, false, RC_OK, 15000, 15000, 15000, 0, 15000 },
        { 9 * MINUTE_MS,
          { { 0, LENGTH_MS } },
          false,
          RC_OK,
          75000,
          36 * MINUTE_MS,
          LENGTH_MS,
          0,
          300000 },
        { 70000, { { 0, 70000 } }, false, RC_OK, 70000, 70000, 70000, 0, 70000 },
        /* several ranges, out of the video, backwards, empty */
        { 15000,
          { { 0, 5000 }, { 60000, 66000 }, { 1000, 3000 } },
          false,
          RC_OK,
          13000,
          13000,
          3000,
          60000,
          66000 },
        { 15000,
          { { LENGTH_MS - 4000, LENGTH_MS + 9000 } },
          false,
          RC_OK,
          4000,
          4000,
          LENGTH_MS,
          LENGTH_MS - 4000,
          LENGTH_MS },
        { 15000, { { LENGTH_MS + 1, LENGTH_MS + 9000 } }, false, RC_OK, 0, 0, LENGTH_MS, 0, 0 },
        { 15000, { { 9000, 1000 } }, false, RC_OK, 0, 0, 9000, 0, 0 },
        { 15000, { { -5000, 5000 } }, false, RC_OK, 5000, 5000, 5000, 0, 5000 },
        { 15000, { { 0, 0 } }, false, RC_OK, 0, 0, 0, 0, 0 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct playback p = fresh(), before = p;
        struct beat b = { .n = 3, .ended = rows[i].ended };
        struct played got = { .user_id = 0 };
        while (b.n && rows[i].ranges[b.n - 1].from_ms == rows[i].ranges[b.n - 1].to_ms)
            b.n--;
        memcpy(b.ranges, rows[i].ranges, sizeof(rows[i].ranges));
        int64_t now_ms = START_MS + rows[i].after_ms;
        CHECK(playback_beat(&p, &b, MEMBER, now_ms, &got) == rows[i].rc);
        CHECK(rows[i].rc == RC_OK ? p.seq == 1 : same(&p, &before));
        if (rows[i].rc != RC_OK)
            continue;
        CHECK_INT(got.t1_ms - got.t0_ms, rows[i].credit_ms);
        CHECK_INT(got.t1_ms, now_ms);
        CHECK_INT(got.media_ms, rows[i].media_ms);
        CHECK_INT(got.position_ms, rows[i].position_ms);
        CHECK_INT(got.from_ms, rows[i].from_ms);
        CHECK_INT(got.to_ms, rows[i].to_ms);
        CHECK_INT(p.last_ms, MAX_OF(now_ms, START_MS));
        CHECK(got.user_id == MEMBER && got.video_id == VIDEO && got.creator_id == CREATOR &&
              got.length_ms == LENGTH_MS && got.flags == 0);
        CHECK_STR(got.session, p.session);
    }
    struct playback p = fresh();
    struct beat hidden = played(0, 0, 15000);
    struct played got;
    hidden.hidden = true;
    CHECK(playback_beat(&p, &hidden, MEMBER, START_MS + 15000, &got) == RC_OK);
    CHECK_INT(got.flags, SEGMENT_HIDDEN);
}

/* Which beats are refused, and when. */
static void check_refusals(void)
{
    static const struct {
        int64_t user_id, seq, after_ms;
        enum rc rc;
    } rows[] = {
        { MEMBER, 1, 15000, RC_OK },
        { MEMBER + 1, 1, 15000, RC_SIGN_IN }, /* another member's token */
        { 0, 1, 15000, RC_SIGN_IN },
        { MEMBER, 0, 15000, RC_SIGN_IN }, /* out of order */
        { MEMBER, 2, 15000, RC_SIGN_IN },
        { MEMBER, 1, PLAYBACK_RECHECK_MINUTES * MINUTE_MS - 1, RC_OK },
        { MEMBER, 1, PLAYBACK_RECHECK_MINUTES * MINUTE_MS, RC_SIGN_IN }, /* ask again */
        { MEMBER, 1, 20 * MINUTE_MS - 1, RC_SIGN_IN },
        { MEMBER, 1, 20 * MINUTE_MS, RC_UNPAID },
        { MEMBER, 1, PLAYBACK_HOURS * HOUR_MS, RC_SIGN_IN },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct playback p = fresh();
        struct beat b = played(rows[i].seq, 0, 15000);
        struct played got;
        p.seq = 1;
        struct playback before = p;
        CHECK(playback_beat(&p, &b, rows[i].user_id, START_MS + rows[i].after_ms, &got) ==
              rows[i].rc);
        CHECK(same(&p, &before) == (rows[i].rc != RC_OK));
    }
    struct playback p = { .user_id = MEMBER, .paid_until_ms = START_MS + 5000 };
    playback_start(a, &p, START_MS);
    CHECK_INT(p.recheck_ms, START_MS + 5000); /* never beyond what is paid */
}

/* What was written can be read; a token with any byte changed, or of any other length, is
 * refused. */
static void check_token(void)
{
    struct playback p = fresh(), got;
    p.seq = 41;
    p.last_ms += 15000;
    char *token = playback_write(a, &p);
    size_t n = strlen(token);

    CHECK(n <= PLAYBACK_TOKEN_MAX_BYTES);
    CHECK(playback_read(a, token, &got) == RC_OK && same(&p, &got));
    CHECK(got.user_id == MEMBER && got.video_id == VIDEO && got.creator_id == CREATOR &&
          got.length_ms == LENGTH_MS && got.start_ms == START_MS && got.seq == 41 &&
          got.last_ms == START_MS + 15000 && got.paid_until_ms == PAID_MS &&
          got.expires_ms == START_MS + 12 * HOUR_MS && got.recheck_ms == START_MS + 10 * MINUTE_MS);
    for (size_t i = 0; i < n; i++)
        for (int bit = 0; bit < 8; bit++) {
            token[i] = (char)(token[i] ^ 1 << bit);
            CHECK(playback_read(a, token, &got) == RC_SIGN_IN);
            token[i] = (char)(token[i] ^ 1 << bit);
        }
    for (size_t i = 0; i < n; i++)
        CHECK(playback_read(a, arena_strn(a, token, i), &got) == RC_SIGN_IN);
    CHECK(playback_read(a, arena_printf(a, "%s0", token), &got) == RC_SIGN_IN);
    CHECK(playback_read(a, arena_printf(a, "%0*d", PLAYBACK_TOKEN_MAX_BYTES + 1, 0), &got) ==
          RC_SIGN_IN);
    CHECK(playback_read(a, "", &got) == RC_SIGN_IN);

    struct playback widest = { INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX,
                               INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, INT64_MAX, p.session };
    CHECK(playback_read(a, playback_write(a, &widest), &got) == RC_OK && same(&widest, &got));
}

/* A key that was replaced is accepted as play.old; any other is not. */
static void check_old_key(void)
{
    static const char key[] = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    const char *path = arena_printf(a, "%s/play.old", conf()->secrets_dir);
    struct playback p = fresh(), got;
    const char *text = arena_printf(a,
                                    "2.%d.%d.%d.%d.%" PRId64 ".%" PRId64 ".0.%" PRId64 ".%" PRId64
                                    ".%" PRId64 ".%" PRId64 ".%s",
                                    MEMBER, VIDEO, CREATOR, LENGTH_MS, START_MS, START_MS,
                                    p.expires_ms, p.recheck_ms, p.paid_until_ms, p.awake_ms,
                                    p.session);

    FILE *f = fopen(path, "w");
    CHECK(f && fputs(key, f) >= 0 && fclose(f) == 0 && chmod(path, 0600) == 0);
    const char *token = arena_printf(a, "%s.%s", text, hmac_hex(a, "play.old", text));
    CHECK(playback_read(a, token, &got) == RC_OK && same(&p, &got));
    CHECK(playback_read(a, arena_printf(a, "%s.%s", text, hmac_hex(a, "token", text)), &got) ==
          RC_SIGN_IN);
    CHECK(unlink(path) == 0);
}

/* /api/play continues a chain, but only this one, and only soon. */
static void check_continue(void)
{
    struct playback old = fresh();
    struct played got;
    struct beat b = played(0, 0, 15000);
    CHECK(playback_beat(&old, &b, MEMBER, START_MS + 15000, &got) == RC_OK);
    const char *token = playback_write(a, &old);

    struct playback next = fresh(), other;
    playback_start(a, &next, old.last_ms + 9000);
    playback_continue(a, &next, token, old.last_ms + 9000);
    CHECK_STR(next.session, old.session);
    CHECK(next.seq == 1 && next.last_ms == old.last_ms && next.expires_ms == old.expires_ms);
    CHECK_INT(next.recheck_ms, old.last_ms + 9000 + 10 * MINUTE_MS);
    static const struct {
        int64_t user_id, video_id, after_ms;
        bool goes_on;
    } rows[] = {
        { MEMBER, VIDEO, 0, true },
        { MEMBER, VIDEO, BEAT_CREDIT_MAX_MS, true },
        { MEMBER, VIDEO, BEAT_CREDIT_MAX_MS + 1, false },
        { MEMBER, VIDEO, -1, false },
        { MEMBER + 1, VIDEO, 0, false },
        { MEMBER, VIDEO + 1, 0, false },
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        other = fresh();
        other.user_id = rows[i].user_id;
        other.video_id = rows[i].video_id;
        playback_continue(a, &other, token, old.last_ms + rows[i].after_ms);
        CHECK((strcmp(other.session, old.session) == 0) == rows[i].goes_on);
    }
    other = fresh();
    playback_continue(a, &other, "nonsense", START_MS);
    CHECK(other.seq == 0);
}

/* An hour of beats, each sent again later, and a second chain forked from the middle: one hour. */
static void check_chain(void)
{
    enum { BEATS = 240, BEAT_MS = 15000 };
    struct segment *segments = arena_array(a, struct segment, 3 * BEATS);
    struct credit_unit unit = { 1, START_MS - DAY_MS, START_MS + DAY_MS };
    struct credit_unit_list units = { &unit, 1 };
    struct playback p = fresh(), fork_of = p;
    struct credit_list day;
    size_t n = 0;

    p.paid_until_ms = p.recheck_ms = fork_of.recheck_ms = fork_of.paid_until_ms = INT64_MAX;
    for (int64_t i = 0; i < BEATS; i++) {
        int64_t now_ms = START_MS + (i + 1) * BEAT_MS;
        struct beat b = played(i, i * BEAT_MS, (i + 1) * BEAT_MS);
        struct playback *const chains[] = { &p, &fork_of };
        struct playback replayed = p;
        struct played got[3];
        size_t k = 0;
        CHECK(playback_beat(&replayed, &b, MEMBER, now_ms, &got[k++]) == RC_OK);
        for (size_t c = 0; c < COUNT(chains); c++)
            CHECK(playback_beat(chains[c], &b, MEMBER, now_ms, &got[k++]) == RC_OK);
        for (size_t g = 0; g < k; g++)
            segments[n++] = (struct segment){ .t0_ms = got[g].t0_ms,
                                              .t1_ms = got[g].t1_ms,
                                              .video_id = VIDEO,
                                              .creator_id = CREATOR,
                                              .length_ms = LENGTH_MS,
                                              .session = p.session };
    }
    credit_day(a, MEMBER, true, &units, segments, n, &day);
    CHECK(day.n == 1 && day.items[0].credited_ms == HOUR_MS && day.items[0].raw_ms == 3 * HOUR_MS);
}

/* A playback that began by itself, when somebody had given a sign of life that long ago. */
static void check_attention(void)
{
    const int64_t limit_ms = conf()->still_watching_minutes * MINUTE_MS;
    const struct {
        int64_t idle_ms;
        bool attended;
        int64_t media_ms;
    } rows[] = {
        { 0, false, 15000 },
        { limit_ms - 15000, false, 15000 }, /* the beat comes at the very end */
        { limit_ms - 14999, false, 0 },
        { limit_ms - 14999, true, 15000 },
        { limit_ms * 10, false, 0 },
        { limit_ms * 10, true, 15000 },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        struct playback p = fresh(), read;
        struct beat b = played(0, 0, 15000);
        struct played record;
        p.awake_ms = START_MS - rows[i].idle_ms;
        playback_start(a, &p, START_MS);
        CHECK_INT(playback_read(a, playback_write(a, &p), &read), RC_OK);
        CHECK_INT(read.awake_ms, START_MS - rows[i].idle_ms);
        b.attended = rows[i].attended;
        CHECK_INT(playback_beat(&read, &b, MEMBER, START_MS + 15000, &record), RC_OK);
        CHECK_INT(record.media_ms, rows[i].media_ms);
        CHECK_INT(read.awake_ms, rows[i].attended ? START_MS + 15000 : START_MS - rows[i].idle_ms);
    }
}

/* A chain of beats that nobody attends ends in nothing; the answer begins the time anew, and another play
 * call for the same playback does not. */
static void check_unattended_chain(void)
{
    const int64_t limit_ms = conf()->still_watching_minutes * MINUTE_MS;
    struct playback p = fresh();
    struct played record;
    int64_t at_ms = START_MS, credited_ms = 0;

    p.length_ms = 10 * limit_ms;
    p.paid_until_ms = INT64_MAX;
    for (int64_t i = 0; i < limit_ms / 60000 + 20; i++) {
        struct beat b = played(p.seq, at_ms - START_MS, at_ms - START_MS + 60000);
        struct playback next = p;
        at_ms += 60000;
        next.awake_ms = 0;
        playback_start(a, &next, at_ms - 60000);
        playback_continue(a, &next, playback_write(a, &p), at_ms - 60000);
        p = next;
        b.seq = p.seq;
        CHECK_INT(playback_beat(&p, &b, MEMBER, at_ms, &record), RC_OK);
        credited_ms += record.media_ms;
    }
    CHECK_INT(credited_ms, limit_ms);
    struct beat b = played(p.seq, at_ms - START_MS, at_ms - START_MS + 60000);
    b.attended = true;
    CHECK_INT(playback_beat(&p, &b, MEMBER, at_ms + 60000, &record), RC_OK);
    CHECK_INT(record.media_ms, 60000);
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_old_key), /* first: keys are read once */
        CASE(check_worth),     CASE(check_refusals),         CASE(check_token),
        CASE(check_attention), CASE(check_unattended_chain), CASE(check_continue),
        CASE(check_chain),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(256 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_watch");
}
