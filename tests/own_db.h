/* own_db: a test of the economy looks at every row, so it has a database of its own on the server
 * that OVS_CONF names, created at its start and dropped at its end; and settings of its own. */
#ifndef TESTS_OWN_DB_H
#define TESTS_OWN_DB_H
#include "app/site/schema.h"
#include "base/conf.h"
#include "check.h"
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

static struct db *own_admin;
static char own_conf_path[80], own_name[40];
static pid_t own_process;

static inline void own_db_drop(void)
{
    char sql[80];

    if (getpid() != own_process) /* a child that forgot _exit() */
        return;
    snprintf(sql, sizeof(sql), "DROP DATABASE %s", own_name);
    if (db_script(own_admin, sql) != RC_OK)
        printf("  %s is left\n", own_name);
    unlink(own_conf_path);
}

/* The config that OVS_CONF names, followed by the settings that differ here. */
static inline void own_conf(const char *settings)
{
    const char *from = getenv("OVS_CONF");
    FILE *in = from ? fopen(from, "r") : NULL, *out;
    int c, fd;

    snprintf(own_conf_path, sizeof(own_conf_path), "/tmp/%s.XXXXXX", own_name);
    fd = mkstemp(own_conf_path);
    out = fd < 0 ? NULL : fdopen(fd, "w");
    if (in == NULL || out == NULL) {
        fprintf(stderr, "OVS_CONF has to name the config of a running site\n");
        exit(1);
    }
    while ((c = getc(in)) != EOF)
        putc(c, out);
    fprintf(out, "\ncache = none\ndb_name = %s\n%s", own_name, settings);
    fclose(in);
    fclose(out);
    setenv("OVS_CONF", own_conf_path, 1);
}

/* Call before anything else; `settings` are lines of a config. Returns a connection of DB_ADMIN. */
static inline struct db *own_db(const char *settings)
{
    char sql[80];
    int64_t did;
    int status = 1;
    struct problem why;

    own_process = getpid();
    snprintf(own_name, sizeof(own_name), "ovs_test_%ld", (long)own_process);
    if (fork() == 0) { /* the config is read once in a process: this one reads the old one */
        snprintf(sql, sizeof(sql), "CREATE DATABASE %s CHARACTER SET utf8mb4", own_name);
        _exit(db_script(db_new(DB_ADMIN, 30), sql) != RC_OK);
    }
    wait(&status);
    own_conf(settings);
    own_admin = db_new(DB_ADMIN, 60);
    struct arena *a = arena_new(256 << 20);
    int out = dup(1), quiet = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(quiet, 1); /* a line per file */
    enum rc rc = status ? RC_FAIL : schema_migrate(own_admin, a, "schema", &did, &why);
    fflush(stdout);
    dup2(out, 1);
    close(out);
    close(quiet);
    arena_free(a);
    if (rc != RC_OK) {
        fprintf(stderr, "no database of its own: %s\n", rc_name(rc));
        exit(1);
    }
    atexit(own_db_drop);
    return own_admin;
}

/* Another value for this process: `OWN_CONF->clawback = CLAWBACK_ABSORB`. */
#define OWN_CONF ((struct conf *)(uintptr_t)conf())
#endif
