/*
 * pages: the models. A view file NAME.html (and NAME.json) is compiled against the struct that its
 * first line names; what is not in the struct cannot be shown. Strings are never NULL: "" when
 * there is nothing. Times are UTC milliseconds, 0 for never.
 */
#ifndef VIEWS_PAGES_H
#define VIEWS_PAGES_H
#include "app/people/account.h"
#include "app/reports/audit.h"
#include "app/reports/books.h"
#include "app/reports/earnings.h"
#include "app/discovery/exposure.h"
#include "app/catalogue/feed.h"
#include "app/site/job.h"
#include "app/payout/payee.h"
#include "app/payout/payout.h"
#include "app/money/policy.h"
#include "app/site/setting.h"
#include "app/reports/spending.h"
#include "app/reports/statement.h"
#include "app/income/payment.h"
#include "app/income/subscription.h"
#include "app/discovery/taste.h"
#include "app/publish/transcode.h"
#include "app/catalogue/video.h"
#include "base/fmt.h"
#include "web/html.h"
#include "web/session.h"

/* What every page has around it; filled by frame_of() in handlers/pages/frame.h. */
struct frame {
    const char *site;        /* the site's name */
    const char *site_url;    /* its address, without a slash at the end */
    const char *title;       /* of the page, "" on the home page */
    const char *description; /* one sentence for search engines and link previews, or "" */
    const char *canonical;   /* absolute address of the page */
    const char *image_url;   /* absolute address of a preview picture, or "" */
    const char *feed_url;    /* absolute address of the RSS feed that goes with it */
    const char *section;     /* the part of the site: home, browse, upload, studio, account or "" */
    const char *query;       /* what was searched for, or "" */
    const char *csrf;        /* value of the hidden field `csrf` of every form */
    const char *notice;      /* one sentence that says what just happened, or "" */
    bool notice_bad;         /* ... and it went wrong */
    bool signed_in, subscribed, moderator, operator;
    const char *name, *handle, *avatar_url; /* of who is signed in; avatar_url may be "" */
    bool test_money;                        /* payments are not real: the striped banner */

    /* How the page looks where somebody links to it (https://ogp.me); pages/share.h fills it. */
    const char *og_type; /* website, profile or video.other; "": it is not for others */
    const char *image_alt, *username;
    int64_t image_width, image_height; /* 0: not known */
    int64_t video_seconds, released_ms;
    bool noindex;            /* search engines shall leave it out */
    bool oembed;             /* /oembed knows it */
    struct html linked_data; /* JSON-LD, or nothing */
};

/* What search engines are told about a video (https://schema.org/VideoObject). */
struct video_data {
    const char *title, *description, *tags, *category, *channel_name;
    const char *watch_url, *embed_url, *poster_url, *channel_url; /* absolute */
    int64_t length_ms, published_ms, views, likes;
    int64_t preview_seconds; /* 0: there is none */
};

/* A video in a frame on another site, and the HTML of that frame (https://oembed.com). */
struct embed_page {
    const char *site, *site_url;
    const char *title; /* "": there is no such video, or it is not for all */
    const char *watch_url, *channel_name, *channel_url, *poster_url;
    const char *preview_url; /* "" when there is none */
    int64_t length_ms, preview_seconds;
    bool noindex;
};
struct oembed_page {
    const char *site, *site_url, *title, *channel_name, *channel_url, *embed_url;
    const char *html;      /* embed_code.html of this */
    const char *thumb_url; /* "" when there is none that fits */
    int64_t width, height, thumb_width, thumb_height, cache_s;
};

/* An RSS feed. */
struct feed_entry {
    struct feed_item v;
    const char *html; /* its description */
};
struct feed_entries {
    struct feed_entry *items;
    size_t n;
};
struct feed_page {
    const char *site, *site_url, *title, *description;
    const char *link, *self_url, *image_url; /* absolute; image_url may be "" */
    struct feed_entries entries;
    int64_t ttl_minutes, thumb_width, thumb_height;
};

/* The site map (https://www.sitemaps.org): its index and its pages. */
struct sitemap_page {
    const char *site_url;
    struct span_list channel_spans, video_spans; /* the index */
    struct category_list categories;             /* the page of what there is but once */
    struct mapped_channels channels;
    struct mapped_videos videos;
};

