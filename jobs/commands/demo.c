#include "commands/demo.h"
#include "app/people/account.h"
#include "app/catalogue/category.h"
#include "app/income/pay.h"
#include "app/income/payment.h"
#include "app/watching/rollup.h"
#include "app/publish/upload.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "av/ffmpeg.h"
#include "io/secret.h"
#include "io/store.h"
#include <time.h>

enum {
    SOURCE_MAX_BYTES = 200 * 1000 * 1000,
    SOURCE_SECONDS = 120,
    DEMO_MONTHS = 4,
    DEMO_DAYS = 100, /* since the first payment */
    PAY_EVERY_DAYS = 30,
    FLUSH_WAITS_MAX = 600,
    FLUSH_WAIT_NS = 100 * 1000 * 1000,
};

static const struct {
    const char *handle, *name, *about;
} people[] = {
    { "ada", "Ada's Workshop", "Small machines, explained slowly." },
    { "lumen", "Lumen", "Light, colour and patience." },
    { "fieldnotes", "Field Notes", "Walks, weather and what grows beside the path." },
    { "kettle", "The Kettle Room", "Tea, talk and the occasional experiment." },
    { "mia", "Mia", "" },
    { "noel", "Noel", "" },
};
enum { CREATORS = 4 }; /* the others have a subscription and watch */

/* Pictures and sounds from ffmpeg's own sources: each video looks different, nothing is
 * downloaded. */
static const struct {
    size_t person;
    const char *category, *title, *description, *tags, *picture, *sound;
    const char *seconds;
} videos[] = {
    { 0, "technology-and-gadgets-reviews", "A test card, and what each part of it is for",
      "Bars, ramps and a clock: how engineers checked a picture before there were screenshots.",
      "television, test card, history", "testsrc2=s=1280x720:r=30", "sine=f=440:b=4", "24" },
    { 1, "art-and-painting-tutorials", "Slow gradients for a quiet evening",
      "No story, no hurry. Put it on the wall and read a book.", "colour, calm, ambient",
      "gradients=s=640x360:r=30:speed=0.01:n=5:seed=7", "sine=f=110", "24" },
    { 0, "science-experiments-and-explainers", "Into the Mandelbrot set",
      "The same shape, again and again, until the numbers run out.\n\nMore at https://example.org",
      "fractals, mathematics, zoom", "mandelbrot=s=640x360:r=25:end_scale=0.002:end_pts=300",
      "anoisesrc=c=pink:a=0.05", "20" },
    { 2, "documentary-and-history", "Life in a petri dish of cells",
      "Conway's rules, forty thousand cells, and a lot of small dramas.", "life, cells, simulation",
      "life=s=320x180:mold=10:r=20:ratio=0.12:death_color=#283845:life_color=#7fd8be:seed=5,"
      "scale=640:360:flags=neighbor",
      "anoisesrc=c=brown:a=0.08", "30" },
    { 3, "music", "One note, held", "An A, as a tuning fork gives it. Bring your own instrument.",
      "tuning, sound, A440", "color=c=#1d3b53:s=640x360:r=25,drawgrid=w=40:h=40:c=#ffffff22",
      "sine=f=440", "15" },
    { 1, "filmmaking-and-video-editing-techniques", "Colour bars and the history of zero",
      "Why the first thing a studio sends is the dullest picture there is.", "broadcast, colour",
      "smptehdbars=s=1280x720:r=25", "sine=f=1000", "18" },
    { 2, "travel-vlogs", "Rain on a northern field",
      "Thirty seconds of weather. Headphones are a good idea.", "rain, walk, weather",
      "color=c=#4d6b5a:s=640x360:r=24,noise=alls=60:allf=t,gblur=sigma=2",
      "anoisesrc=c=white:a=0.06", "30" },
    { 3, "comedy-sketches-and-stand-up", "An automaton tells a joke",
      "Rule 110 has been working on its timing. It shows.", "automata, rule 110",
      "cellauto=s=320x180:rule=110:r=25:seed=11,scale=640:360:flags=neighbor", "sine=f=660:b=2",
      "16" },
    { 0, "educational-tutorials", "Sierpinski carpets for beginners",
      "Cut out the middle. Then the middles of what is left.", "fractals, geometry",
      "sierpinski=s=640x360:r=25:seed=3", "sine=f=220:b=3", "22" },
    { 1, "animation-and-short-films", "Portrait of a spectrum",
      "Filmed upright, because some things are tall.", "portrait, spectrum, colour",
      "gradients=s=360x640:r=30:speed=0.03:n=8:seed=21", "sine=f=330", "20" },
    { 2, "pet-care-and-animal-videos", "Fireflies, almost",
      "They were further away than they look, and fewer than it seems.", "night, insects",
      "life=s=320x180:r=12:ratio=0.02:rule=B3/S234:death_color=#101418:life_color=#ffd166:mold=4:"
      "seed=9,scale=640:360,gblur=sigma=2",
      "anoisesrc=c=brown:a=0.05", "26" },
    { 3, "cooking-and-recipes", "Waiting for the kettle",
      "A study in patience, in one take and thirty seconds.", "tea, kettle, slow",
      "color=c=#20242b:s=640x360:r=25,hue=H=2*PI*t/60:s=3,drawbox=x=60:y=150:w=520:h=60:"
      "c=#e07a5f:t=fill,hue=H=t/8",
      "anoisesrc=c=pink:a=0.06", "30" },
};

