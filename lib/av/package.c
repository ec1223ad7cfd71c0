#include "av/package.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "av/ffmpeg.h"
#include "av/mp4.h"
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define OUTPUT_PER_INPUT        3
#define MEMORY_PER_THREAD_BYTES (INT64_C(256) << 20) /* three encoders were seen to take half */
#define OUTPUT_MORE_BYTES       INT64_C(1000000000)
#define SEGMENT_S               "3.999" /* rounding may make a frame early */
#define SEGMENT_US              "4000000"
#define SEGMENT_LEAST_US        "3900000"

enum {
    WALL_MORE_MS = 10 * 60 * 1000,
    LENGTH_MAX_ERROR_MS = 1000, /* or one percent */
    OUTPUT_FPS_MAX = 60,
    KEY_TIMES_MAX_BYTES = 120 * 1024, /* of one argument; the kernel takes 128 KiB */
    POSTER_CANDIDATES = 24,
    TILES_MAX = 100,
    TILE_COLUMNS = 10,
    TILE_SIDE = 160,
    TILE_MIN_MS = 1000,
    JPEG_QUALITY = 4,
    ALL_PICTURES_MAX_MS = 30 * 1000, /* in longer videos only key frames are looked at */
    PICTURES_WALL_MS = 10 * 60 * 1000,
};

/* Where ffmpeg works: a directory below the one that its products go to, empty at the start. */

static enum rc remove_all(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    if (!d)
        return errno == ENOENT ? RC_OK : RC_FAIL;
    while ((e = readdir(d)))
        if (!str_eq(e->d_name, ".") && !str_eq(e->d_name, ".."))
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
    return rmdir(dir) == 0 ? RC_OK : RC_FAIL;
}

static enum rc work_open(struct arena *a, const char *dir, const char **work)
{
    *work = arena_printf(a, "%s/work", ffmpeg_path(a, dir));
    if (remove_all(*work) == RC_OK && mkdir(*work, 0750) == 0)
        return RC_OK;
    log_error("%s: %s", *work, strerror(errno));
    return errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_FAIL;
}

static int64_t bytes_in(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    struct stat st;
    int64_t bytes = 0;

    if (!d)
        return 0;
    while ((e = readdir(d)))
        if (fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode))
            bytes += st.st_size;
    closedir(d);
    return bytes;
}

static enum rc publish(struct arena *a, const char *work, const char *dir, const char *name)
{
    return ffmpeg_publish(arena_printf(a, "%s/%s", work, name),
                          arena_printf(a, "%s/%s", ffmpeg_path(a, dir), name));
}

/* One stage. */

struct stage {
    struct arena *a;
    const char *source, *dir, *work;
    const struct media_info *info;
    const struct media_plan *plan;
    const struct media_watch *watch;
    int number;
    const struct media_rendition *renditions; /* of this stage; a run of neighbours in the plan */
    size_t n;
    bool may_copy; /* else everything is encoded */
    int percent;
    bool is_too_large;
};

static const char *path_of(struct arena *a, const char *dir, const char *name, const char *type)
{
    return arena_printf(a, "%s/%s%s", dir, name, type);
}

static int64_t output_max_bytes(const struct stage *s)
{
    return OUTPUT_PER_INPUT * s->info->bytes + OUTPUT_MORE_BYTES;
}

static void find_renditions(struct stage *s)
{
    for (size_t i = 0; i < s->plan->n; i++)
        if (s->plan->renditions[i].stage == s->number && s->n++ == 0)
            s->renditions = &s->plan->renditions[i];
    assert(s->n > 0);
}

static bool copies_video(const struct stage *s) { return s->may_copy && s->renditions[0].is_copy; }

static bool makes_audio(const struct stage *s) { return s->number == 0 && s->info->audio_codec; }

/* `out_time_us=N` of ffmpeg's progress report. */
static void progress_line(void *arg, const char *line)
{
    static const char key[] = "out_time_us=";
    struct stage *s = arg;
    int64_t us;

    if (!str_starts(line, key))
        return;
    const char *value = line + sizeof(key) - 1;
    if (str_to_i64(value, strlen(value), 0, INT64_MAX / 100, &us) == RC_OK)
        s->percent = (int)MIN_OF(us / 10 / s->info->length_ms, 100);
}

static bool progress_tick(void *arg)
{
    struct stage *s = arg;

    s->is_too_large = bytes_in(s->work) > output_max_bytes(s);
    return !s->is_too_large && (!s->watch || s->watch->tell(s->watch->arg, s->percent));
}

