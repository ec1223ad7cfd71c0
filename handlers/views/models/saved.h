/*
 * saved: the answer to a change of a playlist, for scripts and programs.
 */
#ifndef MODELS_SAVED_H
#define MODELS_SAVED_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct saved_page {
    const char *id, *title; /* of the list */
    enum visibility visibility;
    const char *video; /* the saved one, or "" */
    bool holds;        /* the list holds the video now */
    int64_t index;     /* its place, from 0; -1: not asked for */
    const char *url;   /* the address of the page that holds it */
};

JSON_VIEW(saved, struct saved_page);
#endif
