/* check: what a unit test needs. One program per tests/unit_*.c; it prints one line and exits 1 when a check failed. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int checks_run, checks_bad;

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        checks_run++;                                                                              \
        if (!(condition)) {                                                                        \
            checks_bad++;                                                                          \
            printf("  %s:%d: %s\n", __FILE__, __LINE__, #condition);                               \
        }                                                                                          \
    } while (0)

#define CHECK_STR(got, want)                                                                       \
    do {                                                                                           \
        const char *got_ = (got), *want_ = (want);                                                 \
        checks_run++;                                                                              \
        if (got_ == NULL || strcmp(got_, want_)) {                                                 \
            checks_bad++;                                                                          \
            printf("  %s:%d: got \"%s\", want \"%s\"\n", __FILE__, __LINE__,                       \
                   got_ ? got_ : "(null)", want_);                                                 \
        }                                                                                          \
    } while (0)

#define CHECK_INT(got, want)                                                                       \
    do {                                                                                           \
        int64_t got_ = (got), want_ = (want);                                                      \
        checks_run++;                                                                              \
        if (got_ != want_) {                                                                       \
            checks_bad++;                                                                          \
            printf("  %s:%d: %s is %" PRId64 ", want %" PRId64 "\n", __FILE__, __LINE__, #got,     \
                   got_, want_);                                                                   \
        }                                                                                          \
    } while (0)

static inline int check_done(const char *name)
{
    printf("%s - %s: %d checks, %d failed\n", checks_bad ? "not ok" : "ok", name, checks_run,
           checks_bad);
    return checks_bad != 0;
}
#endif