/* One video in a list. */
struct card {
    const char *id, *title, *poster_url;
    const char *channel_name, *channel_handle;
    const char *category, *category_slug;
    const char *ago; /* "3 days ago" */
    int64_t length_ms, views, published_ms;
    int64_t seen_percent; /* how far the member got, 0 to 100 */

    /* In a row of recommendations: else "" or NULL, and false. */
    const char *why, *why_code,
        *because;     /* in words; in one; the id of the video that spoke for it */
    bool is_unproven; /* few have seen it yet */
};
struct card_list {
    struct card *items;
    size_t n;
};

/* Links to the neighbouring pages of a list, "" when there is none, and to its beginning. */
struct pager {
    const char *previous_url, *next_url, *first_url;
    int64_t number; /* of this page, from 1 */
};

/* Links to the categories. */
struct chip {
    const char *url, *name;
    bool current;
};
struct chip_list {
    struct chip *items;
    size_t n;
};

/* Every refusal that has no page of its own. */
struct error_page {
    struct frame frame;
    int status;
    const char *heading, *text;
    const char *action_url, *action; /* what to do next, or "" */
};

struct health_page {
    const char *status; /* "ok", or what is away */
    bool database, cache;
};

/* The offer, or the state of one's own subscription. */
struct subscribe_page {
    struct frame frame;
    struct problem why;
    const char *voucher; /* as typed */
    const char *state;   /* none, active, cancelled, grace, ended or disputed */
    const char *currency;
    int64_t price_minor, year_minor; /* year_minor 0: twelve months at once are not offered */
    int64_t paid_until_ms, grace_until_ms, grace_days, preview_seconds;

    const char *waiting_url, *waiting_reference; /* a bank transfer that we wait for, or "" */

    int64_t earnings_minor, renew_failed_ms;
    bool covered, from_earnings; /* earnings cover the price; they shall pay for the next month */

    int64_t refund_minor, refund_days, refund_minutes; /* of the latest payment, on request */
    struct payment_list payments;
    struct receipt_list credits; /* credit notes */
};

/* A receipt or a credit note, for printing. */
struct line {
    const char *text;
};
struct line_list {
    struct line *items;
    size_t n;
};
struct receipt_page {
    struct frame frame;
    bool credit; /* a credit note: amounts are what was given back */
    const char *seller_name, *seller_vat_id;
    struct line_list seller_address;
    const char *buyer_name, *buyer_email, *paid_by, *currency;
    int64_t tax_bp, number, issued_ms, months, starts_ms, ends_ms, net_minor, tax_minor,
        gross_minor;
};

/* The home page: no video twice. For members recommendations, for others the offer. */
struct home_row {
    const char *id, *title;      /* id: of its heading */
    const char *more_url, *more; /* a link behind the title and its text, or "" */
    const char *of_what;         /* ... what it says to screen readers besides */
    const char *slug;            /* of its category */
    struct card_list videos;
};
struct home_rows {
    struct home_row *items;
    size_t n;
};
struct category_option {
    const char *slug, *name;
    bool chosen;
};
struct category_options {
    struct category_option *items;
    size_t n;
};
struct home_page {
    struct frame frame;
    struct chip_list categories;
    struct home_row for_you, unfinished, followed, popular, latest;
    struct home_rows favourites; /* one for each favourite category */
    bool is_empty;               /* there is not one video */
    bool seen_all;               /* there is, but this member has seen what is new and popular */
    bool ask;                    /* which categories they like */
    struct category_options choices;
    const char *undo; /* the video that was just taken away, or "" */
    const char *currency;
    int64_t price_minor;
};

/* What recommendations are made of, and what a member can do about it. */
struct favourite_row {
    const char *name;
    int64_t percent;
    bool chosen;
};
struct favourite_rows {
    struct favourite_row *items;
    size_t n;
};
struct taste_page {
    struct frame frame;
    struct problem why;
    struct favourite_rows favourites;
    struct category_options choices;
    struct unwanted_list unwanted;
    int64_t from_ms, max_chosen, unproven_percent;
};
struct taste_done {
    const char *done; /* what was: chosen, skipped, less, undone or reset */
};

