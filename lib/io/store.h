/*
 * store: the site's files, and the locks of its programs.
 *
 * Keys      a file or directory is named by its place (media_dir or var_dir) and a key: one
 *           to STORE_DEPTH_MAX names of [A-Za-z0-9_.-], none beginning with a dot, joined by '/',
 *           e.g. STORE_MEDIA "k3J9xQ-abcd/full/master.m3u8". Any other key is RC_INVALID.
 * Links     no symbolic link below media_dir or var_dir is ever followed (RC_DENIED); these two
 *           themselves may be links, and must exist.
 * Modes     directories 0770 and files 0640 whatever the umask: the web server reads published
 *           media as the same user or through the group.
 * Errors    RC_NOT_FOUND, RC_CONFLICT (exists, not empty), RC_FULL (disk or quota), RC_FAIL
 *           (logged), each where the call can meet it.
 */
#ifndef IO_STORE_H
#define IO_STORE_H
#include "base/arena.h"

enum { STORE_KEY_MAX_BYTES = 300, STORE_DEPTH_MAX = 8 };
enum store { STORE_MEDIA, STORE_VAR };

bool store_key_ok(const char *key);

/* The path of a key, for programs that have to be given a path (ffmpeg); asserts store_key_ok(). */
char *store_path(struct arena *a, enum store where, const char *key);

/* Make a directory and those above it; RC_OK when it exists already. */
MUST_USE enum rc store_dir(enum store where, const char *key);

/* Open a file with flags of open(2), to which O_NOFOLLOW and O_CLOEXEC are added; the directory
 * that holds it must exist. The caller closes *fd. */
MUST_USE enum rc store_open(enum store where, const char *key, int flags, int *fd);

/* Put n bytes in place at once: readers see the old file or the new one, and after RC_OK the new
 * one survives a power cut. For small files; makes missing directories. */
MUST_USE enum rc store_write(enum store where, const char *key, const void *data, size_t n);

/* Read a whole file of at most max_bytes (more: RC_TOO_LARGE); *out has a 0 after its *n bytes. */
MUST_USE enum rc store_read(struct arena *a, enum store where, const char *key, size_t max_bytes,
                            char **out, size_t *n);

/* Rename durably within one place; makes the directories that `to` needs. A file replaces a file;
 * RC_CONFLICT when `to` is a directory that is not empty. */
MUST_USE enum rc store_move(enum store where, const char *from, const char *to);

/* Remove a file, or a directory with everything in it; RC_OK when there is none, so that a
 * killed removal is completed by calling again. */
MUST_USE enum rc store_remove(enum store where, const char *key);

/* Bytes in a file or in all files of a directory; 0 when there is none. */
MUST_USE enum rc store_size(enum store where, const char *key, int64_t *bytes);

/* A number that changes when the file is replaced; 0: there is none. */
MUST_USE enum rc store_version(enum store where, const char *key, int64_t *version);

/* RC_FULL when `bytes` more would leave the file system of media_dir or var_dir less free space than
 * disk_reserve_bytes and disk_reserve_percent ask for. */
MUST_USE enum rc store_room(int64_t bytes);

/* Note how many bytes there is room for, and when this was, in var_dir/run/room: lighttpd/entry.lua
 * cannot ask the kernel. A failure is logged: programs that store an upload look for themselves. */
void store_note_room(void);

/* Take the lock var_dir/run/NAME.lock: RC_BUSY when another process has it. The kernel drops it
 * when the process ends; to drop it earlier, pass `lock` and call lock_drop(). NULL keeps it. */
MUST_USE enum rc lock_take(const char *name, int *lock);
void lock_drop(int lock);
#endif
