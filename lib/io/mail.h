/*
 * mail: sends one mail after the other, by SMTP (libcurl) or by a sendmail program of this machine, as
 * the setting `mail` says.
 *
 * SMTP       to smtp_host:smtp_port. smtp_tls: starttls (STARTTLS must succeed), tls (from the first byte)
 *            or none. The server's certificate must be signed by an authority in smtp_ca and name
 *            smtp_host. With smtp_user it is authenticated, by the line in secrets_dir/smtp; without TLS
 *            only to this machine. The connection is kept between mails.
 * sendmail   the program of the setting `sendmail` with an argument list, never a shell; the exit codes
 *            of sysexits.h tell whether to try again.
 * Time       an exchange ends after mail_timeout_s at the latest.
 * Log        one line a failure: its class and the server's code; never an address, a subject or what the
 *            server wrote.
 * Twice      SMTP cannot tell whether a mail was taken when the connection is lost after its last byte:
 *            it is then MAIL_CUT, and sent again with the same Message-ID.
 * Faults     the exchange is a step of base/fault.h.
 */
#ifndef IO_MAIL_H
#define IO_MAIL_H
#include "base/words.h"
#include "io/mime.h"

/* False: nothing is queued or sent, and pages say what to do instead. */
bool mail_is_on(void);

/* What kind of failure it was. */
enum mail_failure {
    MAIL_NO_FAILURE,
    MAIL_SETUP,       /* the settings do not allow to send: what smtp_user or the program lacks */
    MAIL_UNREACHABLE, /* no connection, or it was refused or said nothing */
    MAIL_TLS,         /* no TLS, or not with the certificate that it has to be */
    MAIL_LOGIN,       /* user or password is wrong */
    MAIL_SENDER,      /* the server does not take mail from mail_from */
    MAIL_ADDRESS,     /* not an address, or one that the server cannot send to */
    MAIL_RECIPIENT,   /* the server refused the recipient */
    MAIL_CONTENT,     /* the server refused the mail */
    MAIL_CUT,         /* the connection was lost, or the time was over */
};
WORDS_OF(mail_failure);

struct mail_outcome {
    enum mail_failure failure;
    int reply;         /* code of the server, or the program's exit code; 0: none */
    bool is_final;     /* trying again is of no use */
    bool is_for_every; /* every mail would fail now: not this one's fault */
};

struct mailer; /* a connection that is made when it is needed */
struct mailer *mailer_new(void);
void mailer_free(struct mailer *m); /* accepts NULL */

/* RC_OK: handed over. RC_BUSY, RC_INVALID (final): see *outcome. */
MUST_USE enum rc mailer_send(struct mailer *m, struct arena *a, const struct mime_mail *mail,
                             struct mail_outcome *outcome);
#endif
