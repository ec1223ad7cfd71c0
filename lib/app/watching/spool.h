/*
 * spool: what was played, on the disk of the machine that heard of it, until a job has put it into the
 * database. One write() a beat, so a record survives the end of its process, however that comes.
 *
 * Files     var_dir/spool/NODE.START_MS.PID, each written by one process, which holds a lock (flock)
 *           on it for life. A file that can be locked is therefore finished. A new one is begun
 *           every SPOOL_FILE_MAX_MS or SPOOL_FILE_MAX_BYTES.
 * Format    records of 96 bytes in the byte order of the machine; see spool.c. Each carries a CRC32C
 *           (Castagnoli, as in RFC 3720 appendix B.4).
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
    int64_t t0_ms, t1_ms;                      /* 0 <= t0_ms <= t1_ms <= t0_ms + the above */
    int64_t media_ms;                          /* how much of the video was played meanwhile */
    int64_t position_ms;                       /* in the video, where it ended; below 2^32 */
    int64_t from_ms, to_ms;                    /* the longest part that was played; below 2^32 */
    uint32_t flags;                            /* SEGMENT_ of credit.h */
};

/* Append a record to the file of this process. After RC_OK it is there for good, but for a power
 * cut of the next seconds. RC_FULL or RC_FAIL: it was not written, nothing may be promised. */
MUST_USE enum rc spool_add(const struct played *p, int64_t now_ms);

/* The name of this machine: its host name with '_' for anything unusual. */
const char *spool_node(void);

struct spool_names {
    const char **items;
    size_t n;
};

/* The files of this machine, sorted; at most SPOOL_FILES_MAX. */
MUST_USE enum rc spool_list(struct arena *a, struct spool_names *out);

/* From here on what they hold survives a power cut, too. Files that are gone are passed over. */
void spool_sync(const struct spool_names *names);

struct spool_reader {
    int fd;
    bool finished;   /* nobody will write to it any more */
    int64_t offset;  /* in bytes, of the next record */
    int64_t corrupt; /* records skipped so far */
    const char *name;
};

/* Begin to read at `offset`, a whole number of records. `name` is not copied. RC_NOT_FOUND. */
MUST_USE enum rc spool_open(const char *name, int64_t offset, struct spool_reader *r);

/* The next whole records, at most `max`; fewer only at the end, *n = 0 when none is left. A record
 * whose check fails is skipped and counted, the first of them logged; one that is torn or still being
 * written ends the file. */
MUST_USE enum rc spool_read(struct spool_reader *r, struct played *out, size_t max, size_t *n);

void spool_close(struct spool_reader *r);

/* Remove a finished file (asserted) that was read to its end. */
MUST_USE enum rc spool_remove(struct spool_reader *r);

uint32_t spool_crc32c(const void *bytes, size_t n);
#endif
