/*
 * frame: what every page has around it; filled by frame_of() in handlers/pages/frame.h.
 */
#ifndef MODELS_FRAME_H
#define MODELS_FRAME_H
#include "web/html.h"

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
#endif