/* All videos, or those of one category. */
struct browse_page {
    struct frame frame;
    struct chip_list categories;
    const char *category, *category_slug; /* "" for all */
    const char *sort;                     /* hot, new or top */
    const char *hot_url, *new_url, *top_url;
    struct card_list videos;
    struct pager pager;
};

/* Creators that a search found. */
struct creator_card {
    const char *handle, *name, *avatar_url;
    int64_t videos, followers;
};
struct creator_cards {
    struct creator_card *items;
    size_t n;
};

/* What a search can be narrowed by: a field of the query and its values, the first of which is "". */
struct filter_option {
    const char *value, *name;
    bool chosen;
};
struct filter_options {
    struct filter_option *items;
    size_t n;
};
struct filter {
    const char *field, *label;
    struct filter_options options;
};
struct filter_list {
    struct filter *items;
    size_t n;
};
struct search_page {
    struct frame frame;
    struct problem why;
    const char *query;             /* "" when nothing was asked yet */
    bool close;                    /* no video has all words; these come close */
    bool some;                     /* ... and none has all of `instead` either */
    const char *instead;           /* what was looked for instead, or "" */
    const char *meant, *meant_url; /* what would find more, or "" */
    struct filter_list filters;    /* category, length, date, sort */
    struct chip_list chosen;       /* the filters in force; url: the same search without that one */
    bool filtered;                 /* some of them leave videos out */
    const char *unfiltered_url;
    bool has_results; /* ... or could have, without filters: it has a heading */
    const char *first_url;
    struct creator_cards creators;
    struct card_list videos, popular; /* popular: when there is nothing else to show */
    struct pager pager;
};
/* The answer to what somebody is typing. */
struct suggestion_row {
    const char *kind; /* words, channel or video */
    const char *text, *url;
};
struct suggestion_rows {
    struct suggestion_row *items;
    size_t n;
};
struct suggest_page {
    struct suggestion_rows suggestions;
};

struct follow_page {
    bool followed;
    const char *follow; /* on or off: the same as a form says it */
    int64_t followers;
};

/* Playlists: as cards, and the fields of the form about one. */
struct playlist_card {
    const char *id, *title, *poster_url, *visibility;
    const char *ago; /* when it was changed */
    bool later;
    int64_t videos, changed_ms;
};
struct playlist_cards {
    struct playlist_card *items;
    size_t n;
};
struct playlist_fields {
    const char *title, *description, *visibility;
    const char *problem_field, *problem; /* which field was refused and why, or "" */
};
struct playlists_page {
    struct frame frame;
    struct problem why;
    bool typing; /* the form for a new one is open */
    struct playlist_fields fields;
    struct playlist_cards lists;
    struct pager pager;
};

/* A playlist. Entries that are no longer available have only their id. */
struct playlist_row {
    struct card card;
    bool shown;
    int64_t number; /* from 1 */
};
struct playlist_rows {
    struct playlist_row *items;
    size_t n;
};
struct playlist_page {
    struct frame frame;
    struct problem why;
    const char *id, *title, *description_text, *visibility, *owner_name, *owner_handle;
    struct html description;
    bool own, later;
    int64_t video_count, changed_ms;
    const char *first_id; /* what plays first, or "" */
    struct playlist_rows rows;
    int64_t first_number; /* of the rows */
    struct playlist_fields fields;
    struct pager pager;
};

/* The answers to changes, for scripts and programs. */
struct saved_page {
    const char *id, *title, *visibility, *video; /* of the list; video: that was saved, or "" */
    bool holds;                                  /* the list holds the video now */
    int64_t index;                               /* its place, from 0; -1: not asked */
    const char *url;                             /* where it stands */
};
struct later_page {
    const char *later; /* on or off */
};

/* On the watch page: which of one's playlists hold the video, and the list that is played. */
struct save_menu_row {
    const char *id, *title, *visibility;
    bool holds;
};
struct save_menu_rows {
    struct save_menu_row *items;
    size_t n;
};
struct save_menu {
    bool offered;        /* somebody is signed in, and it can be watched */
    bool later;          /* it is in "Watch later" */
    const char *had;     /* ids of those that hold it, with blanks between them */
    const char *list_id; /* of the list that is played, or "" */
    struct save_menu_rows lists;
};
struct queue_row {
    struct card card;
    bool current;
    int64_t number; /* from 1 */
};
struct queue_rows {
    struct queue_row *items;
    size_t n;
};
struct queue {
    const char *id, *title; /* of the list; "" when none is played */
    int64_t number, all;    /* of the video among those of the list */
    const char *next_id;    /* the next of them, or "" */
    struct queue_rows rows;
};

