/*
 * package: makes the files that a video is watched from.
 *
 * full/     NAME.mp4 per rendition (pictures only) and audio.mp4, each one CMAF file; NAME.m3u8,
 *           audio.m3u8: byte ranges into it; master.m3u8, written last, names what is there
 *           storyboard.jpg, storyboard.vtt: small pictures for the seek bar
 * poster/   poster.jpg, card.jpg: for the player before it starts, and for lists
 * preview/  preview.mp4: the first seconds, one plain MP4
 *
 *     TRY(media_probe(a, source, &watch, &info, why));
 *     TRY(media_plan(&info, &plan));
 *     for (int stage = 0; stage < plan.stages; stage++)
 *         TRY(package_stage(a, source, &info, &plan, stage, full, &watch, why));
 *     TRY(package_poster(a, &plan, full, poster)); ... and so on, after any stage or the last
 *
 * The directories exist, and only this program writes into them. ffmpeg writes into a directory
 * `work` below them; its products are checked and renamed into place, so that a reader never sees
 * half a file. A killed run is simply repeated: stages that were finished may be left out or made
 * again.
 *
 * Format     H.264 High and AAC-LC; segments of PACKAGE_SEGMENT_MS, at the same times in every
 *            rendition; a copied rendition keeps the key frames it came with, and the others
 *            follow it.
 * Limits     output: 3 times the source and 1 GB; time: conf transcode_wall_factor times the
 *            length and 10 minutes; conf transcode_threads and transcode_nice.
 * Memory     an arena of 32 MB is enough for the longest video (12 h).
 * Errors     RC_INVALID  the source is at fault, *why says how
 *            RC_FULL, RC_BUSY (the watcher stopped it), RC_FAIL (crash, time: try again)
 */
#ifndef AV_PACKAGE_H
#define AV_PACKAGE_H
#include "av/media.h"

enum { PACKAGE_SEGMENT_MS = 4000 };

/* Make the renditions of one stage, and in stage 0 the sound; stage 1 needs stage 0's files. */
MUST_USE enum rc package_stage(struct arena *a, const char *source, const struct media_info *info,
                               const struct media_plan *plan, int stage, const char *full_dir,
                               const struct media_watch *watch, struct problem *why);

/* These three work from what package_stage() has made so far: the largest rendition for the
 * poster, the smallest for the other two. */
MUST_USE enum rc package_poster(struct arena *a, const struct media_plan *plan,
                                const char *full_dir, const char *poster_dir);
MUST_USE enum rc package_storyboard(struct arena *a, const struct media_plan *plan,
                                    const char *full_dir);
MUST_USE enum rc package_preview(struct arena *a, const struct media_plan *plan,
                                 const char *full_dir, const char *preview_dir);
#endif
