/*
 * saved: the answers to changes, for scripts and programs.
 */
#ifndef MODELS_SAVED_H
#define MODELS_SAVED_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct saved_page {
    const char *id, *title; /* of the list */
    enum visibility visibility;
    const char *video; /* that was saved, or "" */
    bool holds;        /* the list holds the video now */
    int64_t index;     /* its place, from 0; -1: not asked */
    const char *url;   /* where it stands */
};

JSON_VIEW(saved, struct saved_page);
#endif