/* What one member published, and who follows that. `part` says which page of the channel: "" the
 * first, videos or playlists. */
struct channel_row { /* the beginning of a playlist */
    const char *id, *title, *first_id;
    int64_t videos;
    struct card_list cards;
};
struct channel_rows {
    struct channel_row *items;
    size_t n;
};
struct channel_page {
    struct frame frame;
    const char *handle, *name, *avatar_url, *about_text;
    struct html about;
    int64_t video_count, followers, since_ms;
    bool own, followed;
    const char *part;
    struct card_list videos;  /* of the first page: the newest */
    struct card_list popular; /* of the first page, when there is more than one row */
    struct channel_rows rows;
    const char *sort;            /* of part videos: new or popular */
    struct playlist_cards lists; /* of part playlists */
    struct pager pager;
};
/* The creators whom a member follows, and what they publish. */
struct following_page {
    struct frame frame;
    struct card_list videos;
    struct pager pager;
};
struct creator_row {
    const char *handle, *name, *avatar_url, *latest; /* latest: "3 days ago", or "" */
    int64_t videos;
};
struct creator_rows {
    struct creator_row *items;
    size_t n;
};
struct creators_page {
    struct frame frame;
    int64_t all;
    struct creator_rows creators;
    struct pager pager;
};

/* The watch page: the player for those who may play, else the offer. */
struct watch_page {
    struct frame frame;
    const char *id, *title, *state, *visibility, *tags;
    struct html description;
    const char *category, *category_slug;
    const char *channel_name, *channel_handle, *channel_avatar_url;
    const char *poster_url;
    const char *preview_url; /* "" when there is none */
    int64_t views, published_ms, length_ms, followers;
    int64_t likes, dislikes;
    const char *rating; /* the viewer's own: up, none or down */
    bool playable, own, can_rate, can_follow, followed;
    int64_t resume_ms, preview_seconds, price_minor;
    const char *currency;
    struct card_list related;
    struct save_menu save_menu;
    struct queue queue;
};

/* The answer to a rating. */
struct rating_page {
    int64_t likes, dislikes;
    const char *rating;
};

/* The answer of /api/play, and of /api/beat: the token for the next beat. */
struct play_page {
    const char *media_url, *storyboard_url, *token;
    int64_t seq, beat_s, resume_ms, expires_ms; /* seq: of the next beat */
};
struct beat_page {
    const char *token;
};

/* The test provider's own page, and what a bank transfer has to say. */
struct pay_page {
    struct frame frame;
    const char *key, *state, *currency; /* state: open, paid, declined, closed */
    int64_t amount_minor, months;
};
struct pay_manual_page {
    struct frame frame;
    const char *state, *currency, *amount, *holder, *iban, *iban_plain, *bic, *reference;
    int64_t amount_minor, months, until_ms; /* so long may it be paid */
};

/* What an uploader writes about a video, in the forms of upload and studio (views/video_fields). */
struct video_fields {
    const char *title, *description, *tags, *visibility;
    bool allow_preview;
    struct category_options categories;
    int64_t preview_seconds;
    const char *problem_field, *problem; /* which field was refused and why, or "" */
};

struct upload_page {
    struct frame frame;
    struct video_fields fields;
    const char *formats;
    int64_t max_bytes, max_minutes, quota_bytes, used_bytes, uploads_per_day;
    int64_t chunk_bytes, expiry_hours; /* of the transfer in pieces */
};

/* A new upload, for programs. */
struct tus_page {
    const char *url;
};

/* The studio: one's own videos and what has become of them. */
struct studio_row {
    const char *id, *title, *poster_url, *visibility;
    const char *state; /* processing, ready, failed or blocked */
    const char *error; /* why processing failed, in words, or "" */
    bool working;      /* it is being processed, also when it can be watched already */
    int64_t percent;   /* of processing */
    int64_t length_ms, views, likes, created_ms;
    int64_t shown, opened; /* on home pages, and from there */
};
struct studio_rows {
    struct studio_row *items;
    size_t n;
};
struct studio_page {
    struct frame frame;
    struct studio_rows videos;
    struct pager pager;
    int64_t used_bytes, quota_bytes; /* of what was uploaded */
};

