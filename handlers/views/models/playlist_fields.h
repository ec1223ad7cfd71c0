/*
 * playlist_fields: the fields of the form about a playlist.
 */
#ifndef MODELS_PLAYLIST_FIELDS_H
#define MODELS_PLAYLIST_FIELDS_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct playlist_fields {
    const char *title, *description;
    enum visibility visibility;
    const char *problem_field, *problem; /* which field was refused and why, or "" */
};
#endif
