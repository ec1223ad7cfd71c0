/*
 * base: what every file uses: one result type, how it is passed on, and the functions that are
 * banned.
 *
 * Every function that can fail returns `enum rc`. A function that tells people what was wrong with
 * their input also fills a `struct problem`; the server or the job turns the pair into a page, a
 * JSON error or an exit code, in one place.
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

/* Functions for which there is a safer one here; with -Werror a use is a compile error. These two
 * come before stdlib.h, which defines them inline: clang takes no attribute after that. The rest
 * are below. */
#define BAN(why) __attribute__((deprecated(why)))
extern int atoi(const char *) BAN("use str_to_i64");
extern long atol(const char *) BAN("use str_to_i64");

#include <assert.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MUST_USE     __attribute__((warn_unused_result))
#define PRINTF(f, a) __attribute__((format(printf, f, a)))
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))
#define MAX_OF(a, b) ((a) > (b) ? (a) : (b))

/* qsort and bsearch for a list that may be empty, with items NULL, which C does not allow them. `n`
 * is evaluated twice; LOOK_UP is NULL when nothing matches. */
#define SORT(items, n, order)         ((n) ? qsort(items, n, sizeof(*(items)), order) : (void)0)
#define LOOK_UP(key, items, n, order) ((n) ? bsearch(key, items, n, sizeof(*(items)), order) : NULL)

enum rc {
    RC_OK,
    RC_INVALID,     /* the input is wrong; the sender can correct it */
    RC_SIGN_IN,     /* nobody is signed in */
    RC_FRESH,       /* signed in, but it is too long ago that this was proved */
    RC_UNPAID,      /* an active subscription is needed */
    RC_DENIED,      /* signed in, but not allowed */
    RC_UNCONFIRMED, /* signed in, but the e-mail address of the account has to be confirmed first */
    RC_NOT_FOUND,   /* there is none, or the viewer may not know that there is one */
    RC_METHOD,      /* this address does not take this method */
    RC_CONFLICT,    /* it exists already, or its state does not allow this */
    RC_GONE,        /* it was there and has expired */
    RC_TOO_LARGE,   /* larger than a published limit */
    RC_TYPE,        /* a content type that is not taken here */
    RC_LOCKED,      /* another request is writing to the same thing */
    RC_LIMITED,     /* too many attempts; try later */
    RC_BUSY,        /* a store is away or a lock was lost; nothing was written, try again */
    RC_FULL,        /* the disk has no room */
    RC_FAIL,        /* a fault of ours, logged where it happened */
    RC_COUNT
};

/* What a person has to know to correct a refused input. Both strings live in the request's arena or
 * are constants; `field` is the name of the form field, or NULL for the whole form. */
struct problem {
    const char *field, *text;
};

/* Any bytes, followed by a 0 that n does not count. */
struct bytes {
    const char *at;
    size_t n;
};

#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum rc try_rc_ = (call);                                                                  \
        if (try_rc_ != RC_OK)                                                                      \
            return try_rc_;                                                                        \
    } while (0)

/* The name used in logs, e.g. "not-found". */
const char *rc_name(enum rc rc);

/* A job's exit code: 0 done, 75 (EX_TEMPFAIL of sysexits.h) try again later, 1 anything else. */
int rc_exit(enum rc rc);

/* Sets *why (which may be NULL) and returns `rc`: `return refuse(why, RC_INVALID, "title",
 * "…")`. */
static inline enum rc refuse(struct problem *why, enum rc rc, const char *field, const char *text)
{
    if (why)
        *why = (struct problem){ field, text };
    return rc;
}

/* The other banned functions. */
extern char *strcpy(char *restrict, const char *restrict) BAN("use arena_str or sb_add");
extern char *strcat(char *restrict, const char *restrict) BAN("use sb_add");
extern char *strncpy(char *restrict, const char *restrict, size_t) BAN("use snprintf or memcpy");
extern char *strtok(char *restrict, const char *restrict) BAN("use strcspn");
extern int sprintf(char *restrict, const char *restrict, ...) BAN("use snprintf or sb_addf");
extern int vsprintf(char *restrict, const char *restrict, __builtin_va_list) BAN("use vsnprintf");
extern int system(const char *) BAN("use sandbox_run: argv, never a shell");
extern FILE *popen(const char *, const char *) BAN("use sandbox_run: argv, never a shell");
extern int rand(void) BAN("use random_bytes");
#endif
