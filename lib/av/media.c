#include "av/media.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include "av/ffmpeg.h"
#include "av/mp4.h"
#include <fcntl.h>
#include <json-c/json.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    EBML_HEAD_BYTES = 64, /* these hold the document type */
    TS_PACKETS = 5,
    COPY_FPS_MAX = 60,
    COPY_KEY_GAP_MAX_MS = 10000, /* longest group of pictures, which is the shortest segment */
    COPY_START_MAX_MS = 100,     /* between the first picture and the first sound */
    COPY_LEVEL_MAX = 52,
    COPY_AUDIO_BPS_MAX = 330000,
    SCAN_WALL_MS = 3600 * 1000,
    IMAGE_WALL_MS = 20 * 1000,
    IMAGE_NICE = 10,
    IMAGE_QUALITY = 4,
    KBPS_MIN = 50,
};

/* Sniffing. */

struct head {
    const uint8_t *p;
    size_t n;
};

static bool has(const struct head *h, size_t at, const char *bytes, size_t n)
{
    return h->n >= at + n && memcmp(h->p + at, bytes, n) == 0;
}
#define HAS(h, at, literal) has((h), (at), "" literal, sizeof(literal) - 1)

/* HEIC, HEIF and AVIF are pictures in the container of MP4; the brand after "ftyp" tells. */
static bool is_heif(const struct head *h)
{
    static const char brands[][5] = { "heic", "heix", "heim", "heis", "hevc",
                                      "mif1", "msf1", "avif", "avis" };

    for (size_t i = 0; i < COUNT(brands); i++)
        if (HAS(h, 4, "ftyp") && has(h, 8, brands[i], 4))
            return true;
    return false;
}

static bool is_picture(const struct head *h)
{
    return is_heif(h) || HAS(h, 0, "\xff\xd8\xff") || HAS(h, 0, "\x89PNG\r\n\x1a\n") ||
           HAS(h, 0, "GIF8") || (HAS(h, 0, "RIFF") && HAS(h, 8, "WEBP"));
}

static bool is_mp4(const struct head *h) { return HAS(h, 4, "ftyp") && !is_heif(h); }
static bool is_avi(const struct head *h) { return HAS(h, 0, "RIFF") && HAS(h, 8, "AVI "); }
static bool is_flv(const struct head *h) { return HAS(h, 0, "FLV\1"); }
static bool is_asf(const struct head *h) { return HAS(h, 0, "\x30\x26\xB2\x75\x8E\x66\xCF\x11"); }
static bool is_ogg(const struct head *h) { return HAS(h, 0, "OggS\0"); }
static bool is_mpeg(const struct head *h) { return HAS(h, 0, "\0\0\1\xBA"); }

static bool is_matroska(const struct head *h)
{
    size_t n = MIN_OF(h->n, (size_t)EBML_HEAD_BYTES);

    return HAS(h, 0, "\x1A\x45\xDF\xA3") &&
           (memmem(h->p, n, "matroska", 8) || memmem(h->p, n, "webm", 4));
}

/* A sync byte begins every packet of 188 bytes; cameras put four bytes of time before it. */
static bool is_ts(const struct head *h)
{
    size_t plain = 0, timed = 0;

    while (plain < TS_PACKETS && HAS(h, plain * 188, "G"))
        plain++;
    while (timed < TS_PACKETS && HAS(h, timed * 192 + 4, "G"))
        timed++;
    return plain == TS_PACKETS || timed == TS_PACKETS;
}

static bool is_sound(const struct head *h)
{
    bool mpeg = h->n > 2 && h->p[0] == 0xff && (h->p[1] & 0xe0) == 0xe0 && h->p[1] != 0xff;

    return mpeg || HAS(h, 0, "ID3") || HAS(h, 0, "fLaC") || HAS(h, 0, "#!AMR") ||
           (HAS(h, 0, "RIFF") && HAS(h, 8, "WAVE"));
}

