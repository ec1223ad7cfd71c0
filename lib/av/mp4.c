#include "av/mp4.h"
#include "base/log.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define TYPE(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (d))
#define TICKS_MAX        (INT64_C(1) << 50) /* of a timeline; far from overflow when added up */

enum {
    TOP_BOXES_MAX = 4 * MP4_SEGMENTS_MAX,
    RUN_SAMPLES_MAX = 1 << 20,
    HEADER_BYTES = 8,
    LARGE_HEADER_BYTES = 16,
    SAMPLE_IS_NO_KEY = 0x10000, /* sample_is_non_sync_sample */
};

/* Bytes still to be read. Reading past the end gives zeros and sets `bad`, which the caller checks
 * once, after reading everything. */
struct span {
    const uint8_t *p;
    size_t n;
    bool bad;
};

static struct span take(struct span *s, uint64_t n)
{
    struct span part = { s->p, (size_t)n, false };

    if (n > s->n) {
        s->bad = true;
        s->n = 0;
        return (struct span){ NULL, 0, true };
    }
    s->p += n;
    s->n -= (size_t)n;
    return part;
}

/* A big-endian number of up to eight bytes. */
static uint64_t number(struct span *s, size_t bytes)
{
    struct span part = take(s, bytes);
    uint64_t v = 0;

    for (size_t i = 0; i < part.n; i++)
        v = v << 8 | part.p[i];
    return v;
}

static uint32_t u32(struct span *s) { return (uint32_t)number(s, 4); }

struct head {
    uint32_t type;
    uint64_t bytes; /* of the whole box */
    size_t header;
};

/* Size and type; false when they are cut off or the size is smaller than this header. */
static bool read_head(struct span *s, struct head *out)
{
    *out = (struct head){ .bytes = u32(s), .header = HEADER_BYTES };
    out->type = u32(s);
    if (out->bytes == 1) {
        out->bytes = number(s, 8);
        out->header = LARGE_HEADER_BYTES;
    }
    return !s->bad && out->bytes >= out->header;
}

/* The next box in `in`; false at its end, or when the box does not fit, which also makes `in`
 * bad. */
static bool next_box(struct span *in, uint32_t *type, struct span *body)
{
    struct head head;

    if (in->n == 0)
        return false;
    in->bad |= !read_head(in, &head);
    *type = head.type;
    *body = take(in, in->bad ? UINT64_MAX : head.bytes - head.header);
    return !in->bad;
}

/* The first box of a type in `in`; bad when there is none. */
static struct span find(struct span in, uint32_t want)
{
    struct span body;
    uint32_t type;

    while (next_box(&in, &type, &body))
        if (type == want)
            return body;
    return (struct span){ NULL, 0, true };
}

/* Defaults from the moov, for fields that a sample of a fragment leaves out. */
struct defaults {
    uint32_t ticks, bytes, flags;
};

/* MPEG-4 descriptor: a tag and a length of up to four groups of seven bits. */
static struct span descriptor(struct span *s, uint8_t want)
{
    uint64_t tag = number(s, 1), length = 0;

    for (int i = 0; i < 4; i++) {
        uint64_t byte = number(s, 1);
        length = length << 7 | (byte & 0x7f);
        if (!(byte & 0x80))
            break;
    }
    if (tag != want)
        s->bad = true;
    return take(s, s->bad ? UINT64_MAX : length);
}

/* "mp4a.40.N": object type 0x40 is MPEG-4 audio, N is the audio object type in its configuration:
 * five bits, followed by four for the rate and four for the channels. */
