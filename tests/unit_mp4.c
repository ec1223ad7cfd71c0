/* Reading boxes: what a valid file gives, to the byte of its playlists, and that nothing else
 * passes. The files are written here, box by box. */
#include "check.h"
#include "av/mp4.h"
#include <fcntl.h>
#include <unistd.h>

enum { ARENA_BYTES = 64 << 20, SEGMENTS = 4, NO_KEY = 0x01010000, KEY = 0x02000000 };

static char path[] = "/tmp/unit_mp4.XXXXXX";
static struct arena *a;

static void put(struct sb *o, uint64_t v, size_t bytes)
{
    for (size_t i = bytes; i-- > 0;) {
        char byte = (char)(v >> (8 * i));
        sb_add(o, &byte, 1);
    }
}

static void zeros(struct sb *o, size_t n)
{
    while (n-- > 0)
        put(o, 0, 1);
}

static size_t begin(struct sb *o, const char *type)
{
    size_t at = o->len;

    put(o, 0, 4);
    sb_add(o, type, 4);
    return at;
}

static void end(struct sb *o, size_t at)
{
    for (size_t i = 0; i < 4; i++)
        o->buf[at + i] = (char)((o->len - at) >> (8 * (3 - i)));
}

/* What to write; a case changes one thing. */
struct recipe {
    bool is_video;
    uint32_t ticks_per_s, sample_flags;
    int32_t shift; /* of every sample */
    struct {
        uint32_t at, samples, each; /* decoding time, number and ticks of the samples */
        uint32_t bytes;             /* of each */
    } segments[SEGMENTS];
    const char *leave_out; /* a box type */
    const char *rename;    /* a box type that becomes "free" */
    int mdat_more;         /* bytes that no sample accounts for */
    uint32_t count_more;   /* samples that are not there */
};

static bool skips(const struct recipe *r, const char *type)
{
    return r->leave_out && strcmp(r->leave_out, type) == 0;
}

static void put_entry(struct sb *o, const struct recipe *r)
{
    size_t entry = begin(o, r->is_video ? "avc1" : "mp4a"), box;

    if (r->is_video) {
        zeros(o, 24);
        put(o, 640, 2);
        put(o, 360, 2);
        zeros(o, 50);
        box = begin(o, skips(r, "avcC") ? "free" : "avcC");
        put(o, 0x0164001f, 4);
        zeros(o, 3);
    } else {
        zeros(o, 16);
        put(o, 2, 2);
        zeros(o, 10);
        box = begin(o, skips(r, "esds") ? "free" : "esds");
        put(o, 0, 4);
        put(o, 0x0380808022, 5); /* ES, 34 bytes, the long form of a length */
        zeros(o, 3);
        put(o, 0x0411, 2); /* configuration */
        put(o, 0x40, 1);
        zeros(o, 12);
        put(o, 0x0502, 2); /* AAC-LC, 48 kHz, one channel */
        put(o, 0x1188, 2);
        zeros(o, 12);
    }
    end(o, box);
    end(o, entry);
}

static void put_moov(struct sb *o, const struct recipe *r)
{
    size_t moov = begin(o, "moov"), trak = begin(o, "trak"), mdia = begin(o, "mdia");
    size_t mdhd = begin(o, "mdhd");

    zeros(o, 12);
    put(o, r->ticks_per_s, 4);
    zeros(o, 8);
    end(o, mdhd);
    size_t minf = begin(o, "minf"), stbl = begin(o, "stbl"), stsd = begin(o, "stsd");
    zeros(o, 7);
    put(o, 1, 1);
    put_entry(o, r);
    end(o, stsd);
    end(o, stbl);
    end(o, minf);
    end(o, mdia);
    end(o, trak);
    size_t mvex = begin(o, "mvex"), trex = begin(o, "trex");
    zeros(o, 12);
    zeros(o, 12);
    end(o, trex);
    end(o, mvex);
    end(o, moov);
}

static void put_segment(struct sb *o, const struct recipe *r, size_t i)
{
    uint32_t n = r->segments[i].samples;
    size_t moof = begin(o, "moof"), traf = begin(o, "traf"), box = begin(o, "tfhd");

    put(o, 0x20020 | 0x8, 4); /* default duration and flags */
    put(o, 1, 4);
    put(o, r->segments[i].each, 4);
    put(o, NO_KEY, 4);
    end(o, box);
    if (!skips(r, "tfdt")) {
        box = begin(o, "tfdt");
        put(o, UINT64_C(1) << 24, 4); /* version 1: long times */
        put(o, r->segments[i].at, 8);
        end(o, box);
    }
    box = begin(o, "trun");
    put(o, 0x01000a05, 4); /* place, flags of the first, sizes and shifts */
    put(o, n + r->count_more, 4);
    put(o, 0, 4);
    put(o, r->sample_flags, 4);
    for (uint32_t k = 0; k < n; k++) {
        put(o, r->segments[i].bytes, 4);
        put(o, (uint32_t)r->shift, 4);
    }
    end(o, box);
    end(o, traf);
    end(o, moof);
    box = begin(o, "mdat");
    zeros(o, n * r->segments[i].bytes + (size_t)r->mdat_more);
    end(o, box);
}

