/*
 * ffmpeg: builds command lines of ffmpeg and ffprobe that are safe to run on a stranger's file, and
 * runs them in the sandbox.
 *
 * Each input names its demuxer, which the caller has determined by itself. ffmpeg may use no other
 * format, no protocol except files, and only the decoders of one table: a playlist disguised as a
 * video then opens nothing. Streams, pixels, single allocations and threads (conf
 * transcode_threads) are limited as well.
 *
 *     struct ffmpeg f;
 *     ffmpeg_begin(&f, a, FFPROBE);
 *     ffmpeg_input(&f, "mov", path);
 *     FFMPEG_ADD(&f, "-show_format", "-of", "json");
 *     TRY(ffmpeg_run(&f, &result));
 *
 * Errors     RC_INVALID the program ended with an error: the file is at fault
 *            RC_FAIL    it crashed, ran too long or could not be started
 *            RC_FULL    the disk has no room
 *            RC_BUSY    `box.tick` stopped it
 *            The first three are logged with the end of the program's error output.
 */
#ifndef AV_FFMPEG_H
#define AV_FFMPEG_H
#include "av/sandbox.h"

#define FFMPEG  "/usr/bin/ffmpeg"
#define FFPROBE "/usr/bin/ffprobe"

enum {
    FFMPEG_ARGS_MAX = 512,
    FFMPEG_STREAMS_MAX = 16,
    FFMPEG_PIXELS_MAX = 36000000, /* 7680x4320 with a margin */
};

struct ffmpeg {
    struct arena *a;
    struct sandbox box; /* the caller may change wall_ms, output_dir, tick and so on */
    const char *args[FFMPEG_ARGS_MAX];
    size_t n;
};

/* `program` is FFMPEG or FFPROBE. The limits are a minute, one megabyte of stdout and no files
 * until the caller changes them. */
void ffmpeg_begin(struct ffmpeg *f, struct arena *a, const char *program);

/* More arguments; the strings are not copied. */
#define FFMPEG_ADD(f, ...) ffmpeg_add((f), (const char *const[]){ __VA_ARGS__, NULL })
void ffmpeg_add(struct ffmpeg *f, const char *const *args);

/* Adds the next input with the options that make it safe, and lets the sandbox read it. Options for
 * this input alone are added before. At most SANDBOX_INPUTS. The path may be relative. */
void ffmpeg_input(struct ffmpeg *f, const char *demuxer, const char *path);

MUST_USE enum rc ffmpeg_run(struct ffmpeg *f, struct sandbox_result *out);

/* Runs f to make one picture: the caller has added inputs and filters, this adds the output. The
 * JPEG, of a quality from 2 (best) to 31, appears at `path` whole or not at all. */
MUST_USE enum rc ffmpeg_jpeg(struct ffmpeg *f, int quality, const char *path);

/* Puts n bytes, or the finished file `part` on the same file system, in place at once: readers see
 * the old file or the new one, and after RC_OK the new one survives a power cut. ffmpeg_publish()
 * takes absolute paths. */
MUST_USE enum rc ffmpeg_save(struct arena *a, const char *path, const void *data, size_t n);
MUST_USE enum rc ffmpeg_publish(const char *part, const char *path);

/* The path made absolute, because the program runs in /. */
const char *ffmpeg_path(struct arena *a, const char *path);

/* Whether the table of decoders has the codec that ffprobe calls by this name. */
bool ffmpeg_knows(const char *codec);
#endif