static bool read_esds(struct span s, struct mp4_track *out)
{
    take(&s, 4); /* version and flags */
    struct span es = descriptor(&s, 3);
    take(&es, 2);
    uint64_t flags = number(&es, 1);
    take(&es, (flags & 0x80 ? 2 : 0)); /* the stream it depends on */
    struct span config = descriptor(&es, 4);
    uint64_t object = number(&config, 1);
    take(&config, 12); /* stream type, buffer size and bit rates */
    struct span specific = descriptor(&config, 5);
    uint64_t bits = number(&specific, 2), kind = bits >> 11, rate = bits >> 7 & 0xf;
    out->channels = (int)(bits >> 3 & 0xf);
    snprintf(out->codec, sizeof(out->codec), "mp4a.40.%u", (unsigned)kind);
    /* 31 and 15 announce longer fields, which nothing that we make or copy needs. */
    return object == 0x40 && kind != 31 && rate != 15 && !specific.bad && !config.bad && !es.bad &&
           !(flags & 0x60);
}

/* "avc1.PPCCLL": profile, constraints and level, which follow the version in avcC. */
static bool read_avcc(struct span s, char *codec)
{
    uint64_t version = number(&s, 1), three = number(&s, 3);

    snprintf(codec, MP4_CODEC_BYTES, "avc1.%06x", (unsigned)three);
    return version == 1 && !s.bad;
}

static bool read_stsd(struct span s, struct mp4_track *out)
{
    struct span entry;
    uint32_t type;

    take(&s, 8); /* version, flags, count */
    if (!next_box(&s, &type, &entry))
        return false;
    out->is_video = type == TYPE('a', 'v', 'c', '1');
    if (out->is_video) {
        take(&entry, 24);
        out->width = (int)number(&entry, 2);
        out->height = (int)number(&entry, 2);
        take(&entry, 50);
        return !entry.bad && read_avcc(find(entry, TYPE('a', 'v', 'c', 'C')), out->codec);
    }
    take(&entry, 28); /* its number of channels is always 2 */
    return type == TYPE('m', 'p', '4', 'a') && !entry.bad &&
           read_esds(find(entry, TYPE('e', 's', 'd', 's')), out);
}

static bool read_moov(struct span moov, struct mp4_track *out, struct defaults *base)
{
    struct span mdia = find(find(moov, TYPE('t', 'r', 'a', 'k')), TYPE('m', 'd', 'i', 'a'));
    struct span mdhd = find(mdia, TYPE('m', 'd', 'h', 'd'));
    struct span stbl = find(find(mdia, TYPE('m', 'i', 'n', 'f')), TYPE('s', 't', 'b', 'l'));
    struct span trex = find(find(moov, TYPE('m', 'v', 'e', 'x')), TYPE('t', 'r', 'e', 'x'));

    bool long_times = number(&mdhd, 1) == 1;
    take(&mdhd, long_times ? 19 : 11);
    out->ticks_per_s = u32(&mdhd);
    take(&trex, 12); /* version, flags, track, sample description */
    base->ticks = u32(&trex);
    base->bytes = u32(&trex);
    base->flags = u32(&trex);
    return !mdhd.bad && !trex.bad && out->ticks_per_s > 0 &&
           read_stsd(find(stbl, TYPE('s', 't', 's', 'd')), out);
}

/* The sums over the samples of one moof. A sample is shown at its decoding time plus its shift; a
 * key frame, the first to be decoded, is also the first to be shown. */
struct fragment {
    int64_t decode_at, start, end, bytes, samples;
    bool starts_with_key;
};

/* trun: the box's flags say which per-sample fields there are. */
static bool read_run(struct span s, const struct defaults *d, struct fragment *f)
{
    uint32_t has = u32(&s) & 0xffffff, count = u32(&s), first_flags = d->flags;

    if (has & 0x1)
        take(&s, 4); /* where in mdat */
    if (has & 0x4)
        first_flags = u32(&s);
    for (uint32_t i = 0; i < count && i < RUN_SAMPLES_MAX && !s.bad; i++) {
        uint32_t ticks = has & 0x100 ? u32(&s) : d->ticks;
        f->bytes += has & 0x200 ? u32(&s) : d->bytes;
        uint32_t flags = has & 0x400 ? u32(&s) : i == 0 ? first_flags : d->flags;
        int64_t shown = f->decode_at + (has & 0x800 ? (int32_t)u32(&s) : 0);
        f->decode_at += ticks;
        f->end = MAX_OF(f->end, shown + ticks);
        if (f->samples++ == 0) {
            f->start = shown;
            f->starts_with_key = !(flags & SAMPLE_IS_NO_KEY);
        }
    }
    return !s.bad && count <= RUN_SAMPLES_MAX;
}

