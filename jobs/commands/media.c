/* The commands about the addresses of media: who fetches them, and cutting them off. */
#include "app/catalogue/video.h"
#include "app/publish/revoke.h"
#include "base/str.h"
#include "commands/command.h"
#include "io/store.h"

enum { TOP_MAX_BYTES = 16 * 1024 };

static enum rc revoke(struct run *run)
{
    const char *id = run->args[0];
    struct video v;

    enum rc rc = video_get(run->db, run->a, id, &v);
    if (rc == RC_NOT_FOUND)
        return refuse(&run->why, rc, NULL, "There is no video of that name.");
    TRY(rc);
    TRY(revoke_video(run->db, v.public_id, v.id));
    printf("all addresses of %s that were given out end within seconds; players ask for new ones\n",
           v.public_id);
    return RC_OK;
}

static enum rc top(struct run *run)
{
    char *text;
    size_t n;

    enum rc rc = store_read(run->a, STORE_VAR, "run/media.top", TOP_MAX_BYTES, &text, &n);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    fputs(text, stdout);
    return RC_OK;
}

const struct command media_commands[] = {
    { "media top", "",
      "the media addresses that most networks fetch, lately: networks, requests, video, scope and\n"
      "      when the address expires",
      top, true },
    { "media revoke", "VIDEO", "void all addresses of a video that were given out", revoke, false },
    { NULL, NULL, NULL, NULL, false },
};
