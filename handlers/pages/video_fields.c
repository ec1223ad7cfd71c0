#include "pages/video_fields.h"
#include "app/catalogue/category.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "web/req.h"

static const char *or_else(struct req *r, const char *name, const char *absent)
{
    return form_has(r, name) ? form_str(r, name) : absent;
}

enum rc video_text_of(struct req *r, struct video_text *out)
{
    struct category category = { .id = 0 };

    enum rc rc = category_by_slug(r->db, r->arena, or_else(r, "category", "other"), &category);
    *out = (struct video_text){
        .title = form_str(r, "title"),
        .description = form_str(r, "description"),
        .tags = form_str(r, "tags"),
        .category_id = category.id,
        .allow_preview = form_str(r, "allow_preview")[0] != 0,
    };
    visibility_read(or_else(r, "visibility", "public"), &out->visibility);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
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
    struct category_list all;

    TRY(category_all(r->db, r->arena, &all));
    *out = (struct video_fields){
        .title = text->title,
        .description = text->description,
        .tags = text->tags,
        .visibility = text->visibility,
        .allow_preview = text->allow_preview,
        .preview_seconds = conf()->preview_seconds,
        .problem = r->why.text ? r->why.text : "",
        .problem_field = r->why.field ? r->why.field : "",
    };
    out->categories.n = all.n;
    out->categories.items = arena_array(r->arena, struct category_option, all.n);
    for (size_t i = 0; i < all.n; i++)
        out->categories.items[i] = (struct category_option){ all.items[i].slug, all.items[i].name,
                                                             all.items[i].id == text->category_id };
    return RC_OK;
}
