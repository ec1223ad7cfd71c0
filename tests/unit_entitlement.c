/* Who may play which video: every kind of viewer beside every state of a video. No database. */
#include "app/watching/entitlement.h"
#include "check.h"

enum { UPLOADER = 7, OTHER = 8 };
enum { NOW = 1000000, LATER = 2000000, SOONER = 500000 };

/* Whoever it is, a video that is ready; until: INT64_MAX for those who need not pay. */
static const struct {
    const char *who;
    struct entitled is;
    enum rc rc;
    int64_t until_ms;
} rows[] = {
    { "nobody", { 0, false, 0, 0 }, RC_UNPAID, 0 },
    { "never paid", { OTHER, false, 0, 0 }, RC_UNPAID, 0 },
    { "paid", { OTHER, false, LATER, LATER + 5 }, RC_OK, LATER + 5 },
    { "paid, no grace", { OTHER, false, LATER, LATER }, RC_OK, LATER },
    { "paid, grace unset", { OTHER, false, LATER, 0 }, RC_OK, LATER },
    { "last moment of the paid time", { OTHER, false, NOW + 1, NOW + 1 }, RC_OK, NOW + 1 },
    { "end of the paid time", { OTHER, false, NOW, NOW }, RC_UNPAID, NOW },
    { "grace", { OTHER, false, SOONER, LATER }, RC_OK, LATER },
    { "last moment of grace", { OTHER, false, SOONER, NOW + 1 }, RC_OK, NOW + 1 },
    { "end of grace", { OTHER, false, SOONER, NOW }, RC_UNPAID, NOW },
    { "cancelled, paid time left", { OTHER, false, LATER, LATER }, RC_OK, LATER },
    { "cancelled, ended", { OTHER, false, SOONER, SOONER }, RC_UNPAID, SOONER },
    { "ended", { OTHER, false, SOONER, SOONER + 5 }, RC_UNPAID, SOONER + 5 },
    { "uploader", { UPLOADER, false, 0, 0 }, RC_OK, INT64_MAX },
    { "uploader, paid", { UPLOADER, false, LATER, LATER }, RC_OK, INT64_MAX },
    { "uploader, ended", { UPLOADER, false, SOONER, SOONER }, RC_OK, INT64_MAX },
    { "moderator", { OTHER, true, 0, 0 }, RC_OK, INT64_MAX },
    { "moderator, paid", { OTHER, true, LATER, LATER }, RC_OK, INT64_MAX },
    { "moderator, ended", { OTHER, true, SOONER, SOONER }, RC_OK, INT64_MAX },
    { "moderator and uploader", { UPLOADER, true, 0, 0 }, RC_OK, INT64_MAX },
};

/* The paid part alone, which neither an upload nor a role changes. */
static void check_paid(size_t i)
{
    const struct entitled member = { OTHER, false, rows[i].is.paid_until_ms,
                                     rows[i].is.grace_until_ms };
    const struct video v = { .user_id = UPLOADER, .state = VIDEO_READY };
    int64_t until_ms = -1;
    enum rc rc = entitlement_play(&v, &member, NOW, &until_ms, NULL);

    CHECK(entitlement_is_paid(&rows[i].is, NOW) == (rc == RC_OK));
    CHECK_INT(entitlement_paid_until_ms(&rows[i].is), until_ms);
}

static void check_row(size_t i)
{
    static const enum video_state states[] = { VIDEO_READY,  VIDEO_PROCESSING, VIDEO_FAILED,
                                               VIDEO_REVIEW, VIDEO_HIDDEN,     VIDEO_REMOVED,
                                               VIDEO_DELETED };

    for (size_t s = 0; s < COUNT(states); s++) {
        const struct video v = { .user_id = UPLOADER, .state = states[s] };
        struct problem why = { NULL, NULL };
        int64_t until_ms = -1;
        bool ready = states[s] == VIDEO_READY;
        enum rc want = ready ? rows[i].rc : RC_CONFLICT;
        enum rc rc = entitlement_play(&v, &rows[i].is, NOW, &until_ms, &why);
        if (rc != want || (rc == RC_OK && until_ms != rows[i].until_ms))
            printf("  %s, video %s\n", rows[i].who, video_state_word(states[s]));
        CHECK_INT(rc, want);
        CHECK_INT(entitlement_play(&v, &rows[i].is, NOW, NULL, NULL), want);
        if (ready)
            CHECK_INT(until_ms, rows[i].until_ms);
        CHECK_STR(why.text ? why.text : "", ready ? "" : "This video is not ready to be played.");
        CHECK_STR(why.field ? why.field : "", ready ? "" : "video");
    }
}

/* Held by moderators, or waiting for them: for its owner and for them, if it is processed at all. */
static void check_held(void)
{
    static const struct {
        enum video_state state;
        enum rc owner, moderator;
    } states[] = {
        { VIDEO_REVIEW, RC_OK, RC_OK },
        { VIDEO_HIDDEN, RC_OK, RC_OK },
        { VIDEO_LIMITED, RC_OK, RC_OK },
        { VIDEO_REMOVED, RC_CONFLICT, RC_OK },
        { VIDEO_FAILED, RC_CONFLICT, RC_CONFLICT },
    };
    const struct entitled owner = { UPLOADER, false, 0, 0 }, moderator = { OTHER, true, 0, 0 };
    const struct entitled paid = { OTHER, false, LATER, LATER };

    for (size_t i = 0; i < COUNT(states); i++) {
        const struct video v = { .user_id = UPLOADER, .state = states[i].state, .length_ms = 1 };
        CHECK_INT(entitlement_play(&v, &owner, NOW, NULL, NULL), states[i].owner);
        CHECK_INT(entitlement_play(&v, &moderator, NOW, NULL, NULL), states[i].moderator);
        CHECK_INT(entitlement_play(&v, &paid, NOW, NULL, NULL), RC_CONFLICT);
    }
}

int main(void)
{
    check_held();
    for (size_t i = 0; i < COUNT(rows); i++) {
        check_row(i);
        check_paid(i);
    }
    return check_done("unit_entitlement");
}