/* Where key frames have to be: in the first stage every four seconds or at the next picture after
 * that, in later stages where the first stage has put them. */
static enum rc key_times(const struct stage *s, const char **out)
{
    struct stage first = { .plan = s->plan };
    struct sb o = { .a = s->a };
    struct mp4_track t;

    *out = "expr:if(isnan(prev_forced_t),1,gte(t,prev_forced_t+" SEGMENT_S "))";
    if (s->number == 0)
        return RC_OK;
    find_renditions(&first);
    TRY(mp4_read(s->a, path_of(s->a, s->dir, first.renditions[0].name, ".mp4"), &t));
    for (size_t i = 0; i < t.n; i++) {
        int64_t ms = t.segments[i].start * 1000 / t.ticks_per_s;
        sb_addf(&o, "%s%" PRId64 ".%03" PRId64, i ? "," : "", ms / 1000, ms % 1000);
    }
    if (o.len < KEY_TIMES_MAX_BYTES)
        *out = o.buf;
    return RC_OK;
}

/* The filters every picture passes before it is scaled down further: deinterlacing, at most 60
 * pictures a second, the first one shown from the start, the largest size, standard dynamic
 * range. */
static void add_source_filters(struct sb *o, const struct media_info *m,
                               const struct media_rendition *top)
{
    sb_addf(o, "[0:%d]", m->video_stream);
    if (m->is_interlaced)
        SB_LIT(o, "bwdif=mode=send_frame:deint=interlaced,");
    if (m->fps > OUTPUT_FPS_MAX + 0.5)
        sb_addf(o, "framestep=%d,", (int)(m->fps / (OUTPUT_FPS_MAX + 0.5)) + 1);
    sb_addf(o, "setpts='if(eq(N,0),0,PTS)',scale=%d:%d:out_range=tv,", top->width, top->height);
    if (m->is_hdr)
        SB_LIT(o, "zscale=t=linear:npl=100,format=gbrpf32le,zscale=p=bt709,"
                  "tonemap=hable:desat=0,zscale=t=bt709:m=bt709:r=tv,");
    SB_LIT(o, "setsar=1,format=yuv420p");
}

/* The source is decoded once: the largest rendition is scaled from it, the others from the largest.
 * The outputs are named after the renditions. */
static const char *filters(const struct stage *s)
{
    const struct media_rendition *r = s->renditions, *top = r + s->n - 1;
    struct sb o = { .a = s->a };

    add_source_filters(&o, s->info, top);
    sb_addf(&o, ",split=%zu[%s]", s->n, top->name);
    for (size_t i = 0; i + 1 < s->n; i++)
        sb_addf(&o, "[to%s]", r[i].name);
    for (size_t i = 0; i + 1 < s->n; i++)
        sb_addf(&o, ";[to%s]scale=%d:%d[%s]", r[i].name, r[i].width, r[i].height, r[i].name);
    return o.buf;
}

static void add_output(const struct stage *s, struct ffmpeg *f, const char *name)
{
    FFMPEG_ADD(f, "-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-f", "mp4",
               "-movflags", "+cmaf+frag_keyframe+frag_discont+skip_trailer",
               arena_printf(s->a, "file:%s", path_of(s->a, s->work, name, ".mp4")));
}

/* NAL units of type 6 carry what cameras add: locations, serial numbers, captions. */
#define NO_SEI "filter_units=remove_types=6"

static void add_copy(const struct stage *s, struct ffmpeg *f, const struct media_rendition *r)
{
    FFMPEG_ADD(f, "-map", arena_printf(s->a, "0:%d", s->info->video_stream), "-c:v", "copy",
               "-bsf:v", NO_SEI, "-min_frag_duration", SEGMENT_LEAST_US);
    add_output(s, f, r->name);
}

/* The filter setpts of ffmpeg 7 forgets the frame rate and how long each picture lasts. The encoder
 * has to know the rate, else it says level 6.2, which few devices play. The length of a picture
 * follows from when the next one is shown; the last one, which may be a segment of its own, lasts as
 * long as one does on average, and a second at most. */
static void add_rate(const struct stage *s, struct ffmpeg *f)
{
    double fps = MIN_OF(MAX_OF(s->info->fps, 1.0), OUTPUT_FPS_MAX + 0.5);

    FFMPEG_ADD(f, "-x264-params", arena_printf(s->a, "fps=%.3f", fps), "-bsf:v",
               arena_printf(s->a,
                            NO_SEI ",setts=pts=PTS:dts=DTS:duration=DURATION+not(DURATION)/TB/%.3f",
                            fps));
}

