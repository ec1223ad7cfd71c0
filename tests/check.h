/* check: what a unit test needs. Each tests/unit_*.c is one program; it prints one line and exits 1
 * when a check failed.
 *
 *   unit_NAME            every case, in the order of the table in its main()
 *   unit_NAME CASE...    these, and the cases that they need before them
 *   unit_NAME --list     the names of the cases
 */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int checks_run, checks_bad, checks_skipped;

/* A part of a program that can be run alone: a function and its name. */
struct check_case {
    const char *name;
    void (*run)(void);
    void (*after)(void); /* the case whose results this one uses; NULL: none */
};
#define CASE(function)                                                                             \
    {                                                                                              \
        .name = #function, .run = function                                                         \
    }
#define CASE_AFTER(earlier, function)                                                              \
    {                                                                                              \
        .name = #function, .run = function, .after = earlier                                       \
    }

enum { CHECK_CASES_MAX = 32 };
static const struct check_case *check_cases;
static size_t check_cases_n, check_case_next;
static bool check_chosen[CHECK_CASES_MAX];

/* Which cases the command line asks for: call it first in main(), before anything is set up. Ends
 * the program after --list, and with exit code 2 when a name is wrong. */
#define CHECK_CHOOSE(argc, argv, table)                                                            \
    check_choose(argc, argv, table, sizeof(table) / sizeof((table)[0]))

/* Choose the case with this name and the cases it comes after; false when there is none. */
static inline bool check_choose_case(const char *name)
{
    void (*wanted)(void) = NULL;
    bool found = false;

    for (size_t i = check_cases_n; i-- > 0;) /* the case it comes after is above it */
        if (found ? check_cases[i].run == wanted : !strcmp(check_cases[i].name, name)) {
            check_chosen[i] = found = true;
            wanted = check_cases[i].after;
        }
    return found;
}

static inline void check_choose(int argc, char **argv, const struct check_case *cases, size_t n)
{
    if (n > CHECK_CASES_MAX)
        abort();
    check_cases = cases;
    check_cases_n = n;
    for (size_t i = 0; i < n; i++)
        check_chosen[i] = argc < 2;
    for (int i = 1; i < argc; i++) {
        if (!strcmp(argv[i], "--list")) {
            for (size_t k = 0; k < n; k++)
                puts(cases[k].name);
            exit(0);
        }
        if (!check_choose_case(argv[i])) {
            fprintf(stderr, "%s: no case is called %s; --list names them all\n", argv[0], argv[i]);
            exit(2);
        }
    }
}

/* Call the next chosen case; false when there is none left. */
static inline bool check_next(void)
{
    while (check_case_next < check_cases_n && !check_chosen[check_case_next])
        check_case_next++;
    if (check_case_next == check_cases_n)
        return false;
    check_cases[check_case_next++].run();
    return true;
}

static inline void check_run(void)
{
    while (check_next())
        ;
}

/* What could not be tried here, and why: tests/all counts and names it as skipped, never as
 * passed. */
#define CHECK_SKIP(what, why)                                                                      \
    do {                                                                                           \
        checks_skipped++;                                                                          \
        printf("  skipped: %s: %s\n", what, why);                                                  \
    } while (0)

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
    printf("%s - %s: %d checks, %d failed", checks_bad ? "not ok" : "ok", name, checks_run,
           checks_bad);
    if (checks_skipped)
        printf(", %d skipped", checks_skipped);
    puts("");
    return checks_bad != 0;
}
#endif
