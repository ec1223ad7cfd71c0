#include "av/ffmpeg.h"
#include "base/conf.h"
#include "base/log.h"
#include "base/sb.h"
#include "base/str.h"
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

enum { WALL_MS = 60 * 1000, STDOUT_MAX_BYTES = 1 << 20, JPEG_MAX_BYTES = 4 << 20 };

/* Every codec that may be opened: its name in ffprobe's output and the decoders for it. */
static const struct {
    const char *name, *decoders;
} codecs[] = {
    { "h264", "h264" },
    { "hevc", "hevc" },
    { "av1", "libdav1d,av1" },
    { "vp9", "vp9" },
    { "vp8", "vp8" },
    { "mpeg4", "mpeg4" },
    { "mpeg2video", "mpeg2video" },
    { "mpeg1video", "mpeg1video" },
    { "mjpeg", "mjpeg" },
    { "prores", "prores" },
    { "h263", "h263" },
    { "flv1", "flv" },
    { "msmpeg4v3", "msmpeg4" },
    { "wmv2", "wmv2" },
    { "wmv3", "wmv3" },
    { "vc1", "vc1" },
    { "theora", "theora" },
    { "aac", "aac" },
    { "mp3", "mp3float,mp3" },
    { "mp2", "mp2float,mp2" },
    { "opus", "opus" },
    { "vorbis", "vorbis" },
    { "flac", "flac" },
    { "alac", "alac" },
    { "ac3", "ac3" },
    { "eac3", "eac3" },
    { "dts", "dca" },
    { "amr_nb", "amrnb" },
    { "amr_wb", "amrwb" },
    { "wmav2", "wmav2" },
    { "pcm_s16le", "pcm_s16le" },
    { "pcm_s16be", "pcm_s16be" },
    { "pcm_s24le", "pcm_s24le" },
    { "subrip", "srt,subrip" }, /* subtitles are never used, but ffprobe opens every stream */
    { "ass", "ssa,ass" },
    { "webvtt", "webvtt" },
    { "mov_text", "mov_text" },
    { "text", "text" },
    { "hdmv_pgs_subtitle", "pgssub" },
    { "dvd_subtitle", "dvdsub" },
    { "dvb_subtitle", "dvbsub" },
    { "png", "png" },
    { "webp", "webp" },
};

bool ffmpeg_knows(const char *codec)
{
    for (size_t i = 0; i < COUNT(codecs); i++)
        if (str_eq(codecs[i].name, codec))
            return true;
    return false;
}

static const char *decoders(struct arena *a)
{
    struct sb o = { .a = a };

    for (size_t i = 0; i < COUNT(codecs); i++)
        sb_addf(&o, "%s%s", i ? "," : "", codecs[i].decoders);
    return o.buf;
}

/* Left to itself, each part of ffmpeg starts one thread per processor. */
static const char *threads(struct arena *a)
{
    return arena_printf(a, "%" PRId64, conf()->transcode_threads);
}

void ffmpeg_begin(struct ffmpeg *f, struct arena *a, const char *program)
{
    *f = (struct ffmpeg){
        .a = a,
        .box = { .wall_ms = WALL_MS,
                 .stdout_max_bytes = STDOUT_MAX_BYTES,
                 .nice = (int)conf()->transcode_nice },
    };
    FFMPEG_ADD(f, program, "-hide_banner", "-v", "error", "-max_alloc", "838860800");
    if (str_eq(program, FFMPEG))
        FFMPEG_ADD(f, "-nostdin", "-nostats", "-y", "-filter_threads", threads(a),
                   "-filter_complex_threads", threads(a));
}

void ffmpeg_add(struct ffmpeg *f, const char *const *args)
{
    for (; *args; args++) {
        assert(f->n < FFMPEG_ARGS_MAX - 1); /* the last one stays NULL */
        f->args[f->n++] = *args;
    }
}

const char *ffmpeg_path(struct arena *a, const char *path)
{
    char here[PATH_MAX];

    if (path[0] == '/' || getcwd(here, sizeof(here)) == NULL)
        return path;
    return arena_printf(a, "%s/%s", here, path);
}

