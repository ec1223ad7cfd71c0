/*
 * queue: on the watch page, the playlist that is being played, around the video.
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
    int64_t number, all;    /* of the video among those of the list */
    const char *next_id;    /* the next of them, or "" */
    struct queue_rows rows;
};
#endif