/* Every accepted container: what people call it, ffmpeg's demuxer, how it is recognised. */
static const struct container {
    const char *names, *demuxer;
    bool (*is)(const struct head *h);
} containers[] = {
    { "MP4, MOV, 3GP", "mov", is_mp4 }, { "WebM, MKV", "matroska", is_matroska },
    { "AVI", "avi", is_avi },           { "MPEG-TS", "mpegts", is_ts },
    { "MPEG", "mpeg", is_mpeg },        { "FLV", "flv", is_flv },
    { "WMV", "asf", is_asf },           { "OGG", "ogg", is_ogg },
};

const char *media_formats(struct arena *a)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i + 1 < COUNT(containers); i++)
        sb_addf(&o, "%s%s", i ? ", " : "", containers[i].names);
    sb_addf(&o, " and %s", containers[COUNT(containers) - 1].names);
    return o.buf;
}

/* Read the first bytes of a regular file. */
static enum rc read_head(struct arena *a, const char *path, struct head *out, int64_t *bytes)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    uint8_t *p = arena_alloc(a, MEDIA_HEAD_BYTES);
    struct stat st;
    ssize_t n = -1;

    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        *bytes = st.st_size;
        n = read(fd, p, MEDIA_HEAD_BYTES);
    }
    if (fd >= 0)
        close(fd);
    if (n < 0) {
        log_error("media: %s cannot be read", path);
        return RC_FAIL;
    }
    *out = (struct head){ p, (size_t)n };
    return RC_OK;
}

static enum rc damaged(struct problem *why)
{
    return refuse(why, RC_INVALID, NULL,
                  "This file is damaged or incomplete. Check that it plays on your own device, "
                  "then upload it again.");
}

static const char SOUND_ONLY[] = "This file has sound but no picture",
                  UNREADABLE[] = "This is not a video that can be read";

static const char *what_is(const struct head *h)
{
    return is_picture(h) ? "This is a picture, not a video" : is_sound(h) ? SOUND_ONLY : UNREADABLE;
}

static enum rc not_video(struct arena *a, const char *what, struct problem *why)
{
    return refuse(why, RC_TYPE, NULL,
                  arena_printf(a, "%s. Accepted formats are %s.", what, media_formats(a)));
}

static const char *demuxer_of(const struct head *h)
{
    for (size_t i = 0; i < COUNT(containers); i++)
        if (containers[i].is(h))
            return containers[i].demuxer;
    return NULL;
}

enum rc media_sniff(struct arena *a, const char *path, struct problem *why)
{
    struct head head;
    int64_t bytes;

    TRY(read_head(a, path, &head, &bytes));
    return demuxer_of(&head) ? RC_OK : not_video(a, what_is(&head), why);
}

static enum rc sniff(struct arena *a, const char *path, struct media_info *out, struct problem *why)
{
    struct head head;

    TRY(read_head(a, path, &head, &out->bytes));
    out->demuxer = demuxer_of(&head);
    if (!out->demuxer)
        return not_video(a, what_is(&head), why);
    if (is_mp4(&head)) {
        enum rc rc = mp4_check(path);
        return rc == RC_INVALID ? damaged(why) : rc;
    }
    return RC_OK;
}

/* Reading ffprobe's answer. */

static const char *text_of(json_object *o, const char *key)
{
    json_object *v = json_object_object_get(o, key);
    const char *s = v ? json_object_get_string(v) : NULL;

    return s ? s : "";
}

static double number_of(json_object *o, const char *key)
{
    return json_object_get_double(json_object_object_get(o, key)); /* 0 when it is missing */
}

static int integer_of(json_object *o, const char *key)
{
    return json_object_get_int(json_object_object_get(o, key));
}

static int64_t ms_of(json_object *o, const char *key)
{
    double s = number_of(o, key);

    return s > 0 && s < 1e12 ? (int64_t)(s * 1000 + 0.5) : 0;
}

/* "30000/1001" or "12:11" as a number; 0 for anything else. */
static double ratio_of(json_object *o, const char *key)
{
    int over = 0, under = 0;

    if (sscanf(text_of(o, key), "%9d%*1[/:]%9d", &over, &under) != 2 || over < 0 || under <= 0)
        return 0;
    return (double)over / under;
}

static enum rc too_many_streams(struct arena *a, struct problem *why)
{
    return refuse(why, RC_TOO_LARGE, NULL,
                  arena_printf(a,
                               "This file holds more than %d tracks. Keep the picture and one "
                               "sound track.",
                               FFMPEG_STREAMS_MAX));
}

