/*
 * mp4: reads the fragmented MP4 files that our packaging makes, and writes their HLS playlists.
 *
 * Shape      ftyp, moov, then one moof and one mdat per segment; one track per file; every video
 *            segment starts with a key frame. That is CMAF in one file, played by byte ranges, so
 *            a video is a handful of files however long it is. Anything else is RC_INVALID: files
 *            that come out of the sandbox are checked as if a stranger had sent them.
 * Units      times are ticks of the track (`ticks_per_s`); positions and sizes are bytes.
 * Limits     MP4_SEGMENTS_MAX segments, MP4_BOX_MAX_BYTES in moov or one moof.
 * Ownership  everything lives in the caller's arena.
 * Errors     RC_INVALID not such a file (logged with the reason), RC_FAIL the file cannot be read
 * Sources    ISO/IEC 14496-12 (boxes), 14496-15 (avcC), 14496-1 (esds), RFC 6381 (codec names),
 *            RFC 8216 and draft-pantos-hls-rfc8216bis (playlists, peak bit rate).
 */
#ifndef AV_MP4_H
#define AV_MP4_H
#include "base/sb.h"

enum { MP4_SEGMENTS_MAX = 50000, MP4_BOX_MAX_BYTES = 4 << 20, MP4_CODEC_BYTES = 24 };

struct mp4_segment {
    int64_t at, bytes;    /* where in the file; moof and mdat together */
    int64_t start, ticks; /* when it is shown and for how long */
};

struct mp4_track {
    bool is_video;
    char codec[MP4_CODEC_BYTES]; /* "avc1.64001f", "mp4a.40.2" */
    int width, height;           /* of video */
    int channels;                /* of sound */
    int64_t ticks_per_s, samples;
    int64_t early;      /* by how many ticks, at most, a sample is shown before its decoding time */
    int64_t init_bytes; /* ftyp and moov: what a player reads first */
    struct mp4_segment *segments;
    size_t n; /* at least 1 */
};

MUST_USE enum rc mp4_read(struct arena *a, const char *path, struct mp4_track *out);

/* Whether an MP4 or MOV, not only one of ours, has an index and all of its outermost boxes:
 * RC_INVALID when it was cut off in transfer. Reads only the headers of these boxes. */
MUST_USE enum rc mp4_check(const char *path);

/* The length from zero on the timeline to the end of the last segment. */
int64_t mp4_length_ms(const struct mp4_track *t);

/* Writes the media playlist of the file that players find at `uri`, relative to the playlist. */
void mp4_playlist(struct sb *o, const struct mp4_track *t, const char *uri);

/* Writes the master playlist: the video renditions, which should be listed lowest first, and the
 * sound they share; `audio` is NULL for a silent video. The rates include the sound: true peak and
 * mean. */
struct mp4_rendition {
    const char *playlist; /* address of its media playlist, relative to the master */
    const struct mp4_track *track;
};
void mp4_master(struct sb *o, const struct mp4_rendition *video, size_t n,
                const struct mp4_rendition *audio);
#endif
