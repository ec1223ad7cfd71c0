/*
 * conf: one file of `key = value` lines, its path in OVS_CONF or else CONF_FILE, read once when a
 * program starts.
 *
 * CONF_KEYS below is the whole table: type, key, default, least, most, meaning. A key that is not
 * in it, a value out of range or an unreadable file stops the program at its start with a line that
 * names it. Empty lines and lines that begin with # are skipped. Relative paths are relative to the
 * directory in which the program was started; `make run` writes absolute ones.
 *
 * Root       a process of root's whose var_dir belongs to somebody else becomes that user when the
 *            settings are read, so that it leaves no file which the site cannot use, and knows no
 *            setting which that user could not read.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H
#include "base/words.h"

#define CONF_FILE "/etc/openvidstreamer/site.conf"

enum environment { ENV_DEVELOPMENT, ENV_TEST, ENV_PRODUCTION };
enum cache_mode { CACHE_NONE, CACHE_MEMCACHED };
enum db_tls { DB_TLS_NONE, DB_TLS_REQUIRED, DB_TLS_VERIFY };
enum division_rule { RULE_USER, RULE_SCALED };
enum fee_bearer { FEES_SHARED, FEES_PLATFORM };
enum idle_use { IDLE_UPLIFT, IDLE_PLATFORM };
enum clawback { CLAWBACK_OFFSET, CLAWBACK_ABSORB };
enum tls_mode { TLS_NONE, TLS_FILES };
enum datev_chart { DATEV_SKR03, DATEV_SKR04 };
enum untaxed { UNTAXED_EXEMPT, UNTAXED_OUTSIDE, UNTAXED_ZERO };
enum log_addresses { LOG_ADDRESSES_NETWORK, LOG_ADDRESSES_FULL };
enum voucher_expired { VOUCHER_VALUE_REVENUE, VOUCHER_VALUE_KEPT };
enum four_eyes { FOUR_EYES_OFF, FOUR_EYES_ON };
enum mail_mode { MAIL_NONE, MAIL_SMTP, MAIL_SENDMAIL };
enum comments_by { COMMENTS_MEMBERS, COMMENTS_EVERYONE, COMMENTS_OFF };
enum smtp_tls { SMTP_STARTTLS, SMTP_TLS, SMTP_PLAIN };
WORDS_OF(environment);
WORDS_OF(cache_mode);
WORDS_OF(db_tls);
WORDS_OF(division_rule);
WORDS_OF(fee_bearer);
WORDS_OF(idle_use);
WORDS_OF(clawback);
WORDS_OF(tls_mode);
WORDS_OF(datev_chart);
WORDS_OF(untaxed);
WORDS_OF(log_addresses);
WORDS_OF(four_eyes);
WORDS_OF(mail_mode);
WORDS_OF(comments_by);
WORDS_OF(smtp_tls);
WORDS_OF(voucher_expired);

/* clang-format off */
#define CONF_KEYS(STR, INT, ENUM) \
    STR(site_name, "OpenVidStreamer", 1, 60, "name on every page") \
    STR(base_url, "http://127.0.0.1:8080", 8, 200, "address of the site, without a slash at the end; https:// turns on Secure cookies and HSTS") \
    STR(bind, "127.0.0.1", 2, 400, "addresses that lighttpd listens on, separated by commas; 0.0.0.0,:: is every IPv4 and every IPv6 address") \
    INT(http_port, 8080, 1, 65535, "port of plain HTTP") \
    INT(https_port, 8443, 1, 65535, "port of HTTPS, where tls is files") \
    ENUM(tls, "none", tls_mode, "none, or files: lighttpd serves HTTPS with tls_cert and tls_key, and plain HTTP redirects to base_url") \
    STR(tls_cert, "", 0, 400, "PEM file of the certificate and those above it") \
    STR(tls_key, "", 0, 400, "PEM file of its private key") \
    STR(trusted_proxies, "", 0, 1000, "addresses and networks, separated by commas, whose X-Forwarded-For is believed; empty: nobody's") \
    ENUM(environment, "development", environment, "development, test or production; production refuses the test payment provider") \
    STR(clock_file, "", 0, 400, "environment test only: file with milliseconds to add to the clock") \
    STR(var_dir, "var", 1, 400, "where all state lives") \
    STR(media_dir, "var/media", 1, 400, "published and incoming media") \
    STR(secrets_dir, "var/secrets", 1, 400, "one file per secret: keys of 64 hex characters, and passwords of the database") \
    STR(db_socket, "", 0, 100, "Unix socket of MariaDB or MySQL; empty: db_host and db_port") \
    STR(db_host, "127.0.0.1", 1, 200, "database server when there is no socket") \
    INT(db_port, 3306, 1, 65535, "port of the database server") \
    ENUM(db_tls, "none", db_tls, "connections to db_host: none, required (encrypted) or verify (and the server's certificate is checked)") \
    STR(db_ca, "/etc/ssl/certs/ca-certificates.crt", 1, 400, "with db_tls = verify: file with the authorities that may have signed the server's certificate") \
    STR(db_name, "ovs", 1, 64, "database") \
    STR(db_user, "ovs", 1, 32, "user of most programs") \
    STR(db_password, "", 0, 200, "password of db_user; empty: the line in secrets_dir/db, if there is that file") \
    STR(db_read_user, "ovs_read", 1, 32, "user of the programs that only show pages") \
    STR(db_read_password, "", 0, 200, "password of db_read_user; empty: the line in secrets_dir/db_read, if there is that file") \
    STR(db_money_user, "ovs_money", 1, 32, "user of the programs that book money") \
    STR(db_money_password, "", 0, 200, "password of db_money_user; empty: the line in secrets_dir/db_money, if there is that file") \
    STR(db_admin_user, "root", 1, 32, "user of jobs/migrate; it creates tables and grants") \
    STR(db_admin_password, "", 0, 200, "password of db_admin_user; empty: the line in secrets_dir/db_admin, if there is that file") \
    STR(db_grant_host, "localhost", 1, 60, "where the database sees the three users connect from: the host part of their accounts, to which jobs/migrate grants") \
    ENUM(cache, "none", cache_mode, "none or memcached; without it the site is slower, never wrong") \
    STR(cache_socket, "", 0, 100, "Unix socket of memcached; empty: 127.0.0.1:cache_port") \
    INT(cache_port, 11211, 1, 65535, "port of memcached") \
    ENUM(mail, "none", mail_mode, "how mail is sent: none, smtp (by the server smtp_host) or sendmail (by a program of this machine)") \
    STR(mail_from, "", 0, 200, "address that mails come from; its domain has to allow smtp_host or this machine to send for it") \
    STR(mail_reply_to, "", 0, 200, "address that answers go to; empty: mail_from") \
    STR(smtp_host, "127.0.0.1", 1, 200, "mail server that takes our mails") \
    INT(smtp_port, 587, 1, 65535, "its port") \
    ENUM(smtp_tls, "starttls", smtp_tls, "connections to it: starttls, tls (from the first byte, port 465) or none (only on this machine)") \
    STR(smtp_ca, "/etc/ssl/certs/ca-certificates.crt", 1, 400, "file with the authorities that may have signed its certificate") \
    STR(smtp_user, "", 0, 200, "our name there; the password is the line in secrets_dir/smtp; empty: no log-in") \
    STR(sendmail, "/usr/sbin/sendmail", 1, 400, "with mail = sendmail: the program") \
    INT(mail_timeout_s, 60, 5, 300, "an exchange with the mail server or program ends after this long") \
    INT(mail_per_minute, 120, 1, 6000, "mails that one machine sends in a minute") \
    ENUM(log_addresses, "network", log_addresses, "addresses in the logs: network (a.b.c.0/24, the first 64 bits of IPv6) or full") \
    INT(log_max_bytes, 268435456, 0, 1000000000000, "size beyond which jobs/sweep sets a log aside as NAME.old, in place of the one before; 0: never") \
    INT(slow_statement_ms, 1000, 0, 1000000, "a statement of the database that takes at least this long gets a line in the log; 0: none") \
    STR(currency, "EUR", 3, 3, "ISO 4217 code of the price; the test provider books in XTS, the code for tests")                     \
    INT(price_minor, 999, 0, 100000000, "price of one month in minor units (cents)") \
    INT(grace_days, 7, 0, 60, "days of access after a period ended unpaid") \
    STR(pay_provider, "test", 1, 20, "payment provider of new subscriptions") \
    INT(price_year_minor, 0, 0, 1000000000, "price of twelve months at once; 0: not offered") \
    INT(tax_bp, 0, 0, 5000, "tax that prices include, in basis points: 2000 is 20 %; for providers that do not report it") \
    INT(fee_minor, 0, 0, 10000, "fixed part of what a payment costs us, in minor units; for providers that do not report it") \
    INT(fee_bp, 0, 0, 2000, "variable part of what a payment costs us, in basis points; for providers that do not report it") \
    INT(share_bp, 7000, 1, 10000, "creators' share of what is left of a payment after tax and fee, in basis points") \
    ENUM(rule, "user", division_rule, "how a month is divided: user (each member's money goes to the creators they watched) or scaled (one price per second); lib/app/money/divide.h") \
    ENUM(fees, "shared", fee_bearer, "shared: the fee is taken before the split; platform: from the platform's part") \
    ENUM(idle, "uplift", idle_use, "money of members who watched nobody: uplift (raises all earnings) or platform") \
    ENUM(clawback, "offset", clawback, "a refund of money that was paid out: offset (against later earnings) or absorb (the platform bears it)") \
    INT(min_unit_seconds, 60, 0, 86400, "a paid month with less watch time than this counts as idle") \
    INT(settle_hours, 48, 0, 720, "how long after its end a paid month is settled") \
    INT(close_day, 3, 1, 28, "day of the month from which the previous month is closed") \
    INT(hold_days, 30, 0, 365, "how long after they are settled earnings become payable") \
    INT(payout_threshold_minor, 1000, 1, 100000000, "smallest balance that is paid out; smaller ones wait for the next month") \
    INT(payout_day, 5, 1, 28, "day of the month from which payouts are made") \
    INT(payout_first_days, 60, 0, 365, "no payout to accounts younger than this") \
    INT(payout_daily_max_minor, 100000000, 1, 1000000000000, "most that all payouts of one day may come to") \
    INT(change_notice_days, 30, 0, 365, "how long in advance members are told of a higher price, new terms or another change that takes something from them") \
    INT(refund_days, 14, 0, 365, "members get their money back if they ask within this many days of paying") \
    INT(refunds_per_year, 1, 0, 1000, "members get their money back on request so many times in 365 days") \
    INT(refund_minutes, 30, 0, 100000, "members get their money back only if they have watched for less than this many minutes") \
    INT(count_hidden, 1, 0, 1, "whether watching counts while the tab is hidden (music, lectures); 1: yes") \
    INT(plays_per_minute, 20, 1, 10000, "plays one member may start") \
    INT(voucher_tries_per_hour, 10, 1, 10000, "wrong voucher codes allowed per member and per network") \
    ENUM(four_eyes, "off", four_eyes, "on: what an operator does about money or members waits until another operator approves it") \
    ENUM(voucher_expired, "revenue", voucher_expired, "what becomes of a sold voucher that nobody redeemed in time: revenue (the site's, after its tax) or kept (it stays owed)") \
    STR(seller_name, "", 0, 100, "seller of the subscription; shown on receipts and statements") \
    STR(seller_address, "", 0, 300, "address of the seller, its parts separated by commas") \
    STR(seller_vat_id, "", 0, 40, "VAT number of the seller, if any") \
    STR(seller_country, "", 0, 2, "country of the seller, two capitals of ISO 3166; electronic invoices need it") \
    STR(seller_tax_number, "", 0, 40, "the seller's number at the tax office, if there is no VAT number") \
    STR(seller_register, "", 0, 60, "the seller's number in the register of companies, if any") \
    STR(contact_email, "", 0, 200, "where people can write to the operators; shown on /contact and /imprint") \
    STR(contact_phone, "", 0, 40, "the operators' telephone number, if it is to be shown there") \
    STR(privacy_email, "", 0, 200, "address for questions about personal data; empty: contact_email") \
    STR(security_email, "", 0, 200, "address for reports of security holes, in /.well-known/security.txt; empty: contact_email") \
    ENUM(untaxed, "exempt", untaxed, "why documents without tax have none: exempt (such as a small business), outside (of the scope of VAT) or zero (a rate of 0 %)") \
    STR(untaxed_reason, "", 0, 200, "the sentence that says it on these documents, for exempt and outside") \
    ENUM(datev_chart, "skr03", datev_chart, "chart of accounts of the export for DATEV: skr03 or skr04") \
    INT(datev_consultant, 1001, 1001, 9999999, "the tax consultant's number at DATEV") \
    INT(datev_client, 1, 1, 99999, "the client's number at the tax consultant") \
    INT(datev_year_begins, 1, 1, 12, "month in which the business year begins") \
    STR(datev_accounts, "", 0, 1000, "other accounts for the export, such as asset:bank=1210, rev:platform=8201/3; after the slash the tax key (BU-Schlüssel)") \
    STR(bank_holder, "", 0, 70, "owner of the account that manual payments go to and payouts come from") \
    STR(bank_iban, "", 0, 42, "IBAN of bank_holder's account") \
    STR(bank_bic, "", 0, 11, "BIC of bank_holder's account, if payers need it") \
    STR(bank_town, "", 0, 35, "town of bank_holder, for payouts to accounts outside the European Economic Area") \
    STR(bank_country, "", 0, 2, "its country, such as AT") \
    STR(bank_columns, "", 0, 500, "what the columns of CSV statements are called, if the bank is not a known one") \
    INT(access_minutes, 15, 1, 1440, "life of a signed-in token before it is renewed from its session") \
    INT(session_idle_days, 14, 1, 365, "a session ends after being unused for this long") \
    INT(session_max_days, 90, 1, 3650, "a session ends after this long in any case") \
    INT(password_memory_kib, 19456, 19456, 4194304, "Argon2id memory") \
    INT(password_passes, 2, 2, 20, "Argon2id passes") \
    INT(login_fails_per_15min, 5, 1, 1000, "wrong passwords allowed per account and network") \
    INT(login_fails_per_hour, 100, 1, 100000, "wrong passwords allowed per network, for all accounts") \
    INT(logins_per_15min, 10, 1, 1000, "log-ins with the right password allowed per account and network") \
    INT(operator_second_factor, 0, 0, 1, "1: moderators and operators need a second step at log-in; until they have set one up, their role does not count") \
    INT(signups_per_day, 5, 1, 1000000, "new accounts allowed per network") \
    INT(renames_per_month, 3, 0, 1000, "changes of handle one member may make in 30 days") \
    INT(upload_max_bytes, 8000000000, 1000, 68719476736, "largest file a member may upload") \
    INT(upload_max_minutes, 720, 1, 720, "longest video") \
    INT(upload_chunk_bytes, 8388608, 65536, 67108864, "size of one tus request of the site's own upload page") \
    INT(upload_expiry_hours, 48, 1, 720, "an unfinished upload is dropped after this long without a byte") \
    INT(quota_bytes, 100000000000, 1000000, 1000000000000000, "size of all originals that one member may hold") \
    ENUM(comments, "members", comments_by, "who may comment on videos: members (with a subscription), everyone (who is signed in) or off: nobody, and none are shown") \
    INT(comments_per_hour, 30, 1, 10000, "comments one member may write") \
    INT(comments_per_hour_new, 5, 1, 10000, "the same in the first 3 days of an account") \
    INT(report_alert_hours, 24, 1, 720, "operators are told, once a day, of reported cases that no moderator has taken for this long") \
    INT(still_watching_minutes, 120, 5, 720, "after so much watching without any sign of life the player asks whether somebody is there, and nothing is credited until somebody is") \
    INT(pictures_per_hour, 20, 1, 10000, "pictures one member may upload, for the profile and for videos") \
    INT(disk_reserve_bytes, 2147483648, 0, 1000000000000, "free space that no upload may use; below it, uploads are refused with 507") \
    INT(disk_reserve_percent, 10, 0, 90, "disk_reserve_bytes as a share of the file system; the larger one counts") \
    STR(ladder, "360,720,1080", 1, 60, "heights of the renditions, ascending") \
    INT(ladder_early_minutes, 10, 0, 720, "videos of at least this length get their lowest rendition first, to be watchable early") \
    INT(sandbox_required, 1, 0, 1, "1: nothing that strangers sent is decoded where the kernel cannot confine ffmpeg by Landlock and seccomp; 0: with less, at your own risk") \
    INT(transcode_threads, 2, 1, 64, "threads of ffmpeg") \
    INT(transcode_nice, 15, 0, 19, "nice value of ffmpeg") \
    INT(transcode_attempts, 3, 1, 10, "attempts before a video is marked as failed") \
    INT(transcode_lease_seconds, 60, 5, 3600, "a worker that is silent for this long loses its job to the next one") \
    INT(transcode_wall_factor, 60, 2, 1000, "wall-clock limit of ffmpeg: this many times the video's length, plus 10 minutes") \
    INT(preview_seconds, 60, 5, 600, "length of the preview that uploaders may allow") \
    INT(media_url_minutes, 120, 10, 1440, "life of a signed media path") \
    INT(search_per_minute, 60, 1, 100000, "searches allowed per network") \
    INT(suggestions_per_minute, 300, 1, 100000, "requests for suggestions allowed per network, besides those that the cache answers") \
    INT(uploads_per_day, 50, 1, 100000, "uploads one member may start") \
    INT(unproven_percent, 15, 0, 50, "share of the recommendations kept for new videos that few members have seen; 0: none") \
    INT(recommend_memory_mb, 900, 64, 65536, "memory that jobs/recommend may use; with too little, it learns about fewer videos, or not at all") \
    INT(recommend_threads, 2, 1, 64, "threads of jobs/recommend")
