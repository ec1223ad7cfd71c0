/*
 * queue: on the watch page, the entries around the video in the playlist that is being played.
 */
#ifndef MODELS_QUEUE_H
#define MODELS_QUEUE_H
#include "views/models/card.h"
#include "web/html.h"

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
    int64_t number, all;    /* the video's place in the list, and how many it has */
    const char *next_id;    /* the next video, or "" */
    struct queue_rows rows;
};
#endif