static enum rc too_many_pixels(struct arena *a, struct problem *why)
{
    return refuse(why, RC_TOO_LARGE, NULL,
                  arena_printf(a, "The picture is too large. It may be up to %dx%d.",
                               MEDIA_LONG_SIDE_MAX, MEDIA_SHORT_SIDE_MAX));
}

static enum rc unsupported(struct arena *a, const char *what, struct problem *why)
{
    return refuse(why, RC_TYPE, NULL,
                  arena_printf(a,
                               "The %s in this file is in a format that is not supported. Export "
                               "it as MP4 with H.264 and AAC.",
                               what));
}

static enum rc run_ffprobe(struct arena *a, const char *path, const struct media_info *info,
                           json_object **root, struct problem *why)
{
    struct sandbox_result r;
    struct ffmpeg f;

    ffmpeg_begin(&f, a, FFPROBE);
    FFMPEG_ADD(&f, "-probesize", "20M", "-analyzeduration", "20M", "-of", "json", "-show_entries",
               "format=start_time,duration,bit_rate:"
               "stream=index,codec_type,codec_name,profile,level,pix_fmt,width,height,"
               "sample_aspect_ratio,avg_frame_rate,r_frame_rate,field_order,color_transfer,"
               "start_time,duration,nb_frames,channels,sample_rate,bit_rate:"
               "stream_disposition=attached_pic:stream_side_data=rotation");
    ffmpeg_input(&f, info->demuxer, path);
    enum rc rc = ffmpeg_run(&f, &r);
    if (strstr(r.err, "max pixel count")) /* ffprobe does not fail for this alone */
        return too_many_pixels(a, why);
    if (strstr(r.err, "max_streams")) /* nor for this: ffmpeg 7 reads on and invents tracks */
        return too_many_streams(a, why);
    if (rc == RC_INVALID)
        return strstr(r.err, "not on whitelist") ? unsupported(a, "picture or sound", why)
                                                 : damaged(why);
    TRY(rc);
    *root = json_tokener_parse(r.out);
    return *root ? RC_OK : damaged(why);
}

/* The frame rate: the mean or, where a container only guesses the mean, the rate of its clock. 0 where
 * there is no mean and the clock counts milliseconds, or finer. */
static double frame_rate(json_object *stream)
{
    double mean = ratio_of(stream, "avg_frame_rate"), clock = ratio_of(stream, "r_frame_rate");

    if (mean <= 0 && clock > MEDIA_FPS_MAX)
        return 0;
    return mean > 0 && (mean <= MEDIA_FPS_MAX || clock <= 0) ? mean : clock;
}

/* The rotation in quarter turns, 0 to 3, from the degrees rounded to the nearest right angle. */
static int quarter_turns(json_object *stream)
{
    json_object *list = json_object_object_get(stream, "side_data_list");
    size_t n = list ? json_object_array_length(list) : 0;

    for (size_t i = 0; i < n; i++) {
        int degrees = integer_of(json_object_array_get_idx(list, i), "rotation") % 360;
        if (degrees)
            return (degrees + 360 + 45) / 90 % 4;
    }
    return 0;
}

static bool is_cover_art(json_object *stream)
{
    return integer_of(json_object_object_get(stream, "disposition"), "attached_pic") != 0;
}

/* The first stream of a kind that can be decoded; if none can, the first of the kind; else NULL. */
static json_object *choose(json_object *streams, const char *kind)
{
    json_object *first = NULL;

    for (size_t i = 0; i < json_object_array_length(streams); i++) {
        json_object *s = json_object_array_get_idx(streams, i);
        if (!str_eq(text_of(s, "codec_type"), kind) || is_cover_art(s))
            continue;
        if (ffmpeg_knows(text_of(s, "codec_name")))
            return s;
        first = first ? first : s;
    }
    return first;
}

