/* The part of jobs/doctor that looks at files. */
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "commands/doctor.h"
#include "io/secret.h"
#include "io/store.h"
#include <errno.h>
#include <fts.h>
#include <pwd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    FOREIGN_FILES_MAX = 100000, /* looked at for their owner */
    BACKUP_DAYS = 7,
    MAINTENANCE_MINUTES = 60,
};

static int64_t age_ms(const struct stat *st)
{
    return ((int64_t)time(NULL) - st->st_mtim.tv_sec) * SECOND_MS;
}

static void settings_file(struct doctor *d)
{
    const struct conf *c = conf();
    const char *path = getenv("OVS_CONF") ? getenv("OVS_CONF") : CONF_FILE;
    bool secret = c->db_password[0] || c->db_read_password[0] || c->db_money_password[0] ||
                  c->db_admin_password[0];
    struct stat st;

    if (secret && stat(path, &st) == 0 && st.st_mode & S_IROTH)
        doctor_broken(d, "settings", "everybody on this machine can read the passwords in them",
                      arena_printf(d->a, "chmod o= %s", path));
    else
        doctor_ok(d, "settings");
}

/* The keys that some program needs; the others are made when they are wanted. */
static void secrets(struct doctor *d)
{
    static const char *const names[] = { "token", "csrf",   "media",  "play",
                                         "payee", "factor", "metrics" };
    const char *dir = conf()->secrets_dir;
    size_t before = d->broken;

    for (size_t i = 0; i < COUNT(names); i++) {
        const char *why = secret_key_fault(names[i]);
        struct stat st;
        if (why == NULL)
            continue;
        const char *path = arena_printf(d->a, "%s/%s", dir, names[i]);
        bool exists = stat(path, &st) == 0;
        bool open = exists && st.st_mode & (S_IWGRP | S_IRWXO);
        const char *make = arena_printf(
            d->a, "(umask 027; od -An -v -tx1 -N32 /dev/urandom | tr -d ' \\n' >%s)", path);
        doctor_broken(d, arena_printf(d->a, "secret %s", names[i]),
                      open ? "other users can read or change it" : why,
                      open ? arena_printf(d->a, "chmod 640 %s", path) : make);
    }
    if (d->broken == before)
        doctor_ok(d, "secrets");
}

/* Root may write everywhere, so the permission of the owner counts as well. */
static bool is_writable(const char *path, struct stat *st)
{
    return stat(path, st) == 0 && st->st_mode & S_IWUSR && access(path, W_OK) == 0;
}

static void folders(struct doctor *d)
{
    static const char *const parts[] = { "videos", "incoming", "avatars" };
    size_t before = d->broken;
    struct stat st;

    for (size_t i = 0; i < COUNT(parts); i++) {
        const char *path = arena_printf(d->a, "%s/%s", conf()->media_dir, parts[i]);
        if (!is_writable(path, &st))
            doctor_broken(d, arena_printf(d->a, "media folder %s", parts[i]),
                          stat(path, &st) ? strerror(errno) : "nothing can be written to it",
                          arena_printf(d->a, "mkdir -p %s && chmod u+w %s", path, path));
    }
    if (d->broken == before)
        doctor_ok(d, "media folders");
}

static void disk(struct doctor *d)
{
    if (store_room(0) == RC_FULL)
        doctor_broken(d, "disk",
                      "less is free than disk_reserve_bytes and disk_reserve_percent ask for, so "
                      "uploads are refused",
                      arena_printf(d->a, "df -h %s", conf()->media_dir));
    else
        doctor_ok(d, "disk");
}

/* Of the site: its user, and the other users of the package. */
static bool is_ours(uid_t uid, uid_t owner)
{
    const struct passwd *user = uid == owner ? NULL : getpwuid(uid);
    return uid == owner || (user && str_starts(user->pw_name, "ovs-"));
}

/* Locks and the spool: what root leaves beside them, such as the number of a process, is no harm. */
static bool is_shared(const char *path)
{
    static const char lock[] = ".lock";
    size_t n = strlen(path), end = strlen(lock);
    return strstr(path, "/spool/") || (n > end && str_eq(path + n - end, lock));
}

/* The first file in these folders that belongs to somebody else, or NULL. */
static const char *foreign_file(struct doctor *d, char *const *folders, uid_t owner)
{
    FTS *tree = fts_open(folders, FTS_PHYSICAL | FTS_COMFOLLOW | FTS_NOCHDIR, NULL);
    const char *found = NULL;
    size_t seen = 0;

    for (const FTSENT *e; tree && !found && seen++ < FOREIGN_FILES_MAX && (e = fts_read(tree));)
        if (e->fts_info == FTS_F && is_shared(e->fts_path) && !is_ours(e->fts_statp->st_uid, owner))
            found = arena_str(d->a, e->fts_path);
    if (tree)
        fts_close(tree);
    return found;
}

/* A file of another user is one that the site cannot write: a lock, made by a command that somebody
 * started as root. */
static void owners(struct doctor *d)
{
    char *folders[] = { arena_printf(d->a, "%s/run", conf()->var_dir),
                        arena_printf(d->a, "%s/spool", conf()->var_dir), NULL };
    struct stat st;

    if (stat(conf()->var_dir, &st))
        return doctor_broken(d, "state", strerror(errno),
                             arena_printf(d->a, "mkdir -p %s", conf()->var_dir));
    const char *found = foreign_file(d, folders, st.st_uid);
    if (found == NULL)
        return doctor_ok(d, "owners of files");
    const struct passwd *user = getpwuid(st.st_uid);
    const char *name = user ? arena_str(d->a, user->pw_name)
                            : arena_printf(d->a, "%d", (int)st.st_uid);
    doctor_broken(
        d, "owners of files",
        arena_printf(d->a, "%s does not belong to %s, which the site runs as", found, name),
        arena_printf(d->a, "chown -h --reference=%s %s", conf()->var_dir, found));
}

static void maintenance(struct doctor *d)
{
    const char *path = arena_printf(d->a, "%s/run/maintenance", conf()->var_dir);
    struct stat st;

    if (stat(path, &st) == 0 && age_ms(&st) > MAINTENANCE_MINUTES * MINUTE_MS)
        doctor_broken(d, "maintenance",
                      "an update that ended long ago left the site closed: pages answer 503",
                      arena_printf(d->a, "rm %s", path));
    else
        doctor_ok(d, "maintenance");
}

/* deploy/ovs-backup touches this file when a backup is whole. */
static void backup(struct doctor *d)
{
    struct stat st;

    if (stat(arena_printf(d->a, "%s/backup/last", conf()->var_dir), &st))
        doctor_unwise(d, "backup", "there has been none", "ovs-backup TARGET");
    else if (age_ms(&st) > BACKUP_DAYS * DAY_MS)
        doctor_unwise(d, "backup",
                      arena_printf(d->a, "the latest one is of %s",
                                   fmt_date(d->a, (int64_t)st.st_mtim.tv_sec * SECOND_MS)),
                      "ovs-backup TARGET");
    else
        doctor_ok(d, "backup");
}

void doctor_files(struct doctor *d)
{
    settings_file(d);
    secrets(d);
    owners(d);
    folders(d);
    disk(d);
    maintenance(d);
    backup(d);
}
