#include "io/mail.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fault.h"
#include "base/log.h"
#include "base/str.h"
#include "io/secret.h"
#include <curl/curl.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <sysexits.h>
#include <unistd.h>

enum { CONNECT_SECONDS = 20, POLL_MS = 100 };

WORDS(mail_failure, "mail.failure", [MAIL_NO_FAILURE] = "", [MAIL_SETUP] = "setup",
      [MAIL_UNREACHABLE] = "unreachable", [MAIL_TLS] = "tls", [MAIL_LOGIN] = "login",
      [MAIL_SENDER] = "sender", [MAIL_ADDRESS] = "address", [MAIL_RECIPIENT] = "recipient",
      [MAIL_CONTENT] = "content", [MAIL_CUT] = "cut");

/* How far the exchange with the SMTP server got. */
enum stage { STAGE_BEGIN, STAGE_SENDER, STAGE_RECIPIENT, STAGE_CONTENT };

struct mailer {
    CURL *curl;
    enum stage stage;
    struct bytes left; /* of the mail that is sent */
};

bool mail_is_on(void) { return conf()->mail != MAIL_NONE; }

struct mailer *mailer_new(void)
{
    struct mailer *m = calloc(1, sizeof(*m));

    assert(m);
    return m;
}

void mailer_free(struct mailer *m)
{
    if (m == NULL)
        return;
    curl_easy_cleanup(m->curl);
    free(m);
}

static struct mail_outcome failed(enum mail_failure failure, int reply, bool is_final)
{
    return (struct mail_outcome){ failure, reply, is_final, failure < MAIL_ADDRESS };
}

/*
 * SMTP.
 */

static size_t give(char *to, size_t size, size_t n, void *arg)
{
    struct mailer *m = arg;
    size_t bytes = MIN_OF(size * n, m->left.n);

    memcpy(to, m->left.at, bytes);
    m->left.at += bytes;
    m->left.n -= bytes;
    return bytes;
}

/* Follows what is sent: the same code of the server means another thing at each stage. */
static int watch(CURL *curl, curl_infotype type, char *text, size_t n, void *arg)
{
    static const struct {
        const char *command;
        enum stage stage;
    } rows[] = { { "MAIL ", STAGE_SENDER },
                 { "RCPT ", STAGE_RECIPIENT },
                 { "DATA", STAGE_CONTENT } };
    struct mailer *m = arg;

    (void)curl;
    for (size_t i = 0; type == CURLINFO_HEADER_OUT && i < COUNT(rows); i++)
        if (n >= strlen(rows[i].command) &&
            !strncmp(text, rows[i].command, strlen(rows[i].command)))
            m->stage = rows[i].stage;
    return 0;
}

static bool is_this_machine(const char *host)
{
    return str_starts(host, "127.") || str_eq(host, "localhost") || str_eq(host, "::1");
}

#define SET(option, value) (void)curl_easy_setopt(m->curl, option, value)

static void set_login(struct mailer *m)
{
    char password[SECRET_LINE_MAX_BYTES + 1];

    secret_line("smtp", password);
    SET(CURLOPT_USERNAME, conf()->smtp_user);
    SET(CURLOPT_PASSWORD, password);
    secret_wipe(password, sizeof(password));
}