static void read_video(struct arena *a, json_object *stream, struct media_info *out)
{
    double aspect = ratio_of(stream, "sample_aspect_ratio");
    double width = integer_of(stream, "width") * (aspect > 0 ? aspect : 1);
    const char *order = text_of(stream, "field_order"), *light = text_of(stream, "color_transfer");

    out->width = width < 1e6 ? (int)(width + 0.5) : 1000000;
    out->height = integer_of(stream, "height");
    if (quarter_turns(stream) % 2) {
        int upright = out->width;
        out->width = out->height;
        out->height = upright;
    }
    out->fps = frame_rate(stream);
    out->video_stream = integer_of(stream, "index");
    out->video_codec = arena_str(a, text_of(stream, "codec_name"));
    out->video_profile = arena_str(a, text_of(stream, "profile"));
    out->pixel_format = arena_str(a, text_of(stream, "pix_fmt"));
    out->is_interlaced = *order && !str_eq(order, "progressive") && !str_eq(order, "unknown");
    out->is_hdr = str_eq(light, "smpte2084") || str_eq(light, "arib-std-b67");
}

static void read_audio(struct arena *a, json_object *stream, struct media_info *out)
{
    out->audio_stream = integer_of(stream, "index");
    out->audio_codec = arena_str(a, text_of(stream, "codec_name"));
    out->audio_channels = integer_of(stream, "channels");
    out->audio_hz = integer_of(stream, "sample_rate");
}

static enum rc check_codecs(struct arena *a, const struct media_info *m, struct problem *why)
{
    if (!ffmpeg_knows(m->video_codec))
        return unsupported(a, arena_printf(a, "picture (%s)", m->video_codec), why);
    if (m->audio_codec && !ffmpeg_knows(m->audio_codec))
        return unsupported(a, arena_printf(a, "sound (%s)", m->audio_codec), why);
    return RC_OK;
}

static enum rc check_size(struct arena *a, const struct media_info *m, struct problem *why)
{
    int64_t long_side = MAX_OF(m->width, m->height), short_side = MIN_OF(m->width, m->height);

    if (short_side <= 0)
        return damaged(why);
    if (short_side < MEDIA_SIDE_MIN || short_side > MEDIA_SHORT_SIDE_MAX ||
        long_side > MEDIA_LONG_SIDE_MAX)
        return refuse(why, RC_TOO_LARGE, NULL,
                      arena_printf(a, "The picture is %dx%d. It may be from %dx%d to %dx%d.",
                                   m->width, m->height, MEDIA_SIDE_MIN, MEDIA_SIDE_MIN,
                                   MEDIA_LONG_SIDE_MAX, MEDIA_SHORT_SIDE_MAX));
    if (m->fps > MEDIA_FPS_MAX)
        return refuse(
            why, RC_TOO_LARGE, NULL,
            arena_printf(a, "This video has %.0f pictures a second; at most %d are accepted.",
                         m->fps, MEDIA_FPS_MAX));
    return RC_OK;
}

static enum rc check_length(struct arena *a, const struct media_info *m, struct problem *why)
{
    int64_t max_ms = conf()->upload_max_minutes * 60000;

    if (m->length_ms <= 0)
        return damaged(why);
    if (m->length_ms > max_ms)
        return refuse(why, RC_TOO_LARGE, NULL,
                      arena_printf(a, "This video is %s long; at most %s is accepted.",
                                   fmt_hms(a, m->length_ms), fmt_hms(a, max_ms)));
    return RC_OK;
}

/* Whether the container says reliably which pictures are key frames and when each packet is
 * shown. */
static bool marks_keys(const struct media_info *m)
{
    return str_eq(m->demuxer, "mov") || str_eq(m->demuxer, "matroska") || str_eq(m->demuxer, "flv");
}

/* Whether the stream can be packaged without encoding, apart from the places of its key frames. */
static bool video_fits(json_object *stream, const struct media_info *m, int64_t start_ms)
{
    static const char *const profiles[] = { "Constrained Baseline", "Baseline", "Main", "High" };
    double aspect = ratio_of(stream, "sample_aspect_ratio");
    bool square = aspect <= 0 || (aspect > 0.999 && aspect < 1.001);
    bool profile = false;

    for (size_t i = 0; i < COUNT(profiles); i++)
        profile |= str_eq(m->video_profile, profiles[i]);
    return profile && square && str_eq(m->video_codec, "h264") &&
           str_eq(m->pixel_format, "yuv420p") && integer_of(stream, "level") <= COPY_LEVEL_MAX &&
           quarter_turns(stream) == 0 && !m->is_interlaced && !m->is_hdr && m->width % 2 == 0 &&
           m->height % 2 == 0 && ms_of(stream, "start_time") - start_ms <= COPY_START_MAX_MS;
}