static void add_encode(const struct stage *s, struct ffmpeg *f, const struct media_rendition *r,
                       const char *keys)
{
    FFMPEG_ADD(f, "-map", arena_printf(s->a, "[%s]", r->name), "-c:v", "libx264", "-preset",
               "veryfast", "-profile:v", "high", "-crf", "23", "-threads",
               arena_printf(s->a, "%" PRId64, conf()->transcode_threads), "-maxrate",
               arena_printf(s->a, "%dk", r->max_kbps), "-bufsize",
               arena_printf(s->a, "%dk", 2 * r->max_kbps));
    FFMPEG_ADD(f, "-force_key_frames", keys, "-g", "100000", "-sc_threshold", "0", "-fps_mode",
               "vfr", "-enc_time_base", "1:90000", "-flags:v", "+bitexact");
    add_rate(s, f);
    add_output(s, f, r->name);
}

/* AAC begins with samples that belong before the first one. A file without an edit list cannot say
 * so: a copy leaves them out (the filter drops packets before zero and changes no others); an
 * encoder uses the first samples of the source for them. Both stay in time with the picture. */
static void add_audio(const struct stage *s, struct ffmpeg *f)
{
    FFMPEG_ADD(f, "-map", arena_printf(s->a, "0:%d", s->info->audio_stream));
    if (s->may_copy && s->info->can_copy_audio)
        FFMPEG_ADD(f, "-c:a", "copy", "-bsf:a", "noise=amount=0:drop=lt(pts\\,0)");
    else
        FFMPEG_ADD(f, "-c:a", "aac", "-b:a", "128k", "-ac", "2", "-flags:a", "+bitexact", "-af",
                   "aresample=48000:async=1:first_pts=0,atrim=start_sample=1024");
    FFMPEG_ADD(f, "-frag_duration", SEGMENT_US);
    add_output(s, f, "audio");
}

/* One run of ffmpeg makes the whole stage. */
static enum rc run(struct stage *s)
{
    const char *keys;
    struct sandbox_result r;
    struct ffmpeg f;

    TRY(key_times(s, &keys));
    ffmpeg_begin(&f, s->a, FFMPEG);
    f.box.wall_ms = conf()->transcode_wall_factor * s->info->length_ms + WALL_MORE_MS;
    f.box.file_max_bytes = output_max_bytes(s);
    f.box.memory_more_bytes = conf()->transcode_threads * MEMORY_PER_THREAD_BYTES;
    f.box.output_dir = s->work;
    f.box.line = progress_line;
    f.box.tick = progress_tick;
    f.box.arg = s;
    FFMPEG_ADD(&f, "-progress", "pipe:1", "-t",
               arena_printf(s->a, "%" PRId64, conf()->upload_max_minutes * 60));
    ffmpeg_input(&f, s->info->demuxer, s->source);
    if (copies_video(s))
        add_copy(s, &f, s->renditions);
    else {
        FFMPEG_ADD(&f, "-filter_complex", filters(s));
        for (size_t i = 0; i < s->n; i++)
            add_encode(s, &f, &s->renditions[i], keys);
    }
    if (makes_audio(s))
        add_audio(s, &f);
    return ffmpeg_run(&f, &r);
}

/* Check a product: kind, size, number of segments; *length_ms becomes the longest length so far. */
static enum rc check_product(const struct stage *s, const char *name,
                             const struct media_rendition *r, int64_t *length_ms)
{
    struct mp4_track t;

    TRY(mp4_read(s->a, path_of(s->a, s->work, name, ".mp4"), &t));
    bool good = r ? t.is_video && t.width == r->width && t.height == r->height
                  : !t.is_video && str_eq(t.codec, "mp4a.40.2");
    if (!good || (int64_t)t.n > s->info->length_ms / 2000 + 10) {
        log_error("%s: %s: made %s %dx%d in %zu segments", s->source, name, t.codec, t.width,
                  t.height, t.n);
        return RC_FAIL;
    }
    *length_ms = MAX_OF(*length_ms, mp4_length_ms(&t));
    return RC_OK;
}