static void set_server(struct mailer *m, struct arena *a)
{
    const struct conf *c = conf();
    const char *scheme = c->smtp_tls == SMTP_TLS ? "smtps" : "smtp";
    bool is_v6 = strchr(c->smtp_host, ':') != NULL;

    /* The path is the name with which we greet. */
    SET(CURLOPT_URL,
        arena_printf(a, "%s://%s%s%s:%" PRId64 "/%s", scheme, is_v6 ? "[" : "", c->smtp_host,
                     is_v6 ? "]" : "", c->smtp_port, mime_domain(c->mail_from)));
    SET(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    SET(CURLOPT_PROXY, "");
    SET(CURLOPT_NOSIGNAL, 1L);
    SET(CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    SET(CURLOPT_TIMEOUT, (long)c->mail_timeout_s);
    SET(CURLOPT_USE_SSL, c->smtp_tls == SMTP_PLAIN ? (long)CURLUSESSL_NONE : (long)CURLUSESSL_ALL);
    SET(CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    SET(CURLOPT_CAINFO, c->smtp_ca);
    SET(CURLOPT_SSL_VERIFYPEER, 1L);
    SET(CURLOPT_SSL_VERIFYHOST, 2L);
    if (c->smtp_user[0])
        set_login(m);
    SET(CURLOPT_UPLOAD, 1L);
    SET(CURLOPT_READFUNCTION, give);
    SET(CURLOPT_READDATA, m);
    SET(CURLOPT_VERBOSE, 1L); /* for the next two; nothing is printed */
    SET(CURLOPT_DEBUGFUNCTION, watch);
    SET(CURLOPT_DEBUGDATA, m);
}

/* What a result of libcurl means. A code of the server counts for the stage where it was given. */
static struct mail_outcome outcome_of(const struct mailer *m, CURLcode code, int reply)
{
    static const enum mail_failure refused[] = { [STAGE_BEGIN] = MAIL_UNREACHABLE,
                                                 [STAGE_SENDER] = MAIL_SENDER,
                                                 [STAGE_RECIPIENT] = MAIL_RECIPIENT,
                                                 [STAGE_CONTENT] = MAIL_CONTENT };

    switch ((int)code) {
    case CURLE_OK: return (struct mail_outcome){ 0 };
    case CURLE_LOGIN_DENIED: return failed(MAIL_LOGIN, reply, false);
    case CURLE_USE_SSL_FAILED:
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR: return failed(MAIL_TLS, 0, false);
    default: break;
    }
    if (reply >= 400)
        return failed(refused[m->stage], reply, reply >= 500);
    return failed(m->stage == STAGE_BEGIN ? MAIL_UNREACHABLE : MAIL_CUT, 0, false);
}

static struct mail_outcome send_smtp(struct mailer *m, struct arena *a, const char *to,
                                     struct bytes mail)
{
    const struct conf *c = conf();
    struct curl_slist *recipients;
    long reply = 0;

    if (c->smtp_user[0] && c->smtp_tls == SMTP_PLAIN && !is_this_machine(c->smtp_host))
        return failed(MAIL_SETUP, 0, false);
    m->curl = m->curl ? m->curl : curl_easy_init();
    recipients = curl_slist_append(NULL, arena_printf(a, "<%s>", to));
    assert(m->curl && recipients);
    curl_easy_reset(m->curl); /* keeps the connection */
    set_server(m, a);
    SET(CURLOPT_MAIL_FROM, arena_printf(a, "<%s>", c->mail_from));
    SET(CURLOPT_MAIL_RCPT, recipients);
    SET(CURLOPT_INFILESIZE_LARGE, (curl_off_t)mail.n);
    m->left = mail;
    m->stage = STAGE_BEGIN;
    CURLcode code = curl_easy_perform(m->curl);
    (void)curl_easy_getinfo(m->curl, CURLINFO_RESPONSE_CODE, &reply);
    SET(CURLOPT_MAIL_RCPT, NULL);
    curl_slist_free_all(recipients);
    return outcome_of(m, code, (int)reply);
}

/*
 * A sendmail program.
 */

/* Writes the mail into the program's input and waits for its end; -1: it took too long, or broke. */
static int feed(pid_t pid, int to, struct bytes mail)
{
    int64_t end_ms = clock_monotonic_ms() + conf()->mail_timeout_s * SECOND_MS;
    int status = 0;

    while (mail.n > 0 && clock_monotonic_ms() < end_ms) {
        struct pollfd ready = { to, POLLOUT, 0 };
        if (poll(&ready, 1, POLL_MS) <= 0)
            continue;
        ssize_t n = write(to, mail.at, mail.n);
        if (n < 0 && errno != EAGAIN && errno != EINTR)
            break; /* it has ended; its exit code says why */
        mail.at += MAX_OF(n, 0);
        mail.n -= (size_t)MAX_OF(n, 0);
    }
    close(to);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        if (clock_monotonic_ms() > end_ms)
            kill(pid, SIGKILL);
        poll(NULL, 0, POLL_MS / 10);
    }
    return WIFEXITED(status) && (mail.n == 0 || WEXITSTATUS(status)) ? WEXITSTATUS(status) : -1;
}

/* The program with its input on *to; false: it cannot be started. */
static bool start(char *const argv[], pid_t *pid, int *to)
{
    char *const env[] = { (char[]){ "PATH=/usr/sbin:/usr/bin:/sbin:/bin" }, NULL };
    posix_spawn_file_actions_t actions;
    int ends[2];

    if (pipe2(ends, O_CLOEXEC))
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[0], 0);
    posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    int error = posix_spawn(pid, argv[0], &actions, NULL, argv, env);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    *to = ends[1];
    if (error)
        close(ends[1]);
    else
        fcntl(ends[1], F_SETFL, O_NONBLOCK);
    return error == 0;
}

static struct mail_outcome send_program(struct arena *a, const char *to, struct bytes mail)
{
    const struct conf *c = conf();
    char *const argv[] = { arena_str(a, c->sendmail),
                           (char[]){ "-i" },
                           (char[]){ "-f" },
                           arena_str(a, c->mail_from),
                           (char[]){ "--" },
                           arena_str(a, to),
                           NULL };
    pid_t pid;
    int input;

    signal(SIGPIPE, SIG_IGN);
    if (!start(argv, &pid, &input))
        return failed(MAIL_SETUP, 0, false);
    int code = feed(pid, input, mail);
    switch (code) {
    case 0: return (struct mail_outcome){ 0 };
    case EX_NOUSER:
    case EX_NOHOST: return failed(MAIL_RECIPIENT, code, true);
    case EX_DATAERR: return failed(MAIL_CONTENT, code, true);
    case EX_CONFIG:
    case EX_NOPERM:
    case 127: return failed(MAIL_SETUP, code, false);
    default: return failed(MAIL_CUT, MAX_OF(code, 0), false);
    }
}

enum rc mailer_send(struct mailer *m, struct arena *a, const struct mime_mail *mail,
                    struct mail_outcome *outcome)
{
    struct bytes wire;
    const char *to;

    assert(mail_is_on());
    *outcome = failed(MAIL_ADDRESS, 0, true);
    TRY(mime_address(a, mail->to, &to));
    TRY(mime_write(a, mail, &wire));
    enum fault f = fault_begin();
    if (f == FAULT_LOST)
        *outcome = failed(MAIL_CUT, 0, false);
    else if (conf()->mail == MAIL_SMTP)
        *outcome = send_smtp(m, a, to, wire);
    else
        *outcome = send_program(a, to, wire);
    if (fault_end(f))
        *outcome = failed(MAIL_CUT, 0, false);
    if (outcome->failure == MAIL_NO_FAILURE)
        return RC_OK;
    log_error("a mail was not sent: %s, code %d", mail_failure_word(outcome->failure),
              outcome->reply);
    return outcome->is_final ? RC_INVALID : RC_BUSY;
}