/* Columns over time; the view box is 100 high. */
struct chart_bar {
    int64_t x, y, width, height;
    const char *label;
};
struct chart_bars {
    struct chart_bar *items;
    size_t n;
};
struct chart {
    struct chart_bars bars;
    int64_t width;                      /* of the view box */
    const char *first, *last, *highest; /* labels; first and highest "" of a single column */
};

/* How a video is watched, by others than its creator. */
struct audience_part {
    int64_t from_ms, to_ms, plays;
};
struct audience_parts {
    struct audience_part *items;
    size_t n;
};
struct audience_view {
    int64_t viewers, watched_ms, average_ms; /* average_ms: of a member on a day */
    struct audience_parts parts;             /* of the video; none until it was played */
    struct chart chart;                      /* of their plays */
};

/* How often it was recommended to members. */
struct exposure_view {
    bool possible; /* everybody may see it */
    int64_t shown, opened, opened_bp;
    int64_t unproven_percent;  /* of recommendations that new videos get */
    struct chart chart;        /* of the latest days */
    struct exposure_days days; /* those that it was shown on */
};

/* One of them: its text, its pictures and what is stored of it. */
struct rendition_row {
    const char *name;
    int64_t width, height, kbps, bytes; /* height 0: the sound; kbps: the average */
};
struct rendition_rows {
    struct rendition_row *items;
    size_t n;
};
struct studio_video_page {
    struct frame frame;
    struct studio_row video;
    struct video_fields fields;
    struct rendition_rows renditions;
    struct audience_view audience;
    struct exposure_view exposure;
    const char *category; /* its slug */
    int64_t dislikes, published_ms, original_bytes, stored_bytes;
    bool lacks_preview; /* was processed without one */
};

/* What a member watched. */
struct history_row {
    const char *id, *title, *poster_url, *channel_name, *channel_handle;
    const char *ago;
    int64_t length_ms, seen_percent, watched_ms;
};
struct history_rows {
    struct history_row *items;
    size_t n;
};
struct history_day {
    const char *label; /* "Yesterday" */
    struct history_rows videos;
};
struct history_days {
    struct history_day *items;
    size_t n;
};
struct history_page {
    struct frame frame;
    bool paused;       /* nothing is added to it */
    const char *words; /* that were looked for, or "" */
    struct history_rows videos;
    struct history_days days; /* the same, by day */
    struct pager pager;
};

/* Sign-up, login and what a program gets for it. `why` is a refusal, `next` where to go then. */
struct signup_page {
    struct frame frame;
    struct problem why;
    const char *email, *handle, *name, *next;
};
struct login_page {
    struct frame frame;
    struct problem why;
    const char *name, *next;
};
struct token_page {
    const char *token, *csrf;
    int64_t expires_ms;
};

/* One's own account, password and logins. */
struct account_page {
    struct frame frame;
    struct problem why;
    const char *email, *handle, *name, *about;
    int64_t created_ms, play_until_ms; /* play_until_ms: 0 for never paid */
};
/* Where a creator is paid, and what was. */
struct payout_row {
    int64_t id, amount_minor, changed_ms;
    const char *currency, *iban_end, *note;
    const char *state; /* as in app/payout/payout.h */
    const char *words; /* ... as a person says it */
    bool is_back;      /* its money is payable again; note says why */
};
struct payout_rows {
    struct payout_row *items;
    size_t n;
};
struct payee_page {
    struct frame frame;
    struct problem why;
    const char *holder, *iban, *vat_id; /* as typed, or as stored; iban: only as typed */
    const char *state;                  /* of the account: active, incomplete or "" for none */
    const char *iban_end, *currency;
    int64_t payable_minor, threshold_minor, hold_days, wait_days;
    int64_t next_ms;    /* when the next run begins */
    int64_t waits_ms;   /* nothing is paid before that; 0: no need to wait */
    bool account_waits; /* ... because the account is new; else because the member is */
    bool may_ask_rest, asked_rest;
    const char *hold_kind; /* freeze, review or "" */
    const char *hold_reason, *appeal, *typed_appeal;
    struct html said; /* the appeal, in paragraphs */
    int64_t hold_ms, appeal_ms;
    struct payout_rows payouts;
};

