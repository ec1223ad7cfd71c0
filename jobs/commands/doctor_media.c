/* The part of jobs/doctor that looks at ffmpeg and the box around it. */
#include "av/ffmpeg.h"
#include "base/conf.h"
#include "commands/doctor.h"

enum { FFMPEG_OLDEST = 5 };

static void sandbox(struct doctor *d)
{
    int level = sandbox_level();
    const char *why = arena_printf(
        d->a, "the kernel, or what started this, allows no Landlock or no seccomp (level %d of %d)",
        level, SANDBOX_LEVEL_MIN);

    if (level >= SANDBOX_LEVEL_MIN)
        doctor_ok(d, "sandbox");
    else if (conf()->sandbox_required)
        doctor_broken(d, "sandbox", arena_printf(d->a, "%s, so nothing is processed", why),
                      "boot with lsm=landlock,..., and allow landlock_* in units and containers");
    else
        doctor_unwise(d, "sandbox", arena_printf(d->a, "%s, and strangers' files are decoded", why),
                      "set sandbox_required = 1");
}

static bool has_encoder(const char *list, const char *name)
{
    size_t n = strlen(name);

    for (const char *p = list; (p = strstr(p, name)); p += n)
        if (p > list && p[-1] == ' ' && p[n] == ' ')
            return true;
    return false;
}

static void ffmpeg(struct doctor *d)
{
    static const char *const version[] = { FFMPEG, "-version", NULL };
    static const char *const encoders[] = { FFMPEG, "-hide_banner", "-encoders", NULL };
    static const char *const probe[] = { FFPROBE, "-version", NULL };
    static const char *const wanted[] = { "libx264", "aac" };
    const char *text = doctor_output(d, version), *install = "apt install ffmpeg";
    int major = 0;

    if (text == NULL || doctor_output(d, probe) == NULL)
        return doctor_broken(d, "ffmpeg", "it, or ffprobe, is missing or cannot be started",
                             install);
    /* A version that was built from the sources has no number. */
    if (sscanf(text, "ffmpeg version %*[n]%3d", &major) != 1)
        (void)sscanf(text, "ffmpeg version %3d", &major);
    if (major && major < FFMPEG_OLDEST)
        return doctor_broken(
            d, "ffmpeg", arena_printf(d->a, "version %d is older than %d", major, FFMPEG_OLDEST),
            install);
    text = doctor_output(d, encoders);
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (text == NULL || !has_encoder(text, wanted[i]))
            return doctor_broken(d, "ffmpeg", arena_printf(d->a, "it has no encoder %s", wanted[i]),
                                 install);
    doctor_ok(d, "ffmpeg");
}

void doctor_media(struct doctor *d)
{
    sandbox(d);
    ffmpeg(d);
}
