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

/* At most `max` of them. */
struct playlist_cards playlist_cards_of(struct req *r, const struct playlists *lists, size_t max);

/* The fields title, description and visibility; those that were not sent stay as they are in *text. */
void typed_playlist_of(struct req *r, struct playlist_text *text);

/* One's own playlists; `text` is what the form for a new one holds. */
MUST_USE enum rc playlists_page_of(struct req *r, const struct playlist_text *text,
                                   struct playlists_page *page);

/* One playlist; `text` is what its form holds, NULL: as it is. `rows`: with its videos. */
MUST_USE enum rc playlist_page_of(struct req *r, const struct playlist *p,
                                  const struct playlist_text *text, bool rows,
                                  struct playlist_page *page);

/* Where the entry of that index, from 0, stands. */
const char *entry_url(struct req *r, const struct playlist *p, const char *video, int64_t index);
#endif
