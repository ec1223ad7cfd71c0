#include "pages/video_fields.h"
#include "app/catalogue/category.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "pages/category_options.h"
#include "web/req.h"

/* The field as it was sent, or else as it is stored. */
static const char *sent_or(struct req *r, const char *name, const char *stored)
{
    return form_has(r, name) ? form_str(r, name) : stored;
}

static enum rc read_category(struct req *r, const char *slug, int64_t *id)
{
    struct category category = { .id = 0 };
    enum rc rc = category_by_slug(r->db, r->arena, slug, &category);

    *id = category.id;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

enum rc video_text_sent(struct req *r, const struct video_text *stored, struct video_text *out)
{
    *out = *stored;
    out->title = sent_or(r, "title", stored->title);
    out->description = sent_or(r, "description", stored->description);
    out->tags = sent_or(r, "tags", stored->tags);
    out->allow_preview = form_str(r, "allow_preview")[0] != 0;
    if (form_has(r, "visibility"))
        visibility_read(form_str(r, "visibility"), &out->visibility);
    if (form_has(r, "category"))
        return read_category(r, form_str(r, "category"), &out->category_id);
    return stored->category_id ? RC_OK : read_category(r, "other", &out->category_id);
}

enum rc poster_of(struct req *r, const char **path)
{
    const struct file *file = req_file(r, "poster");

    *path = file ? file->path : "";
    if (file == NULL)
        return RC_OK;
    if (file->rc == RC_TOO_LARGE || file->bytes > IMAGE_FILE_MAX_BYTES)
        return refuse(&r->why, file->rc, "poster",
                      arena_printf(r->arena, "A picture may have at most %s.",
                                   fmt_bytes(r->arena, IMAGE_FILE_MAX_BYTES)));
    return file->rc;
}

enum rc video_fields_of(struct req *r, const struct video_text *text, struct video_fields *out)
{
    *out = (struct video_fields){
        .text = *text,
        .preview_seconds = conf()->preview_seconds,
        .problem = r->why.text ? r->why.text : "",
        .problem_field = r->why.field ? r->why.field : "",
    };
    return category_options(r, &text->category_id, 1, &out->categories);
}