struct making {
    struct db *db, *money;
    struct arena *a;
    int64_t now_ms;
    struct problem *why;
    int64_t ids[COUNT(people)];
};

static enum rc person(struct making *m, size_t i)
{
    struct account_profile profile = { people[i].handle, people[i].name, people[i].about, true };
    struct account_new typed = {
        .email = arena_printf(m->a, "%s@demo.example", people[i].handle),
        .handle = people[i].handle,
        .name = people[i].name,
        .password = DEMO_PASSWORD,
        .network = "",
    };
    struct account present;

    enum rc rc = account_by_handle(m->db, m->a, people[i].handle, &present);
    if (rc == RC_OK)
        m->ids[i] = present.id;
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(account_create(m->db, m->a, &typed, m->now_ms, &m->ids[i], m->why));
    return account_set_profile(m->db, m->a, m->ids[i], &profile, m->now_ms, m->why);
}

/* Each member has paid for some months in a row, with test money, so that the pages about money
 * have something to show. Called after the members have watched: a month that has ended may be
 * settled at once. */
static enum rc subscribe(struct db *money, void *arg)
{
    const struct making *m = arg;

    for (size_t i = CREATORS; i < COUNT(people); i++)
        for (int month = 0; month < DEMO_MONTHS; month++) {
            struct payment p = {
                .user_id = m->ids[i],
                .amount_minor = conf()->price_minor,
                .tax_minor = payment_tax_minor(conf()->price_minor),
                .fee_minor = payment_fee_minor(conf()->price_minor),
                .months = 1,
                .provider = pay_sandbox.name,
                .provider_ref = arena_printf(m->a, "demo-%s-%d", people[i].handle, month + 1),
                .currency = pay_sandbox.currency(),
                .paid_ms = m->now_ms - (DEMO_DAYS - month * PAY_EVERY_DAYS) * DAY_MS,
            };
            TRY(payment_book(money, m->a, &p,
                             (struct ledger_account_ref){ pay_sandbox.account, 0 }));
        }
    return RC_OK;
}

static enum rc draw(struct making *m, size_t i, const char *path)
{
    struct sandbox_result result;
    struct ffmpeg f;

    ffmpeg_begin(&f, m->a, FFMPEG);
    f.box.output_dir = store_path(m->a, STORE_MEDIA, "incoming");
    f.box.wall_ms = SOURCE_SECONDS * SECOND_MS;
    f.box.file_max_bytes = SOURCE_MAX_BYTES;
    f.box.nice = (int)conf()->transcode_nice;
    FFMPEG_ADD(&f, "-v", "error", "-f", "lavfi", "-i", videos[i].picture, "-f", "lavfi", "-i",
               videos[i].sound, "-t", videos[i].seconds, "-c:v", "libx264", "-preset", "ultrafast",
               "-crf", "26", "-g", "100", "-pix_fmt", "yuv420p", "-c:a", "aac", "-b:a", "96k", "-f",
               "mp4", "-y", path);
    return ffmpeg_run(&f, &result);
}

static enum rc film(struct making *m, size_t i)
{
    const char *key = arena_printf(m->a, "incoming/form-%s", random_id(m->a, 16));
    const char *path = ffmpeg_path(m->a, store_path(m->a, STORE_MEDIA, key));
    struct upload_new wanted = {
        .user_id = m->ids[videos[i].person],
        .file_name = arena_printf(m->a, "demo-%zu.mp4", i + 1),
        .text = VIDEO_TEXT_NEW,
        .poster_path = "",
        .by_operator = true,
    };
    struct category category;
    struct upload upload;
    int64_t present;