static bool audio_fits(json_object *stream, const struct media_info *m, int64_t start_ms)
{
    return str_eq(m->audio_codec, "aac") && str_eq(text_of(stream, "profile"), "LC") &&
           m->audio_channels <= 2 && m->audio_hz >= 32000 && m->audio_hz <= 48000 &&
           number_of(stream, "bit_rate") <= COPY_AUDIO_BPS_MAX &&
           ms_of(stream, "start_time") - start_ms <= COPY_START_MAX_MS;
}

/* One pass over the packets of the video, without decoding: where the key frames are and where the
 * file really ends. */
struct scan {
    const struct media_watch *watch;
    int64_t packets, first_ms, last_ms, end_ms, key_ms, key_gap_ms;
};

/* A line "pts,duration,flags", with times in seconds; N/A where the container has none. */
static void scan_line(void *arg, const char *line)
{
    struct scan *s = arg;
    double pts, duration = 0;
    char flags[8] = "";

    if (sscanf(line, "%lf,%lf,%7s", &pts, &duration, flags) < 2 &&
        sscanf(line, "%lf,N/A,%7s", &pts, flags) < 2)
        return;
    if (!(pts > -1e9 && pts < 1e9 && duration >= 0 && duration < 1e9))
        return;
    int64_t at_ms = (int64_t)(pts * 1000);
    if (s->packets++ == 0)
        s->first_ms = s->key_ms = at_ms;
    if (flags[0] == 'K') {
        s->key_gap_ms = MAX_OF(s->key_gap_ms, at_ms - s->key_ms);
        s->key_ms = at_ms;
    }
    s->last_ms = MAX_OF(s->last_ms, at_ms);
    s->end_ms = MAX_OF(s->end_ms, at_ms + (int64_t)(duration * 1000 + 0.5));
}

static bool scan_tick(void *arg)
{
    const struct media_watch *watch = ((struct scan *)arg)->watch;

    return !watch || watch->tell(watch->arg, 0);
}

static enum rc scan(struct arena *a, const char *path, const struct media_watch *watch,
                    struct media_info *m, struct problem *why)
{
    struct scan s = { .watch = watch };
    struct sandbox_result r;
    struct ffmpeg f;

    ffmpeg_begin(&f, a, FFPROBE);
    f.box.wall_ms = SCAN_WALL_MS;
    f.box.line = scan_line;
    f.box.tick = scan_tick;
    f.box.arg = &s;
    FFMPEG_ADD(&f, "-select_streams", arena_printf(a, "%d", m->video_stream), "-of", "csv=p=0",
               "-show_entries", "packet=pts_time,duration_time,flags");
    ffmpeg_input(&f, m->demuxer, path);
    enum rc rc = ffmpeg_run(&f, &r);
    if (rc == RC_INVALID || (rc == RC_OK && s.packets == 0))
        return damaged(why);
    TRY(rc);
    s.key_gap_ms = MAX_OF(s.key_gap_ms, s.end_ms - s.key_ms);
    m->can_copy_video &= s.key_gap_ms <= COPY_KEY_GAP_MAX_MS;
    if (m->length_ms == 0) /* as in recordings made by browsers */
        m->length_ms = s.end_ms - s.first_ms;
    if (s.last_ms > s.first_ms)
        m->fps = (double)(s.packets - 1) * 1000 / (double)(s.last_ms - s.first_ms);
    return RC_OK;
}

/* Everything in the answer that matters here; the caller frees the tree. */
static enum rc read_answer(struct arena *a, json_object *root, struct media_info *m,
                           struct problem *why)
{
    json_object *format = json_object_object_get(root, "format");
    json_object *streams = json_object_object_get(root, "streams");