static bool read_tfhd(struct span s, struct defaults *d)
{
    uint32_t has = u32(&s) & 0xffffff;

    take(&s, has & 0x1 ? 12 : 4); /* track, and where its data begins */
    take(&s, has & 0x2 ? 4 : 0);  /* sample description */
    if (has & 0x8)
        d->ticks = u32(&s);
    if (has & 0x10)
        d->bytes = u32(&s);
    if (has & 0x20)
        d->flags = u32(&s);
    return !s.bad;
}

static bool read_tfdt(struct span s, int64_t *start)
{
    bool is_long = u32(&s) >> 24 == 1;
    uint64_t v = number(&s, is_long ? 8 : 4);

    *start = (int64_t)v;
    return !s.bad && v < TICKS_MAX;
}

static bool read_moof(struct span moof, struct defaults d, struct fragment *f)
{
    struct span traf = find(moof, TYPE('t', 'r', 'a', 'f')), body;
    uint32_t type;
    bool good = true, timed = false;

    *f = (struct fragment){ 0 };
    while (good && next_box(&traf, &type, &body)) {
        if (type == TYPE('t', 'f', 'h', 'd'))
            good = read_tfhd(body, &d);
        else if (type == TYPE('t', 'f', 'd', 't'))
            good = timed = read_tfdt(body, &f->decode_at);
        else if (type == TYPE('t', 'r', 'u', 'n'))
            good = read_run(body, &d, f);
    }
    return good && !traf.bad && timed && f->end > f->start && f->end < TICKS_MAX;
}

/* Of the file's outermost boxes only the headers are read, one at a time; moov and moof are then
 * read whole. */
struct file {
    const char *path;
    int fd;
    int64_t bytes;
};

struct top {
    struct head head;
    int64_t at, bytes;
};

static bool top_box(const struct file *f, int64_t at, struct top *out)
{
    uint8_t bytes[LARGE_HEADER_BYTES];
    ssize_t n = pread(f->fd, bytes, sizeof(bytes), at);
    struct span s = { bytes, n > 0 ? (size_t)n : 0, false };
    bool good = read_head(&s, &out->head) && out->head.bytes <= (uint64_t)(f->bytes - at);

    out->at = at;
    out->bytes = good ? (int64_t)out->head.bytes : 0;
    return good;
}

static bool load(const struct file *f, const struct top *box, uint8_t *room, struct span *body)
{
    size_t n = (size_t)box->bytes - box->head.header;

    *body = (struct span){ room, n, false };
    return pread(f->fd, room, n, box->at + (int64_t)box->head.header) == (ssize_t)n;
}

static enum rc invalid(const struct file *f, int64_t at, const char *what)
{
    log_error("mp4: %s at %" PRId64 ": %s", f->path, at, what);
    return RC_INVALID;
}

/* First pass: counts the segments and finds how much room their boxes need. */
static enum rc survey(const struct file *f, size_t *segments, size_t *room_bytes)
{
    struct top box;
    int count = 0;

    *segments = *room_bytes = 0;
    for (int64_t at = 0; at < f->bytes; at += box.bytes) {
        if (!top_box(f, at, &box) || ++count > TOP_BOXES_MAX)
            return invalid(f, at, "not a box, or too many");
        bool is_moof = box.head.type == TYPE('m', 'o', 'o', 'f');
        if (!is_moof && box.head.type != TYPE('m', 'o', 'o', 'v'))
            continue;
        if (box.bytes > MP4_BOX_MAX_BYTES)
            return invalid(f, at, "box too large");
        *segments += is_moof;
        *room_bytes = MAX_OF(*room_bytes, (size_t)box.bytes);
    }
    if (*segments == 0 || *segments > MP4_SEGMENTS_MAX)
        return invalid(f, 0, "no segments, or too many");
    return RC_OK;
}