    wanted.text.title = videos[i].title;
    wanted.text.description = videos[i].description;
    wanted.text.tags = videos[i].tags;
    wanted.text.allow_preview = true;
    enum rc rc = video_by_title(m->db, m->a, wanted.user_id, wanted.text.title, &present);
    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(category_by_slug(m->db, m->a, videos[i].category, &category));
    wanted.text.category_id = category.id;
    TRY(draw(m, i, path));
    TRY(store_size(STORE_MEDIA, key, &wanted.length_bytes));
    return upload_adopt(m->db, m->a, &wanted, path, m->now_ms, &upload, m->why);
}

/* A member has seen about half of the videos: the other half is there to be recommended. */
static bool has_seen(size_t who, size_t i) { return (i + who) % 2 == 0 || i % 6 == 0; }

/* Creators and members who have seen a video like some of what others made. */
static enum rc like(struct making *m, size_t i)
{
    struct video v = { .user_id = m->ids[videos[i].person] };

    TRY(video_by_title(m->db, m->a, v.user_id, videos[i].title, &v.id));
    for (size_t p = 0; p < COUNT(people); p++)
        if (p != videos[i].person && (p < CREATORS || has_seen(p, i)) && (i * 7 + p * 3) % 5 < 2)
            TRY(video_rate(m->db, &v, m->ids[p], RATING_UP, m->now_ms));
    return RC_OK;
}

/* On each day since then, every member has watched part of the videos that they have seen. */
static enum rc watch(const struct making *m, size_t i)
{
    int64_t seconds, present, creator = m->ids[videos[i].person];

    TRY(video_by_title(m->db, m->a, creator, videos[i].title, &present));
    TRY(str_to_i64(videos[i].seconds, strlen(videos[i].seconds), 1, SOURCE_SECONDS, &seconds));
    struct played p = { .session = "demo", .video_id = present, .creator_id = creator };
    p.length_ms = p.media_ms = p.position_ms = p.to_ms = seconds * SECOND_MS;
    for (int64_t day = 1; day < DEMO_DAYS; day++)
        for (size_t who = CREATORS; who < COUNT(people); who++)
            if (has_seen(who, i) && (day * 5 + (int64_t)(i * 3 + who * 7)) % 11 < 3) {
                p.user_id = m->ids[who];
                p.t0_ms = m->now_ms - day * DAY_MS + (int64_t)i * 2 * MINUTE_MS;
                p.t1_ms = p.t0_ms + p.length_ms;
                TRY(spool_add(&p, m->now_ms));
            }
    return RC_OK;
}

/* When this returns, everything is in the database: this process loads the spool itself, because
 * the job that does so may be busy with records from before. */
static enum rc watch_all(const struct making *m)
{
    struct flushed sum;
    enum rc rc;

    for (size_t i = 0; i < COUNT(videos); i++)
        TRY(watch(m, i));
    for (int tries = 0; (rc = lock_take("watch_flush", NULL)) != RC_OK; tries++) {
        if (tries == FLUSH_WAITS_MAX)
            return rc;
        nanosleep(&(struct timespec){ .tv_nsec = FLUSH_WAIT_NS }, NULL);
    }
    return rollup_flush(m->db, m->a, m->now_ms, true, &sum);
}

enum rc demo_make(struct db *db, struct db *money, struct arena *a, int64_t now_ms,
                  struct problem *why)
{
    struct making m = { .db = db, .money = money, .a = a, .now_ms = now_ms, .why = why };
    int64_t bytes;

    if (conf()->environment == ENV_PRODUCTION)
        return refuse(why, RC_DENIED, NULL, "the demo library is not for production");
    enum rc rc = lock_take("demo",
                           NULL); /* two that make it side by side would make all of it twice */
    if (rc == RC_BUSY)
        return refuse(why, rc, NULL, "the demo library is being made already");
    TRY(rc);
    rc = store_size(STORE_VAR, "demo.done", &bytes);
    if (rc != RC_OK || bytes > 0)
        return rc;
    for (size_t i = 0; i < COUNT(people); i++)
        TRY(person(&m, i));
    for (size_t i = 0; i < COUNT(videos); i++) {
        TRY(film(&m, i));
        TRY(like(&m, i));
    }
    TRY(watch_all(&m));
    if (str_eq(conf()->pay_provider, pay_sandbox.name))
        TRY(db_transact(money, subscribe, &m));
    return store_write(STORE_VAR, "demo.done", "1\n", 2);
}
