/*
 * save_menu: on the watch page, the menu that saves the video in playlists.
 */
#ifndef MODELS_SAVE_MENU_H
#define MODELS_SAVE_MENU_H
#include "app/catalogue/video.h"
#include "web/html.h"

struct save_menu_row {
    const char *id, *title;
    enum visibility visibility;
    bool holds;
};
struct save_menu_rows {
    struct save_menu_row *items;
    size_t n;
};
struct save_menu {
    bool offered;        /* somebody is signed in, and the video can be watched */
    bool later;          /* it is in "Watch later" */
    const char *had;     /* ids of the lists that hold it, separated by blanks */
    const char *list_id; /* of the list that is being played, or "" */
    struct save_menu_rows lists;
};
#endif