/* A moof and the mdat after it, which must hold exactly its samples. */
static enum rc add_segment(const struct file *f, const struct top *moof, struct span body,
                           const struct defaults *base, struct mp4_track *out)
{
    struct fragment part;
    struct top mdat;

    if (!read_moof(body, *base, &part))
        return invalid(f, moof->at, "bad moof");
    if (!top_box(f, moof->at + moof->bytes, &mdat) || mdat.head.type != TYPE('m', 'd', 'a', 't') ||
        mdat.bytes - (int64_t)mdat.head.header != part.bytes)
        return invalid(f, moof->at, "moof without its mdat");
    if (out->is_video && !part.starts_with_key)
        return invalid(f, moof->at, "segment does not start with a key frame");
    if (out->n > 0) {
        struct mp4_segment *last = &out->segments[out->n - 1];
        last->ticks = part.start - last->start;
        if (last->ticks <= 0)
            return invalid(f, moof->at, "time runs backwards");
    }
    out->segments[out->n++] = (struct mp4_segment){
        .at = moof->at,
        .bytes = moof->bytes + mdat.bytes,
        .start = part.start,
        .ticks = part.end - part.start,
    };
    out->samples += part.samples;
    return RC_OK;
}

static enum rc read_all(struct arena *a, const struct file *f, struct mp4_track *out)
{
    struct defaults base = { 0 };
    struct span body;
    struct top box;
    size_t segments, room_bytes;

    TRY(survey(f, &segments, &room_bytes));
    uint8_t *room = arena_alloc(a, room_bytes);
    out->segments = arena_array(a, struct mp4_segment, segments);
    for (int64_t at = 0; at < f->bytes && top_box(f, at, &box); at += box.bytes) {
        bool is_moof = box.head.type == TYPE('m', 'o', 'o', 'f');
        if (!is_moof && box.head.type != TYPE('m', 'o', 'o', 'v'))
            continue;
        if (!load(f, &box, room, &body))
            return invalid(f, at, "cannot be read");
        if (is_moof != (out->ticks_per_s > 0) || (!is_moof && !read_moov(body, out, &base)))
            return invalid(f, at, "bad moov, or not one before the first moof");
        if (!is_moof)
            continue;
        if (out->n == 0)
            out->init_bytes = at;
        TRY(add_segment(f, &box, body, &base, out));
    }
    return RC_OK;
}

static enum rc open_file(const char *path, struct file *f)
{
    struct stat st;

    *f = (struct file){ .path = path, .fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW) };
    if (f->fd >= 0 && fstat(f->fd, &st) == 0 && S_ISREG(st.st_mode)) {
        f->bytes = st.st_size;
        return RC_OK;
    }
    log_error("mp4: %s cannot be opened", path);
    if (f->fd >= 0)
        close(f->fd);
    return RC_FAIL;
}

enum rc mp4_read(struct arena *a, const char *path, struct mp4_track *out)
{
    struct file f;

    *out = (struct mp4_track){ 0 };
    TRY(open_file(path, &f));
    enum rc rc = read_all(a, &f, out);
    close(f.fd);
    return rc;
}

enum rc mp4_check(const char *path)
{
    struct file f;
    struct top box;
    bool has_moov = false, cut = false;
    int64_t at = 0;

    TRY(open_file(path, &f));
    for (int n = 0; n < TOP_BOXES_MAX && at < f.bytes && top_box(&f, at, &box); n++) {
        has_moov |= box.head.type == TYPE('m', 'o', 'o', 'v');
        at += box.bytes;
    }
    if (at < f.bytes && !top_box(&f, at, &box)) /* 0: up to the end. Others may be stray bytes. */
        cut = box.head.bytes != 0 && (box.head.type == TYPE('m', 'd', 'a', 't') ||
                                      box.head.type == TYPE('m', 'o', 'o', 'f'));
    close(f.fd);
    return has_moov && !cut ? RC_OK : RC_INVALID;
}

static double seconds(const struct mp4_track *t, int64_t ticks)
{
    return (double)ticks / (double)t->ticks_per_s;
}