    if (!format || !streams || !json_object_is_type(streams, json_type_array))
        return damaged(why);
    if (json_object_array_length(streams) > FFMPEG_STREAMS_MAX)
        return too_many_streams(a, why);
    json_object *video = choose(streams, "video"), *audio = choose(streams, "audio");
    if (!video)
        return not_video(a, audio ? SOUND_ONLY : UNREADABLE, why);
    read_video(a, video, m);
    if (audio)
        read_audio(a, audio, m);
    m->length_ms = ms_of(format, "duration");
    TRY(check_codecs(a, m, why));
    TRY(check_size(a, m, why));
    if (number_of(video, "nb_frames") > (double)m->bytes)
        return damaged(why); /* an index of more pictures than the file has bytes */
    int64_t start_ms = ms_of(format, "start_time");
    m->can_copy_video = marks_keys(m) && video_fits(video, m, start_ms);
    m->can_copy_audio = marks_keys(m) && audio && audio_fits(audio, m, start_ms);
    return RC_OK;
}

enum rc media_probe(struct arena *a, const char *path, const struct media_watch *watch,
                    struct media_info *out, struct problem *why)
{
    json_object *root = NULL;

    *out = (struct media_info){ .audio_stream = -1, .video_stream = -1 };
    TRY(sniff(a, path, out, why));
    TRY(run_ffprobe(a, path, out, &root, why));
    enum rc rc = read_answer(a, root, out, why);
    json_object_put(root);
    TRY(rc);
    if (out->can_copy_video || out->length_ms == 0 || out->fps <= 0)
        TRY(scan(a, path, watch, out, why));
    TRY(check_length(a, out, why));
    out->rate_bps = out->bytes * 8000 / out->length_ms;
    return RC_OK;
}

/* Planning. */

/* The rungs in the config, ascending; returns 0 when they make no sense. */
static size_t read_ladder(int rungs[MEDIA_LADDER_MAX])
{
    const char *p = conf()->ladder;
    size_t n = 0;

    for (int64_t last = MEDIA_SIDE_MIN; n < MEDIA_LADDER_MAX; n++) {
        size_t length = strcspn(p, ",");
        if (str_to_i64(p, length, last + 1, MEDIA_SHORT_SIDE_MAX, &last) != RC_OK)
            return 0;
        rungs[n] = (int)last;
        if (p[length] == 0)
            return n + 1;
        p += length + 1;
    }
    return 0;
}

/* The highest bit rate for a picture with that shorter side; half as much again for more than 35
 * pictures a second. */
static int max_kbps(int side, double fps)
{
    static const struct {
        int side, kbps;
    } rows[] = {
        { 240, 400 },   { 360, 800 },   { 480, 1400 },   { 720, 2800 },
        { 1080, 5000 }, { 1440, 9000 }, { 2160, 16000 }, { MEDIA_SHORT_SIDE_MAX, 40000 },
    };
    size_t i = 0;

    while (rows[i].side < side)
        i++;
    return fps > 35 ? rows[i].kbps * 3 / 2 : rows[i].kbps;
}

/* A rung is worth its work only where the source is larger by a fifth. */
static bool clearly_above(int side, int rung) { return side * 5 >= rung * 6; }

/* The source scaled to `side` pixels on its shorter side. Encoders need even numbers of pixels. */
static void add_rendition(const struct media_info *m, int side, struct media_plan *out)
{
    struct media_rendition *r = &out->renditions[out->n++];
    int64_t width = m->width, height = m->height, twice = 2 * MIN_OF(width, height);

    side -= side % 2;
    *r = (struct media_rendition){
        .width = 2 * (int)((width * side + twice / 2) / twice),
        .height = 2 * (int)((height * side + twice / 2) / twice),
        .max_kbps = max_kbps(side, m->fps),
    };
    snprintf(r->name, sizeof(r->name), "%dp", side);
}

/* A copy whose rate is far above that of our own renditions would stall where ours play. */
static bool worth_copying(const struct media_info *m, int top)
{
    int side = MIN_OF(m->width, m->height);

    return m->can_copy_video && side <= top && m->fps <= COPY_FPS_MAX + 0.5 &&
           m->rate_bps <= 2 * (int64_t)max_kbps(side, m->fps) * 1000;
}