static enum rc make(struct stage *s, int64_t *length_ms)
{
    *length_ms = 0;
    TRY(run(s));
    for (size_t i = 0; i < s->n; i++)
        TRY(check_product(s, s->renditions[i].name, &s->renditions[i], length_ms));
    return makes_audio(s) ? check_product(s, "audio", NULL, length_ms) : RC_OK;
}

/* A source that breaks off early is refused: better now than noticed by its viewers. */
static enum rc check_length(const struct stage *s, int64_t made_ms, struct problem *why)
{
    int64_t error_ms = llabs(made_ms - s->info->length_ms);

    if (error_ms <= MAX_OF(LENGTH_MAX_ERROR_MS, s->info->length_ms / 100))
        return RC_OK;
    return refuse(why, RC_INVALID, NULL,
                  arena_printf(s->a,
                               "This file says that it lasts %s, but only %s of it can be read. It "
                               "is "
                               "damaged or incomplete.",
                               fmt_hms(s->a, s->info->length_ms), fmt_hms(s->a, made_ms)));
}

static enum rc put_playlist(struct arena *a, const char *dir, const char *name)
{
    const char *file = arena_printf(a, "%s.mp4", name);
    struct sb o = { .a = a };
    struct mp4_track t;

    TRY(mp4_read(a, path_of(a, dir, file, ""), &t));
    mp4_playlist(&o, &t, file);
    return ffmpeg_save(a, path_of(a, dir, name, ".m3u8"), o.buf, o.len);
}

/* Write the master playlist of all that this stage and the one before it have made. */
static enum rc put_master(const struct stage *s)
{
    struct mp4_track tracks[MEDIA_LADDER_MAX + 2], *t = tracks;
    struct mp4_rendition video[MEDIA_LADDER_MAX + 1], audio = { "audio.m3u8", t };
    struct sb o = { .a = s->a };
    size_t n = 0;

    if (s->info->audio_codec)
        TRY(mp4_read(s->a, path_of(s->a, s->dir, "audio", ".mp4"), t++));
    for (size_t i = 0; i < s->plan->n; i++) {
        const struct media_rendition *r = &s->plan->renditions[i];
        if (r->stage > s->number)
            continue;
        TRY(mp4_read(s->a, path_of(s->a, s->dir, r->name, ".mp4"), t));
        video[n++] = (struct mp4_rendition){ arena_printf(s->a, "%s.m3u8", r->name), t++ };
    }
    mp4_master(&o, video, n, s->info->audio_codec ? &audio : NULL);
    return ffmpeg_save(s->a, path_of(s->a, s->dir, "master", ".m3u8"), o.buf, o.len);
}

static enum rc publish_all(const struct stage *s)
{
    for (size_t i = 0; i < s->n; i++) {
        const char *name = s->renditions[i].name;
        TRY(publish(s->a, s->work, s->dir, arena_printf(s->a, "%s.mp4", name)));
        TRY(put_playlist(s->a, s->dir, name));
    }
    if (makes_audio(s)) {
        TRY(publish(s->a, s->work, s->dir, "audio.mp4"));
        TRY(put_playlist(s->a, s->dir, "audio"));
    }
    return put_master(s);
}

static enum rc explain(const struct stage *s, enum rc rc, struct problem *why)
{
    if (s->is_too_large)
        return refuse(why, RC_TOO_LARGE, NULL,
                      "This video becomes too large when it is converted.");
    if (rc == RC_INVALID)
        return refuse(why, rc, NULL,
                      "This file could not be converted; it may be damaged. Export it again as MP4 "
                      "with H.264 and AAC.");
    return rc;
}

enum rc package_stage(struct arena *a, const char *source, const struct media_info *info,
                      const struct media_plan *plan, int stage, const char *full_dir,
                      const struct media_watch *watch, struct problem *why)
{
    struct stage s = {
        .a = a,
        .source = source,
        .dir = full_dir,
        .info = info,
        .plan = plan,
        .watch = watch,
        .number = stage,
        .may_copy = true,
    };
    int64_t made_ms;

    assert(stage >= 0 && stage < plan->stages && info->length_ms > 0);
    find_renditions(&s);
    TRY(work_open(a, full_dir, &s.work));
    enum rc rc = make(&s, &made_ms);
    if ((rc == RC_INVALID || rc == RC_FAIL) &&
        (copies_video(&s) || (makes_audio(&s) && info->can_copy_audio))) {
        log_info("%s: encoding what could not be copied", source);
        s.may_copy = false;
        rc = make(&s, &made_ms);
    }
    rc = rc == RC_OK ? check_length(&s, made_ms, why) : explain(&s, rc, why);
    if (rc == RC_OK)
        rc = publish_all(&s);
    if (remove_all(s.work) != RC_OK)
        log_error("%s: cannot be removed", s.work);
    return rc;
}