static int64_t shown_ticks(const struct mp4_track *t)
{
    const struct mp4_segment *last = &t->segments[t->n - 1];

    return last->start + last->ticks - t->segments[0].start;
}

int64_t mp4_length_ms(const struct mp4_track *t)
{
    return (int64_t)(seconds(t, t->segments[0].start + shown_ticks(t)) * 1000 + 0.5);
}

/* EXT-X-TARGETDURATION: the length of the longest segment, rounded to seconds. */
static int64_t target_s(const struct mp4_track *t)
{
    int64_t target = 1;

    for (size_t i = 0; i < t->n; i++)
        target = MAX_OF(target, (int64_t)(seconds(t, t->segments[i].ticks) + 0.5));
    return target;
}

void mp4_playlist(struct sb *o, const struct mp4_track *t, const char *uri)
{
    sb_addf(o,
            "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:%" PRId64 "\n"
            "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n#EXT-X-INDEPENDENT-SEGMENTS\n"
            "#EXT-X-MAP:URI=\"%s\",BYTERANGE=\"%" PRId64 "@0\"\n",
            target_s(t), uri, t->init_bytes);
    for (size_t i = 0; i < t->n; i++)
        sb_addf(o, "#EXTINF:%.6f,\n#EXT-X-BYTERANGE:%" PRId64 "@%" PRId64 "\n%s\n",
                seconds(t, t->segments[i].ticks), t->segments[i].bytes, t->segments[i].at, uri);
    SB_LIT(o, "#EXT-X-ENDLIST\n");
}

static int64_t rate(const struct mp4_track *t, int64_t bytes, int64_t ticks)
{
    return (int64_t)((double)bytes * 8 / seconds(t, ticks) + 0.5);
}

static int64_t mean_bps(const struct mp4_track *t)
{
    int64_t bytes = 0;

    for (size_t i = 0; i < t->n; i++)
        bytes += t->segments[i].bytes;
    return rate(t, bytes, shown_ticks(t));
}

/* The largest rate of any run of segments that lasts 0.5 to 1.5 target durations. */
static int64_t peak_bps(const struct mp4_track *t)
{
    int64_t half = target_s(t) * t->ticks_per_s / 2, peak = mean_bps(t);

    for (size_t first = 0; first < t->n; first++) {
        int64_t bytes = 0, ticks = 0;
        for (size_t i = first; i < t->n && ticks < 3 * half; i++) {
            bytes += t->segments[i].bytes;
            ticks += t->segments[i].ticks;
            if (ticks >= half && ticks <= 3 * half)
                peak = MAX_OF(peak, rate(t, bytes, ticks));
        }
    }
    return peak;
}

void mp4_master(struct sb *o, const struct mp4_rendition *video, size_t n,
                const struct mp4_rendition *audio)
{
    const struct mp4_track *sound = audio ? audio->track : NULL;
    int64_t sound_peak = sound ? peak_bps(sound) : 0, sound_mean = sound ? mean_bps(sound) : 0;

    SB_LIT(o, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n");
    if (sound)
        sb_addf(o,
                "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",DEFAULT=YES,"
                "AUTOSELECT=YES,CHANNELS=\"%d\",URI=\"%s\"\n",
                sound->channels, audio->playlist);
    for (size_t i = 0; i < n; i++) {
        const struct mp4_track *t = video[i].track;
        sb_addf(o,
                "#EXT-X-STREAM-INF:BANDWIDTH=%" PRId64 ",AVERAGE-BANDWIDTH=%" PRId64
                ",RESOLUTION=%dx%d,FRAME-RATE=%.3f,CODECS=\"%s%s%s\"%s\n%s\n",
                peak_bps(t) + sound_peak, mean_bps(t) + sound_mean, t->width, t->height,
                (double)t->samples / seconds(t, shown_ticks(t)), t->codec, sound ? "," : "",
                sound ? sound->codec : "", sound ? ",AUDIO=\"audio\"" : "", video[i].playlist);
    }
}
