/*
 * doctor: says what is broken or unwise about a site, and the command that mends it; installed as
 * ovs-doctor.
 *
 *     broken  secret csrf – is missing – (umask 027; od -An ...)
 *     unwise  backup – there has been none – ovs-backup TARGET
 *     ok      disk
 *
 * It only looks. As root it stays root, so that it sees the secrets of all programs.
 * Exit: 0 nothing is broken, 1 something is, 64 wrong usage, 78 the settings cannot be read.
 */
#include "base/conf.h"
#include "base/log.h"
#include "base/str.h"
#include "commands/doctor.h"

enum { ARENA_BYTES = 256 << 20, USAGE_EXIT = 64 };

int main(int argc, char **argv)
{
    struct doctor d = { .a = arena_new(ARENA_BYTES) };
    bool help = argc == 2 && str_eq(argv[1], "--help");

    if (argc > 1) {
        fputs(
            "usage: doctor\nSays what is broken or unwise about this site, and how to mend it. Ends with 1 "
            "when\nsomething is broken.\n",
            help ? stdout : stderr);
        arena_free(d.a);
        return help ? 0 : USAGE_EXIT;
    }
    conf_keep_root();
    log_begin("doctor", LOG_ERROR); /* what it says is said on stdout */
    doctor_site(&d);
    doctor_files(&d);
    doctor_media(&d);
    doctor_stores(&d);
    printf("%zu broken, %zu unwise\n", d.broken, d.unwise);
    arena_free(d.a);
    return d.broken ? 1 : 0;
}
