/*
 * incoming: files that arrive in pieces or with a form, in media/incoming.
 *
 * One writer at a time holds a file locked, and its size says how much of it has arrived: bytes are
 * counted nowhere else, so no kill can leave two counts that differ. Bytes that are reported as
 * arrived are on disk.
 *
 * Names      of [A-Za-z0-9_-]; a form's files begin with form- (web/multipart.c); a picture that
 *            belongs to a file has the file's name followed by INCOMING_POSTER
 * Errors     RC_NOT_FOUND, RC_FAIL as in io/store.h, and
 *            RC_LOCKED   another request is writing
 *            RC_FULL     the disk is full, with a text; what arrived before is kept
 *            RC_INVALID  the checksum does not match, with a text
 */
#ifndef AV_INCOMING_H
#define AV_INCOMING_H
#include "base/arena.h"

#define INCOMING_POSTER ".poster"

struct incoming {
    const char *name;
    int64_t bytes; /* how many have arrived */
    int fd;        /* -1: not open */
};

/* Bytes to be appended. */
struct piece {
    int64_t offset_bytes; /* where the sender thinks that the file ends */
    int64_t n_bytes;      /* as announced; fewer may come */
    const char *checksum; /* "sha1 2jmj7l5rSw0yVb/vlWAYkK/YBwk=", or "" */
    size_t (*read)(void *from, void *buf, size_t n); /* 0: no more */
    void *from;
    bool is_damaged; /* set when the checksum did not match */
};

/* The key of a file in STORE_MEDIA, and that of the picture that was sent with it. */
char *incoming_key(struct arena *a, const char *name);
char *incoming_poster_key(struct arena *a, const char *name);

/* A new, empty file, there also after a power cut. */
MUST_USE enum rc incoming_make(struct arena *a, const char *name);

/* Lock a file; RC_LOCKED at once when another writer has it. */
MUST_USE enum rc incoming_open(struct arena *a, const char *name, struct incoming *out);
void incoming_close(struct incoming *f); /* also one that is not open */

/* Append a piece at the end of a file that will have total_bytes; the caller has checked that the
 * piece begins where the file ends. f->bytes is right whatever is returned. A piece with a checksum
 * is taken whole or not at all; of any other, what arrived before the sender left is kept. */
MUST_USE enum rc incoming_append(struct arena *a, struct incoming *f, struct piece *piece,
                                 int64_t total_bytes, struct problem *why);

/* Refuses with a text when the disk has no room for that many more bytes. */
MUST_USE enum rc incoming_room(struct arena *a, int64_t bytes, struct problem *why);

/* Move a file of a form, named by its path, to a key. */
MUST_USE enum rc incoming_take(struct arena *a, const char *path, const char *key);

/* Remove files that were not touched for a day and belong to nothing: a form's file or a half-made
 * one (store_write) whose program was killed, a picture whose file has gone. */
MUST_USE enum rc incoming_sweep(int64_t now_ms, int64_t *removed);
#endif