/* `top` is copied; the smaller renditions, which are encoded, must not have a higher bit rate. */
static void put_below(const struct media_info *m, struct media_rendition *top,
                      struct media_rendition *r)
{
    int64_t kbps = m->rate_bps / 1000, side = MIN_OF(top->width, top->height);

    for (top->is_copy = true; r < top; r++)
        r->max_kbps = (int)MIN_OF(r->max_kbps,
                                  MAX_OF(kbps * MIN_OF(r->width, r->height) / side, KBPS_MIN));
}

enum rc media_plan(const struct media_info *m, struct media_plan *out)
{
    int rungs[MEDIA_LADDER_MAX], side = MIN_OF(m->width, m->height);
    size_t n = read_ladder(rungs), used = 0;

    *out = (struct media_plan){ .stages = 1 };
    if (n == 0) {
        log_error("conf ladder is not a list of up to %d ascending heights", MEDIA_LADDER_MAX);
        return RC_FAIL;
    }
    bool is_copy = worth_copying(m, rungs[n - 1]);
    while (used < n && rungs[used] <= side && !(is_copy && !clearly_above(side, rungs[used])))
        add_rendition(m, rungs[used++], out);
    if (is_copy || used == 0 || (used < n && clearly_above(side, rungs[used - 1])))
        add_rendition(m, side, out);
    struct media_rendition *first = &out->renditions[0], *top = &out->renditions[out->n - 1];
    if (is_copy)
        put_below(m, top, first);
    bool is_long = m->length_ms >= conf()->ladder_early_minutes * 60000;
    if (out->n == 1 || !(is_copy || is_long))
        return RC_OK;
    out->stages = 2;
    for (size_t i = 0; i < out->n; i++)
        out->renditions[i].stage = &out->renditions[i] != (is_copy ? top : first);
    return RC_OK;
}

/* Pictures that members upload. */

static const char *image_demuxer(const struct head *h)
{
    if (HAS(h, 0, "\xff\xd8\xff"))
        return "jpeg_pipe";
    if (HAS(h, 0, "\x89PNG\r\n\x1a\n"))
        return "png_pipe";
    return HAS(h, 0, "RIFF") && HAS(h, 8, "WEBP") ? "webp_pipe" : NULL;
}

static enum rc sniff_image(struct arena *a, const char *path, const char **demuxer,
                           struct problem *why)
{
    struct head head;
    int64_t bytes;

    TRY(read_head(a, path, &head, &bytes));
    *demuxer = image_demuxer(&head);
    return *demuxer ? RC_OK
                    : refuse(why, RC_TYPE, NULL,
                             "This is not a picture. Accepted formats are JPEG, PNG and WebP.");
}

enum rc media_sniff_image(struct arena *a, const char *path, struct problem *why)
{
    const char *demuxer;
    return sniff_image(a, path, &demuxer, why);
}

enum rc media_image(struct arena *a, const char *path, const char *out_path, int max_width,
                    int max_height, bool crop, struct problem *why)
{
    const char *demuxer;
    struct ffmpeg f;

    TRY(sniff_image(a, path, &demuxer, why));
    ffmpeg_begin(&f, a, FFMPEG);
    f.box.wall_ms = IMAGE_WALL_MS;
    f.box.nice = IMAGE_NICE; /* a member waits for it, but others wait for their pages */
    ffmpeg_input(&f, demuxer, path);
    /* Transparent parts become white. */
    const char *scale =
        crop
            ? "scale=%d:%d:force_original_aspect_ratio=increase:out_range=full,crop=%d:%d"
            : "scale='min(%d,iw)':'min(%d,ih)':force_original_aspect_ratio=decrease:out_range=full";
    FFMPEG_ADD(&f, "-vf",
               arena_printf(a,
                            "format=rgba,split[top][o];[o]lutrgb=r=255:g=255:b=255:a=255[white];"
                            "[white][top]overlay=format=rgb,%s,format=yuvj420p",
                            arena_printf(a, scale, max_width, max_height, max_width, max_height)));
    enum rc rc = ffmpeg_jpeg(&f, IMAGE_QUALITY, out_path);
    if (rc != RC_INVALID)
        return rc;
    return refuse(why, RC_INVALID, NULL,
                  "This picture cannot be read: it is damaged, animated or has more than 36 "
                  "megapixels.");
}
