/*
 * spool: records of what was played, on the disk of the machine that received the beats, until a
 * job has put them into the database. One write() per beat, so a record survives any end of its
 * process.
 *
 * Files     var_dir/spool/NODE.START_MS.PID, each written by one process, which holds a lock
 *           (flock) on it as long as it lives. A file that can be locked is therefore finished. A
 *           new file is begun after SPOOL_FILE_MAX_MS or SPOOL_FILE_MAX_BYTES.
 * Format    records of 96 bytes in the byte order of the machine; see spool.c. Each carries a
 *           CRC32C (Castagnoli, as in RFC 3720 appendix B.4).
 */
#ifndef WATCHING_SPOOL_H
#define WATCHING_SPOOL_H
#include "base/arena.h"

enum {
    SPOOL_SESSION_MAX_BYTES = 16,
    SPOOL_RECORD_BYTES = 96,
    SPOOL_FILE_MAX_BYTES = 64 << 20,
    SPOOL_FILE_MAX_MS = 60 * 60 * 1000,
    SPOOL_FILES_MAX = 10000,
    SPOOL_NODE_MAX_BYTES = 64,
    SPOOL_NAME_MAX_BYTES = 110,
    SPOOL_STRETCH_MAX_MS = 60 * 60 * 1000, /* of one record */
};

/* A stretch of playing that was reported and accepted. */
struct played {
    char session[SPOOL_SESSION_MAX_BYTES + 1]; /* of the player; 1 to 16 base64url characters */
    int64_t user_id, video_id, creator_id;     /* all > 0 */
    int64_t length_ms;                         /* of the video */
    int64_t t0_ms, t1_ms;   /* 0 <= t0_ms <= t1_ms <= t0_ms + SPOOL_STRETCH_MAX_MS */
    int64_t media_ms;       /* how much of the video was played meanwhile */
    int64_t position_ms;    /* in the video, where it ended; below 2^32 */
    int64_t from_ms, to_ms; /* the longest part that was played; below 2^32 */
    uint32_t flags;         /* SEGMENT_ of credit.h */
};

/* Append a record to the file of this process. After RC_OK only a power cut within the next seconds
 * can lose it. RC_FULL or RC_FAIL: it was not written, so its time must not be acknowledged. */
MUST_USE enum rc spool_add(const struct played *p, int64_t now_ms);

/* The name of this machine: its host name with '_' for anything unusual. */
const char *spool_node(void);

struct spool_names {
    const char **items;
    size_t n;
};

/* The files of this machine, sorted; at most SPOOL_FILES_MAX. */
MUST_USE enum rc spool_list(struct arena *a, struct spool_names *out);

/* After this the contents of the files also survive a power cut. Missing files are skipped. */
void spool_sync(const struct spool_names *names);

struct spool_reader {
    int fd;
    bool finished;   /* no process will write to it any more */
    int64_t offset;  /* in bytes, of the next record */
    int64_t corrupt; /* records skipped so far */
    const char *name;
};

/* Open a file to read from `offset`, in bytes, a whole number of records. `name` is not copied.
 * RC_NOT_FOUND: there is no such file. */
MUST_USE enum rc spool_open(const char *name, int64_t offset, struct spool_reader *r);

/* The next whole records, at most `max`; fewer only at the end, *n = 0 if none is left. A record
 * whose CRC is wrong is skipped and counted, and the first of them is logged; a record that is torn
 * or still being written ends the file. */
MUST_USE enum rc spool_read(struct spool_reader *r, struct played *out, size_t max, size_t *n);

void spool_close(struct spool_reader *r);

/* Remove a file that is finished (asserted) and was read to its end. */
MUST_USE enum rc spool_remove(struct spool_reader *r);

uint32_t spool_crc32c(const void *bytes, size_t n);
#endif