static struct sb bake(const struct recipe *r)
{
    struct sb o = { .a = a };

    put(&o, 16, 4);
    sb_str(&o, "ftypcmfc");
    put(&o, 0, 4);
    if (!skips(r, "moov"))
        put_moov(&o, r);
    for (size_t i = 0; i < SEGMENTS; i++)
        if (r->segments[i].samples)
            put_segment(&o, r, i);
    for (size_t i = 0; r->rename && i + 4 <= o.len; i++)
        if (memcmp(o.buf + i, r->rename, 4) == 0)
            memcpy(o.buf + i, "free", 4);
    return o;
}

static enum rc read_bytes(const char *bytes, size_t n, struct mp4_track *out)
{
    int fd = open(path, O_WRONLY | O_TRUNC);
    bool good = fd >= 0 && write(fd, bytes, n) == (ssize_t)n;

    close(fd);
    return good ? mp4_read(a, path, out) : RC_FULL;
}

static enum rc read_recipe(const struct recipe *r, struct mp4_track *out)
{
    struct sb o = bake(r);

    return read_bytes(o.buf, o.len, out);
}

static const struct recipe video = {
    .is_video = true,
    .ticks_per_s = 1000,
    .sample_flags = KEY,
    .segments = { { 0, 100, 40, 10 },
                  { 4000, 100, 40, 50 },
                  { 8000, 50, 50, 10 },
                  { 10500, 5, 40, 1000 } },
};

static const struct recipe sound = {
    .ticks_per_s = 48000,
    .sample_flags = KEY,
    .segments = { { 0, 188, 1024, 4 }, { 192512, 117, 1024, 4 } },
};

static void good_files(void)
{
    struct mp4_track v, s;
    struct sb o = { .a = a };

    CHECK(read_recipe(&video, &v) == RC_OK);
    CHECK(v.is_video && v.width == 640 && v.height == 360 && v.n == 4);
    CHECK_STR(v.codec, "avc1.64001f");
    CHECK_INT(mp4_length_ms(&v), 10700);
    mp4_playlist(&o, &v, "360p.mp4");
    CHECK_STR(o.buf, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n"
                     "#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-PLAYLIST-TYPE:VOD\n"
                     "#EXT-X-INDEPENDENT-SEGMENTS\n"
                     "#EXT-X-MAP:URI=\"360p.mp4\",BYTERANGE=\"245@0\"\n"
                     "#EXTINF:4.000000,\n#EXT-X-BYTERANGE:1892@245\n360p.mp4\n"
                     "#EXTINF:4.000000,\n#EXT-X-BYTERANGE:5892@2137\n360p.mp4\n"
                     "#EXTINF:2.500000,\n#EXT-X-BYTERANGE:992@8029\n360p.mp4\n"
                     "#EXTINF:0.200000,\n#EXT-X-BYTERANGE:5132@9021\n360p.mp4\n#EXT-X-ENDLIST\n");
    CHECK(read_recipe(&sound, &s) == RC_OK);
    CHECK(!s.is_video && s.channels == 1 && s.n == 2);
    CHECK_STR(s.codec, "mp4a.40.2");
    CHECK_INT(mp4_length_ms(&s), 6507);
    struct mp4_rendition audio = { "audio.m3u8", &s }, one = { "360p.m3u8", &v };
    o = (struct sb){ .a = a };
    mp4_master(&o, &one, 1, &audio);
    /* Peaks: the last two video segments, 6124 bytes in 2.7 s, are 18145 bits a second (the last
     * alone is too short to count); the last of the sound, 1496 bytes in 2.496 s, 4795. */
    CHECK_STR(o.buf, "#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-INDEPENDENT-SEGMENTS\n"
                     "#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID=\"audio\",NAME=\"Audio\",DEFAULT=YES,"
                     "AUTOSELECT=YES,CHANNELS=\"1\",URI=\"audio.m3u8\"\n"
                     "#EXT-X-STREAM-INF:BANDWIDTH=22940,AVERAGE-BANDWIDTH=15125,"
                     "RESOLUTION=640x360,FRAME-RATE=23.832,CODECS=\"avc1.64001f,mp4a.40.2\","
                     "AUDIO=\"audio\"\n360p.m3u8\n");
    o = (struct sb){ .a = a };
    mp4_master(&o, &one, 1, NULL);
    CHECK(strstr(o.buf, "CODECS=\"avc1.64001f\"\n360p.m3u8\n") && !strstr(o.buf, "AUDIO"));
}

