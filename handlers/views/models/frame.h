/*
 * frame: what every page has around it; filled by frame_of() in handlers/pages/frame.h.
 */
#ifndef MODELS_FRAME_H
#define MODELS_FRAME_H
#include "views/models/nav.h"
#include "web/html.h"

struct frame {
    const char *site;        /* the site's name */
    const char *site_url;    /* its address, without a slash at the end */
    const char *title;       /* of the page, "" on the home page */
    const char *description; /* one sentence for search engines and link previews, or "" */
    const char *canonical;   /* absolute address of the page */
    const char *image_url;   /* absolute address of a preview picture, or "" */
    const char *feed_url;    /* absolute address of the page's RSS feed */
    const char *section;     /* the part of the site: home, browse, upload, studio, account or "" */
    struct nav nav;          /* the pages of that part, beside this one */
    const char *query;       /* what was searched for, or "" */
    const char *here;        /* path of the page, for `next` */
    const char *csrf;        /* value of the hidden field `csrf` of every form */
    const char *banner;      /* what the operators tell everybody, or "" */
    const char *notice;      /* one sentence that says what just happened, or "" */
    bool notice_bad;         /* ... it says that something went wrong */
    bool signed_in, moderator, operator;
    bool unconfirmed; /* the viewer has not confirmed their e-mail address */
    bool subscribed;  /* may watch everything: has access, or is a moderator */
    const char *name, *handle, *avatar_url; /* of the viewer, if signed in; avatar_url may be "" */
    int64_t unread;                         /* of the viewer's notices */
    bool test_money;                        /* payments are not real: shows the striped banner */

    /* How a link to the page looks on other sites (https://ogp.me); pages/share.h fills it in. */
    const char *og_type; /* website, profile or video.other; "": not for other sites */
    const char *image_alt, *username;
    int64_t image_width, image_height; /* 0: not known */
    int64_t video_seconds, released_ms;
    bool noindex;            /* search engines are to leave it out */
    bool oembed;             /* /oembed answers for it */
    struct html linked_data; /* JSON-LD, or nothing */
};
#endif