struct password_page {
    struct frame frame;
    struct problem why;
    const char *email; /* for password managers */
};
struct session_row {
    int64_t id, created_ms, used_ms;
    const char *agent, *network, *used; /* used: "3 days ago" */
    bool is_this;
};
struct session_rows {
    struct session_row *items;
    size_t n;
};
struct sessions_page {
    struct frame frame;
    struct session_rows sessions;
};

/* For moderators: how the site is, what failed, and what somebody looked for. */
struct admin_page {
    struct frame frame;
    int64_t members, subscribers;
    struct video_totals totals;
    struct job_state_list jobs;
    struct transcode_failure_list failures;
    const char *find; /* as typed: a video's id or address, or a member's handle */
    bool has_video, has_member, has_nothing; /* nothing of that name */
    struct video video;
    struct account member;
    bool may_block_member; /* who moderates only blocks those of a lower role */
};
struct admin_jobs_page {
    struct frame frame;
    struct job_state_list runs;
};

/* What the site promises about money, in numbers of the config in force. */
struct terms {
    int64_t price_minor, year_minor, tax_minor, fee_minor, creators_minor,
        platform_minor; /* year 0: not offered */
    const char *currency;
    int64_t share_bp, min_unit_seconds, video_min_seconds, day_max_hours;
    int64_t settle_hours, close_day, hold_days, threshold_minor, payout_day, first_days;
    int64_t grace_days, refund_days, refund_minutes, viewers_min;
    int64_t creators_max, account_wait_days, review_percent, review_young_days;
    bool scaled, fees_shared, uplift, offset, count_hidden;
};
struct terms_page {
    struct frame frame;
    struct problem why;
    struct terms terms;
    struct html own;  /* what the operator adds */
    const char *text; /* the same as typed */
    bool may_edit;
};

/* A paid month and everything it was divided into: the lines add up to `spent.gross_minor`. */
struct spending_line {
    const char *kind;   /* refunded, tax, fee, platform, creator, creators (waiting for them), idle,
                          pool or borne */
    const char *label;  /* in words */
    const char *handle; /* of a channel, or "" */
    int64_t seconds, minor;
    int64_t x, width; /* in the picture, of 1000 */
};
struct spending_lines {
    struct spending_line *items;
    size_t n;
};
struct spending_month {
    struct spent spent;
    struct spending_lines lines;
    const char *sum; /* "9.99 = 1.67 tax + 8.32 nobody" */
};
struct spending_months {
    struct spending_month *items;
    size_t n;
};
struct spending_page {
    struct frame frame;
    struct spending_months months;
    struct pager pager;
};

/* A creator's earnings: what was earned, from what and when it is paid. */
struct earnings_line {
    struct earnings_row row;
    const char *reasons; /* why not all of it counted */
};
struct earnings_lines {
    struct earnings_line *items;
    size_t n;
};
struct earnings_page {
    struct frame frame;
    struct terms terms;
    struct earnings now;
    bool has_payee, has_hold;
    struct payout_hold hold;
    struct chart days, months;
    struct earnings_day_list day_figures;
    struct earnings_month_list month_figures;
    const char *from, *to; /* YYYY-MM-DD, of what follows */
    int64_t credited_seconds, raw_seconds;
    struct earnings_lines rows;
    struct pager pager;
    struct statement_list statements;
};
struct statement_page {
    struct frame frame;
    struct statement statement;
    struct statement_lines lines;
    const char *csv_url;
};

/* The operator's view of all money. */
struct books_page {
    struct frame frame;
    struct problem why;
    const char *currency, *month; /* month: the present one, YYYY-MM */
    struct book_totals totals;
    bool covered; /* what is owed could be paid */
    struct book_month_list months;
    struct chart chart;
    struct owed_list owed;
    bool has_audit;
    struct audit_result audit;
    bool payouts_on, switched; /* switched: by whom and when */
    struct setting_change change;
    struct payout_hold_list holds;
    struct payout_states states;
    struct payout_list payouts;
    struct policy_list policies;
    const char *creator, *reason; /* as typed */
};

#include "prototypes.h" /* generated: view_NAME() and json_NAME() of every view */
#endif