/* Times are those of display, not of decoding: shifts count, negative ones too. */
static void shifted(void)
{
    struct recipe r = video;
    struct mp4_track t;

    r.shift = -40;
    r.segments[0].at = 40;
    r.segments[1].at = 4040;
    r.segments[2].at = 8040;
    r.segments[3].at = 10540;
    CHECK(read_recipe(&r, &t) == RC_OK);
    CHECK_INT(t.segments[0].start, 0);
    CHECK_INT(mp4_length_ms(&t), 10700);
}

static void bad_files(void)
{
    struct recipe r[] = { video, video, video, video, video, video, video,
                          video, video, video, sound, sound, video };
    struct mp4_track t;

    r[0].leave_out = "moov";
    r[1].leave_out = "avcC";
    r[2].leave_out = "tfdt";
    r[3].rename = "mdat";
    r[4].rename = "trun";
    r[5].rename = "traf";
    r[6].sample_flags = NO_KEY;
    r[7].segments[1].at = 0; /* time stands still */
    r[8].mdat_more = 1;
    r[9].count_more = UINT32_MAX - 100;
    r[10].leave_out = "esds";
    r[11].ticks_per_s = 0;
    memset(r[12].segments, 0, sizeof(r[12].segments));
    for (size_t i = 0; i < COUNT(r); i++) {
        enum rc rc = read_recipe(&r[i], &t);
        if (rc != RC_INVALID)
            printf("  case %zu: %d\n", i, (int)rc);
        CHECK(rc == RC_INVALID);
    }
    CHECK(mp4_read(a, "/nonexistent", &t) == RC_FAIL);
    CHECK(mp4_read(a, "/tmp", &t) == RC_FAIL);
}

/* Cut anywhere, and with any byte changed, a file is refused or read, and nothing worse happens:
 * the sanitizers check that. */
static void broken_files(void)
{
    struct recipe small = video;
    struct mp4_track t;
    size_t refused = 0;

    for (size_t i = 0; i < SEGMENTS; i++)
        small.segments[i].samples = MIN_OF(small.segments[i].samples, 2);
    struct sb o = bake(&small);
    for (size_t n = 0; n < o.len; n++) {
        refused += read_bytes(o.buf, n, &t) != RC_OK;
        refused += mp4_check(path) != RC_OK;
    }
    for (size_t i = 0; i < o.len; i++)
        for (int bit = 0; bit < 8; bit += 7) {
            o.buf[i] = (char)(o.buf[i] ^ (1 << bit));
            refused += read_bytes(o.buf, o.len, &t) != RC_OK;
            refused += mp4_check(path) != RC_OK;
            o.buf[i] = (char)(o.buf[i] ^ (1 << bit));
        }
    CHECK(refused > o.len);
}

/* What the quick check of an MP4 that is not ours finds. */
static void foreign_files(void)
{
    static const struct {
        const char *bytes;
        size_t n;
        enum rc want;
    } cases[] = {
#define FOREIGN(literal, want) { literal, sizeof(literal) - 1, want }
        FOREIGN("\0\0\0\10ftyp\0\0\0\10moov\0\0\0\12mdat12", RC_OK),
        FOREIGN("\0\0\0\10ftyp\0\0\0\12mdat12\0\0\0\10moov", RC_OK),
        FOREIGN("\0\0\0\10ftyp\0\0\0\10moov\0\0\0\0mdat12", RC_OK),       /* up to the end */
        FOREIGN("\0\0\0\10ftyp\0\0\0\10moov\0\0\0\12mdat12\0\0", RC_OK),  /* stray bytes */
        FOREIGN("\0\0\0\10ftyp\0\0\0\10moov\0\0\0\13mdat12", RC_INVALID), /* one byte short */
        FOREIGN("\0\0\0\10ftyp\0\0\0\12mdat12", RC_INVALID),              /* no index */
        FOREIGN("\0\0\0\10ftyp\0\0\0\1mdat\0\0\0\0\0\0\0\22ab\0\0\0\10moov", RC_OK),
        FOREIGN("\0\0\0\10ftyp#EXTM3U\n", RC_INVALID),
        FOREIGN("", RC_INVALID),
    };
    struct mp4_track t;

    for (size_t i = 0; i < COUNT(cases); i++) {
        CHECK(read_bytes(cases[i].bytes, cases[i].n, &t) == RC_INVALID); /* none is one of ours */
        enum rc rc = mp4_check(path);
        if (rc != cases[i].want)
            printf("  case %zu: %d\n", i, (int)rc);
        CHECK(rc == cases[i].want);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(good_files), CASE(shifted), CASE(bad_files), CASE(broken_files), CASE(foreign_files),
    };

    CHECK_CHOOSE(argc, argv, cases);
    int fd = mkstemp(path), err = dup(STDERR_FILENO);
    CHECK(fd >= 0 && err >= 0);
    close(fd);
    a = arena_new(ARENA_BYTES);
    CHECK(freopen("/dev/null", "w", stderr)); /* every refusal is logged */
    check_run();
    dup2(err, STDERR_FILENO);
    arena_free(a);
    unlink(path);
    return check_done("mp4");
}