/* Pictures and the preview, made from the renditions that exist. */

static const char *made(struct arena *a, const struct media_plan *plan, const char *dir,
                        bool is_largest)
{
    const char *found = NULL;

    for (size_t i = 0; i < plan->n && !(found && !is_largest); i++) {
        const char *path = path_of(a, dir, plan->renditions[i].name, ".mp4");
        if (access(path, R_OK) == 0)
            found = path;
    }
    return found;
}

/* Open a rendition that was made and read its index. */
static enum rc open_made(struct arena *a, const struct media_plan *plan, const char *dir,
                         bool is_largest, const char **path, struct mp4_track *t)
{
    *path = made(a, plan, dir, is_largest);
    if (!*path) {
        log_error("%s: nothing has been made there", dir);
        return RC_FAIL;
    }
    return mp4_read(a, *path, t);
}

/* The most typical picture among some of the first half; `bright` leaves out dark ones. */
static enum rc poster(struct arena *a, const char *path, int64_t length_ms, bool bright,
                      const char *out_path)
{
    bool is_long = length_ms > ALL_PICTURES_MAX_MS;
    struct ffmpeg f;

    ffmpeg_begin(&f, a, FFMPEG);
    if (is_long)
        FFMPEG_ADD(&f, "-skip_frame", "nokey");
    if (bright)
        FFMPEG_ADD(&f, "-ss", arena_printf(a, "%.3f", (double)length_ms / 1e4));
    ffmpeg_input(&f, "mov", path);
    FFMPEG_ADD(&f, "-vf",
               arena_printf(a,
                            "%s%sthumbnail=%d,scale='min(%d,iw)':'min(%d,ih)':"
                            "force_original_aspect_ratio=decrease:out_range=full,format=yuvj420p",
                            is_long ? "" : "fps=2,",
                            bright ? "signalstats,metadata=mode=select:key=lavfi.signalstats.YAVG:"
                                     "value=40:function=greater,"
                                   : "",
                            POSTER_CANDIDATES, POSTER_MAX_SIDE, POSTER_MAX_SIDE));
    return ffmpeg_jpeg(&f, JPEG_QUALITY, out_path);
}

enum rc package_poster(struct arena *a, const struct media_plan *plan, const char *full_dir,
                       const char *poster_dir)
{
    const char *path, *out_path = path_of(a, poster_dir, "poster", ".jpg");
    struct mp4_track t;

    TRY(open_made(a, plan, full_dir, true, &path, &t));
    enum rc rc = poster(a, path, mp4_length_ms(&t), true, out_path);
    if (rc == RC_INVALID)
        rc = poster(a, path, mp4_length_ms(&t), false, out_path);
    TRY(rc);
    return media_image(a, out_path, path_of(a, poster_dir, "card", ".jpg"), CARD_WIDTH, CARD_HEIGHT,
                       true, NULL);
}

