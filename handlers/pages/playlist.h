/*
 * playlist: what the pages of playlists show.
 */
#ifndef PAGES_PLAYLIST_H
#define PAGES_PLAYLIST_H
#include "app/catalogue/playlist.h"
#include "pages/cards.h"
#include "views/models/playlist.h"
#include "views/models/playlist_card.h"
#include "views/models/playlists.h"

enum { PLAYLIST_FIELDS_MAX_BYTES = 32 * 1024 }; /* percent-encoded, the longest text has 16 KB */

/* At most `max` playlists, as cards. */
struct playlist_cards playlist_cards_of(struct req *r, const struct playlists *lists, size_t max);

/* Reads the fields title, description and visibility; fields that were not sent leave *text as it
 * is. */
void typed_playlist_of(struct req *r, struct playlist_text *text);

/* The viewer's own playlists; `text` fills the form for a new one. */
MUST_USE enum rc playlists_page_of(struct req *r, const struct playlist_text *text,
                                   struct playlists_page *page);

/* One playlist; `text` fills its form, NULL: with what is stored. `rows`: with its videos. */
MUST_USE enum rc playlist_page_of(struct req *r, const struct playlist *p,
                                  const struct playlist_text *text, bool rows,
                                  struct playlist_page *page);

/* The address of the page and place where the entry with that index, from 0, is. */
const char *entry_url(struct req *r, const struct playlist *p, const char *video, int64_t index);
#endif
