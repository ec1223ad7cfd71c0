/* The part of jobs/doctor that looks at the settings and at the web server. */
#include "app/income/pay.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/str.h"
#include "commands/doctor.h"
#include "io/cert.h"
#include <sys/resource.h>

enum { CERT_DAYS = 14, FILES_WANTED = 4096, LIGHTTPD_BAD_FROM = 56, LIGHTTPD_BAD_TO = 66 };

static bool has_item(struct doctor *d, const char *list, const char *item)
{
    for (const char *p = list; *p;) {
        size_t n = strcspn(p, ", ");
        if (n && str_eq(arena_strn(d->a, p, n), item))
            return true;
        p += n + strspn(p + n, ", ");
    }
    return false;
}

/* Whether it listens for others than this machine. */
static bool listens_outside(struct doctor *d)
{
    for (const char *p = conf()->bind; *p;) {
        size_t n = strcspn(p, ", ");
        const char *address = arena_strn(d->a, p, n);
        if (n && !str_starts(address, "127.") && !str_eq(address, "::1"))
            return true;
        p += n + strspn(p + n, ", ");
    }
    return false;
}

static void address(struct doctor *d)
{
    if (!conf_is_https() && (listens_outside(d) || doctor_is_public(d)))
        doctor_broken(d, "base_url",
                      "others reach the site without HTTPS: passwords can be read on the way",
                      "set base_url = https://... and tls, or put a server for TLS in front");
    else
        doctor_ok(d, "base_url");
    if (conf_is_https() && conf()->environment != ENV_PRODUCTION)
        doctor_unwise(d, "environment",
                      "a site with HTTPS is a real one, but what only production refuses works",
                      "set environment = production");
    else
        doctor_ok(d, "environment");
}

static void proxies(struct doctor *d)
{
    if (has_item(d, conf()->trusted_proxies, "0.0.0.0/0") ||
        has_item(d, conf()->trusted_proxies, "::/0"))
        doctor_broken(d, "trusted_proxies",
                      "everybody may say which address they come from, so no limit holds",
                      "name only the addresses of your own proxies");
    else
        doctor_ok(d, "trusted_proxies");
}

static void payments(struct doctor *d)
{
    const struct conf *c = conf();
    const struct pay_driver *driver = pay_configured();
    struct problem why = { NULL, NULL };

    if (driver == NULL)
        return doctor_broken(d, "pay_provider", "there is no such provider",
                             "set pay_provider = manual");
    if (!(driver->caps & PAY_CAP_PRODUCTION) && doctor_is_public(d))
        return doctor_broken(d, "pay_provider",
                             "members of a public site would pay with test money",
                             "set pay_provider = manual");
    if (driver->open(&why) != RC_OK)
        return doctor_broken(d, "pay_provider", why.text ? why.text : "it refuses these settings",
                             "set bank_holder and bank_iban");
    if (driver->caps & PAY_CAP_PRODUCTION && (!c->seller_name[0] || !c->seller_address[0]))
        return doctor_unwise(d, "seller", "receipts do not say who sells the subscription",
                             "set seller_name and seller_address");
    doctor_ok(d, "payments");
}

static void certificate(struct doctor *d)
{
    const char *path = conf()->tls_cert, *host = doctor_host(d);
    int64_t days = 0;
    bool named = false;

    if (conf()->tls != TLS_FILES)
        return;
    enum rc rc = cert_look(path, host, clock_now_ms(), &days, &named);
    if (rc != RC_OK)
        doctor_broken(
            d, "certificate",
            arena_printf(d->a, "%s %s", path, rc == RC_NOT_FOUND ? "cannot be read" : "holds none"),
            "set tls_cert");
    else if (!named)
        doctor_broken(
            d, "certificate", arena_printf(d->a, "%s is for another name than %s", path, host),
            arena_printf(d->a, "openssl x509 -in %s -noout -subject -ext subjectAltName", path));
    else if (days < CERT_DAYS)
        (days < 0 ? doctor_broken : doctor_unwise)(
            d, "certificate",
            days < 0 ? "it has expired"
                     : arena_printf(d->a, "it expires in %" PRId64 " days", days),
            "renew it, then lighttpd/web --reload");
    else
        doctor_ok(d, "certificate");
}

static void web_server(struct doctor *d)
{
    static const char *const ask[] = { "lighttpd", "-v", NULL };
    const char *text = doctor_output(d, ask);
    int major = 0, minor = 0, patch = 0;

    if (text == NULL || sscanf(text, "lighttpd/%3d.%3d.%5d", &major, &minor, &patch) != 3)
        return doctor_broken(d, "lighttpd", "it cannot be started", "apt install lighttpd");
    if (major == 1 && (minor < 4 || (minor == 4 && patch <= LIGHTTPD_BAD_TO)))
        return doctor_broken(d, "lighttpd",
                             arena_printf(d->a, "version %d.%d.%d %s", major, minor, patch,
                                          patch >= LIGHTTPD_BAD_FROM
                                              ? "can be stopped by strangers (CVE-2022-41556)"
                                              : "is too old for lighttpd.conf"),
                             "apt update && apt install lighttpd");
    doctor_ok(d, "lighttpd");
}

/* Of the running server, if there is one, and of this shell. */
static void open_files(struct doctor *d)
{
    const char *pid_path = arena_printf(d->a, "%s/run/lighttpd.pid", conf()->var_dir);
    struct rlimit own = { 0 };
    long pid = 0, hard = 0;
    char line[200];

    getrlimit(RLIMIT_NOFILE, &own);
    int64_t files = (int64_t)MIN_OF(own.rlim_max, (rlim_t)INT32_MAX);
    FILE *f = fopen(pid_path, "r");
    if (f && fscanf(f, "%10ld", &pid) != 1)
        pid = 0;
    if (f)
        fclose(f);
    f = pid ? fopen(arena_printf(d->a, "/proc/%ld/limits", pid), "r") : NULL;
    while (f && fgets(line, sizeof(line), f))
        if (sscanf(line, "Max open files %*s %10ld", &hard) == 1)
            files = MIN_OF(files, (int64_t)hard);
    if (f)
        fclose(f);
    if (files < FILES_WANTED)
        doctor_unwise(
            d, "open files",
            arena_printf(d->a, "only %" PRId64 " are allowed, which is as many visitors, at best",
                         files),
            "set LimitNOFILE=20000 in the unit, or ulimit -n 20000");
    else
        doctor_ok(d, "open files");
}

void doctor_site(struct doctor *d)
{
    address(d);
    proxies(d);
    payments(d);
    certificate(d);
    web_server(d);
    open_files(d);
}