/* A time as WebVTT writes it. */
static void add_time(struct sb *o, int64_t ms)
{
    sb_addf(o, "%02" PRId64 ":%02" PRId64 ":%02" PRId64 ".%03" PRId64, ms / 3600000,
            ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}

struct board {
    int n, columns, rows, width, height; /* of one tile */
    int64_t tile_ms;
};

static struct board board_of(const struct mp4_track *t)
{
    int64_t length_ms = mp4_length_ms(t), long_side = MAX_OF(t->width, t->height);
    struct board b = { .tile_ms = TILE_MIN_MS };

    if (length_ms > ALL_PICTURES_MAX_MS)
        b.tile_ms = MAX_OF((length_ms + TILES_MAX - 1) / TILES_MAX, (int64_t)PACKAGE_SEGMENT_MS);
    b.n = (int)MAX_OF((length_ms + b.tile_ms - 1) / b.tile_ms, 1);
    b.columns = MIN_OF(b.n, TILE_COLUMNS);
    b.rows = (b.n + b.columns - 1) / b.columns;
    b.width = (int)MAX_OF((int64_t)t->width * TILE_SIDE / long_side, 2);
    b.height = (int)MAX_OF((int64_t)t->height * TILE_SIDE / long_side, 2);
    return b;
}

static enum rc put_board_index(struct arena *a, const struct board *b, int64_t length_ms,
                               const char *dir)
{
    struct sb o = { .a = a };

    SB_LIT(&o, "WEBVTT\n");
    for (int i = 0; i < b->n; i++) {
        SB_LIT(&o, "\n");
        add_time(&o, i * b->tile_ms);
        SB_LIT(&o, " --> ");
        add_time(&o, MIN_OF((i + 1) * b->tile_ms, length_ms));
        sb_addf(&o, "\nstoryboard.jpg#xywh=%d,%d,%d,%d\n", i % b->columns * b->width,
                i / b->columns * b->height, b->width, b->height);
    }
    return ffmpeg_save(a, path_of(a, dir, "storyboard", ".vtt"), o.buf, o.len);
}

enum rc package_storyboard(struct arena *a, const struct media_plan *plan, const char *full_dir)
{
    struct mp4_track t;
    const char *path;
    struct ffmpeg f;

    TRY(open_made(a, plan, full_dir, false, &path, &t));
    struct board b = board_of(&t);
    ffmpeg_begin(&f, a, FFMPEG);
    f.box.wall_ms = PICTURES_WALL_MS;
    if (mp4_length_ms(&t) > ALL_PICTURES_MAX_MS)
        FFMPEG_ADD(&f, "-skip_frame", "nokey");
    ffmpeg_input(&f, "mov", path);
    FFMPEG_ADD(
        &f, "-vf", /* repeats the last picture until the sheet is full */
        arena_printf(a,
                     "fps=1000/%" PRId64 ":start_time=0:eof_action=pass,scale=%d:%d:"
                     "out_range=full,tpad=stop=%d:stop_mode=clone,tile=%dx%d,format=yuvj420p",
                     b.tile_ms, b.width, b.height, TILES_MAX, b.columns, b.rows));
    TRY(ffmpeg_jpeg(&f, JPEG_QUALITY, path_of(a, full_dir, "storyboard", ".jpg")));
    return put_board_index(a, &b, mp4_length_ms(&t), full_dir);
}

/* Adds an input and tells ffmpeg when it starts, which ffmpeg would otherwise take to be zero. */
static void add_timed_input(struct ffmpeg *f, const char *path, const struct mp4_track *t)
{
    double start_s = (double)t->segments[0].start / (double)t->ticks_per_s;

    FFMPEG_ADD(f, "-itsoffset", arena_printf(f->a, "%.6f", start_s));
    ffmpeg_input(f, "mov", path);
}

static enum rc make_preview(struct arena *a, const char *video, const char *audio, const char *work)
{
    struct mp4_track t;
    struct sandbox_result r;
    struct ffmpeg f;

    ffmpeg_begin(&f, a, FFMPEG);
    f.box.wall_ms = PICTURES_WALL_MS;
    f.box.output_dir = work;
    f.box.file_max_bytes = OUTPUT_MORE_BYTES;
    TRY(mp4_read(a, video, &t));
    add_timed_input(&f, video, &t);
    bool has_audio = access(audio, R_OK) == 0;
    if (has_audio) {
        TRY(mp4_read(a, audio, &t));
        add_timed_input(&f, audio, &t);
    }
    const char *out_path = path_of(a, work, "preview", ".mp4");
    FFMPEG_ADD(&f, "-map", "0:v", "-map", has_audio ? "1:a" : "0:a?", "-c", "copy", "-t",
               arena_printf(a, "%" PRId64, conf()->preview_seconds), "-map_metadata", "-1",
               "-fflags", "+bitexact", "-f", "mp4", "-movflags", "+faststart",
               arena_printf(a, "file:%s", out_path));
    TRY(ffmpeg_run(&f, &r));
    return mp4_check(out_path);
}

enum rc package_preview(struct arena *a, const struct media_plan *plan, const char *full_dir,
                        const char *preview_dir)
{
    const char *video = made(a, plan, full_dir, false), *work;

    if (!video) {
        log_error("%s: nothing has been made there", full_dir);
        return RC_FAIL;
    }
    TRY(work_open(a, preview_dir, &work));
    enum rc rc = make_preview(a, video, path_of(a, full_dir, "audio", ".mp4"), work);
    if (rc == RC_OK)
        rc = publish(a, work, preview_dir, "preview.mp4");
    if (remove_all(work) != RC_OK)
        log_error("%s: cannot be removed", work);
    return rc;
}