void ffmpeg_input(struct ffmpeg *f, const char *demuxer, const char *path)
{
    size_t i = 0;

    while (f->box.inputs[i])
        i++;
    assert(i < SANDBOX_INPUTS);
    f->box.inputs[i] = path;
    FFMPEG_ADD(f, "-f", demuxer, "-format_whitelist", demuxer, "-protocol_whitelist", "file");
    FFMPEG_ADD(f, "-codec_whitelist", decoders(f->a), "-threads", threads(f->a));
    FFMPEG_ADD(f, "-max_streams", arena_printf(f->a, "%d", FFMPEG_STREAMS_MAX));
    FFMPEG_ADD(f, "-max_pixels", arena_printf(f->a, "%d", FFMPEG_PIXELS_MAX));
    FFMPEG_ADD(f, "-i", arena_printf(f->a, "file:%s", ffmpeg_path(f->a, path)));
}

enum rc ffmpeg_run(struct ffmpeg *f, struct sandbox_result *out)
{
    f->box.argv = f->args;
    TRY(sandbox_run(f->a, &f->box, out));
    if (sandbox_ok(out))
        return RC_OK;
    if (out->end == SANDBOX_STOPPED)
        return RC_BUSY;
    log_error("%s: end=%d status=%d wall_ms=%" PRId64 " memory=%" PRId64 " input=%s: %s",
              f->args[0], (int)out->end, out->status, out->wall_ms, out->memory_bytes,
              f->box.inputs[0] ? f->box.inputs[0] : "", out->err);
    if (strstr(out->err, "No space left on device"))
        return RC_FULL;
    return out->end == SANDBOX_EXITED ? RC_INVALID : RC_FAIL;
}

enum rc ffmpeg_save(struct arena *a, const char *path, const void *data, size_t n)
{
    const char *whole = ffmpeg_path(a, path);
    const char *part = arena_printf(a, "%s.%d.part", whole, (int)getpid());
    int fd = open(part, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0640);
    ssize_t done = fd >= 0 ? write(fd, data, n) : -1;
    bool is_full = done >= 0 ? done < (ssize_t)n : errno == ENOSPC || errno == EDQUOT;

    if (fd >= 0)
        close(fd);
    if (done == (ssize_t)n)
        return ffmpeg_publish(part, whole);
    log_error("%s: %s", part, is_full ? "no room" : strerror(errno));
    unlink(part);
    return is_full ? RC_FULL : RC_FAIL;
}

/* Wait until a file, or the names in a directory, have reached the disk. */
static bool sync_path(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    bool good = fd >= 0 && fsync(fd) == 0;

    if (fd >= 0)
        close(fd);
    return good;
}

enum rc ffmpeg_publish(const char *part, const char *path)
{
    char dir[PATH_MAX];

    assert(path[0] == '/');
    snprintf(dir, sizeof(dir), "%.*s", (int)(strrchr(path, '/') - path), path);
    if (sync_path(part) && rename(part, path) == 0 && sync_path(dir))
        return RC_OK;
    log_error("%s: %s", path, strerror(errno));
    return errno == ENOSPC || errno == EDQUOT ? RC_FULL : RC_FAIL;
}

enum rc ffmpeg_jpeg(struct ffmpeg *f, int quality, const char *path)
{
    struct sandbox_result r;

    f->box.stdout_max_bytes = JPEG_MAX_BYTES;
    FFMPEG_ADD(f, "-frames:v", "1", "-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v",
               "+bitexact", "-q:v", arena_printf(f->a, "%d", quality), "-f", "mjpeg", "pipe:1");
    TRY(ffmpeg_run(f, &r));
    if (r.out_bytes < 4 || memcmp(r.out, "\xff\xd8\xff", 3))
        return RC_INVALID; /* it reported success and made nothing */
    return ffmpeg_save(f->a, path, r.out, r.out_bytes);
}