/* clang-format on */

struct conf {
#define CONF_STR(key, ...)                 const char *key;
#define CONF_INT(key, ...)                 int64_t key;
#define CONF_ENUM(key, fallback, set, ...) enum set key;
    CONF_KEYS(CONF_STR, CONF_INT, CONF_ENUM)
#undef CONF_STR
#undef CONF_INT
#undef CONF_ENUM
};

/* The settings of this process; read on the first call. Ends the process when they cannot be
 * read. */
const struct conf *conf(void);

/* Stay root, for a program that needs root's log-in at the database and makes no files: to be called
 * before conf(). */
void conf_keep_root(void);

/* Parse a whole config text over the defaults; strings are copied to `a`. RC_INVALID with a text
 * that names the line and the key. For conf() and its tests. */
MUST_USE enum rc conf_parse(struct arena *a, const char *text, struct conf *out,
                            struct problem *why);

/* Settings that the database replaces while the site runs (app/site/live.h): in this process the keys
 * that are listed take these values, all others those of the file. A value out of range is logged and
 * left out. */
struct conf_value {
    const char *key, *value;
};
void conf_overlay(const struct conf_value *items, size_t n);

/* Would this key take this value? RC_INVALID: why->field is "value"; RC_NOT_FOUND: no such key. What the
 * file says, and what is in force, as text. */
MUST_USE enum rc conf_check(struct arena *a, const char *key, const char *value,
                            struct problem *why);
const char *conf_filed(struct arena *a, const char *key);
const char *conf_now(struct arena *a, const char *key);

/* One row of the table for people to read, in `jobs/admin config`; false past the last. */
struct conf_row {
    const char *key, *type, *fallback, *meaning;
    char now[1008]; /* the current value; "(secret)" for passwords */
};
bool conf_row(size_t index, struct conf_row *row);

/* True when base_url begins with https://: then cookies are Secure and carry the __Host- prefix. */
bool conf_is_https(void);
#endif
