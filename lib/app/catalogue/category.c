#include "app/catalogue/category.h"
#include "base/str.h"

SHAPE(category_shape, struct category, COLUMN(struct category, id), COLUMN(struct category, slug),
      COLUMN(struct category, name), COLUMN(struct category, group_id),
      COLUMN(struct category, group), COLUMN(struct category, position));
SHAPE(group_shape, struct category_group, COLUMN(struct category_group, id),
      COLUMN(struct category_group, name), COLUMN(struct category_group, position));

/* `group` is a word of SQL. */
STMT(q_all, &category_shape,
     "SELECT c.id, c.slug, c.name, c.group_id, g.name AS `group`, c.position FROM category c"
     " JOIN category_group g ON g.id = c.group_id WHERE c.merged_into IS NULL"
     " ORDER BY g.position, g.id, c.position, c.slug = 'other', c.name, c.id");
struct alias {
    const char *slug;
    int64_t into;
};
struct alias_list {
    struct alias *items;
    size_t n;
};
SHAPE(alias_shape, struct alias, COLUMN(struct alias, slug), COLUMN(struct alias, into));
STMT(q_aliases, &alias_shape,
     "SELECT slug, merged_into AS `into` FROM category WHERE merged_into IS NOT NULL");
STMT(q_groups, &group_shape, "SELECT id, name, position FROM category_group ORDER BY position, id");
STMT(q_group, &number_shape, "SELECT id AS n FROM category_group WHERE name = ?");
STMT(q_next, &number_shape, "SELECT COALESCE(MAX(id), 0) + 1 AS n FROM category");
STMT(q_count, &number_shape, "SELECT COUNT(*) AS n FROM category WHERE merged_into IS NULL");
STMT(q_last_group, &number_shape,
     "SELECT COALESCE(MAX(position), 0) + 10 AS n FROM category_group");
STMT(q_add_group, NULL, "INSERT INTO category_group (name, position) VALUES (?, ?)");
STMT(q_place_group, NULL, "UPDATE category_group SET name = ?, position = ? WHERE id = ?");
STMT(
    q_add, NULL,
    "INSERT INTO category (id, slug, name, group_id, position, merged_into) VALUES (?, ?, ?, ?, ?, ?)");
STMT(q_edit, NULL,
     "UPDATE category SET slug = ?, name = ?, group_id = ?, position = ? WHERE id = ?");
STMT(q_merge, NULL, "UPDATE category SET merged_into = ? WHERE id = ? OR merged_into = ?");
STMT(q_merged, &number_shape,
     "SELECT c.id AS n FROM category c WHERE c.merged_into IS NOT NULL"
     " AND EXISTS (SELECT 1 FROM video v WHERE v.category_id = c.id) LIMIT 1");
STMT(q_into, &number_shape, "SELECT merged_into AS n FROM category WHERE id = ?");
STMT(q_move, NULL, "UPDATE video SET category_id = ? WHERE category_id = ? LIMIT 1000");

enum rc category_all(struct db *db, struct arena *a, struct category_list *out)
{
    return DB_LIST_CACHED(db, a, &q_all, NO_ARGS, CATEGORY_CACHE_S, CATEGORIES_MAX, out);
}

bool category_begins_group(const struct category_list *all, size_t at)
{
    return at == 0 || all->items[at].group_id != all->items[at - 1].group_id;
}

bool category_ends_group(const struct category_list *all, size_t at)
{
    return at + 1 == all->n || category_begins_group(all, at + 1);
}

/* The category with this slug or, if it is NULL, with this id. */
static enum rc find(struct db *db, struct arena *a, int64_t id, const char *slug,
                    struct category *out)
{
    struct category_list all;

    TRY(category_all(db, a, &all));
    for (size_t i = 0; i < all.n; i++)
        if (slug ? str_eq(all.items[i].slug, slug) : all.items[i].id == id) {
            *out = all.items[i];
            return RC_OK;
        }
    return RC_NOT_FOUND;
}

enum rc category_by_slug(struct db *db, struct arena *a, const char *slug, struct category *out)
{
    struct alias_list aliases;
    enum rc rc = find(db, a, 0, slug, out);

    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(DB_LIST_CACHED(db, a, &q_aliases, NO_ARGS, CATEGORY_CACHE_S, DB_ROWS_MAX, &aliases));
    for (size_t i = 0; i < aliases.n; i++)
        if (str_eq(aliases.items[i].slug, slug))
            return find(db, a, aliases.items[i].into, NULL, out);
    return RC_NOT_FOUND;
}

enum rc category_by_id(struct db *db, struct arena *a, int64_t id, struct category *out)
{
    return find(db, a, id, NULL, out);
}

/* Changing */

enum rc category_groups(struct db *db, struct arena *a, struct category_group_list *out)
{
    return DB_LIST(db, a, &q_groups, NO_ARGS, CATEGORY_GROUPS_MAX, out);
}

static enum rc check_name(const char *name, const char *field, struct problem *why)
{
    if (!name[0])
        return refuse(why, RC_INVALID, field, "Give it a name.");
    if (str_chars(name) > CATEGORY_NAME_MAX_CHARS)
        return refuse(why, RC_INVALID, field, "A name may have at most 60 characters.");
    return RC_OK;
}

/* "News & History" becomes news-history. */
static const char *slug_of(struct arena *a, const char *name)
{
    char *slug = arena_alloc(a, CATEGORY_SLUG_MAX_CHARS + 1);
    size_t n = 0;

    for (const char *p = name; *p && n < CATEGORY_SLUG_MAX_CHARS; p++) {
        char c = *p >= 'A' && *p <= 'Z' ? (char)(*p - 'A' + 'a') : *p;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (plain || (n && slug[n - 1] != '-'))
            slug[n++] = plain ? c : '-';
    }
    while (n && slug[n - 1] == '-')
        n--;
    slug[n] = 0;
    return slug;
}

/* What was typed, clean and checked. */
struct checked {
    struct arena *a;
    const struct category *old; /* NULL: a new one */
    struct deed *deed;
    const char *name, *slug, *group;
    int64_t position;
    struct problem *why;
};

static const char *about(struct arena *a, const struct category *c)
{
    return arena_printf(a, "category:%s", c->slug);
}

static enum rc check(struct arena *a, const struct category_text *typed, struct checked *out)
{
    const char *slug = str_clean(a, typed->slug, false);

    out->a = a;
    out->name = str_clean(a, typed->name, false);
    out->group = str_clean(a, typed->group, false);
    out->position = typed->position;
    TRY(check_name(out->name, "name", out->why));
    TRY(check_name(out->group, "group", out->why));
    out->slug = slug[0] ? slug : slug_of(a, out->name);
    if (!out->slug[0] || strlen(out->slug) > CATEGORY_SLUG_MAX_CHARS ||
        !str_only(out->slug, "abcdefghijklmnopqrstuvwxyz0123456789-"))
        return refuse(out->why, RC_INVALID, "slug",
                      "An address has letters a to z, digits and hyphens, at most 60.");
    return deed_check(a, out->deed, out->why);
}

static enum rc group_id(struct db *db, struct checked *c, int64_t *id)
{
    struct category_group_list all;
    int64_t position;
    enum rc rc = db_number(db, c->a, &q_group, ARGS(STR(c->group)), id);

    if (rc != RC_NOT_FOUND)
        return rc;
    TRY(category_groups(db, c->a, &all));
    if (all.n == CATEGORY_GROUPS_MAX)
        return refuse(c->why, RC_INVALID, "group", "There can be at most 20 groups.");
    TRY(db_number(db, c->a, &q_last_group, NO_ARGS, &position));
    return db_insert(db, &q_add_group, ARGS(STR(c->group), I64(position)), id);
}

static enum rc insert(struct db *db, struct arena *a, const char *slug, const char *name,
                      int64_t group, int64_t position, int64_t merged_into)
{
    int64_t id;

    TRY(db_number(db, a, &q_next, NO_ARGS, &id));
    return db_run(
        db, &q_add,
        ARGS(I64(id), STR(slug), STR(name), I64(group), I64(position), ID_OR_NULL(merged_into)),
        NULL);
}

static enum rc add(struct db *db, void *arg)
{
    struct checked *c = arg;
    int64_t n, group;

    TRY(db_number(db, c->a, &q_count, NO_ARGS, &n));
    if (n >= CATEGORIES_MAX)
        return refuse(c->why, RC_INVALID, "name", "There can be at most 100 categories.");
    TRY(group_id(db, c, &group));
    TRY(insert(db, c->a, c->slug, c->name, group, c->position, 0));
    return deed_add(db, c->a, c->deed, arena_printf(c->a, "added the category %s", c->name),
                    "category");
}

static enum rc edit(struct db *db, void *arg)
{
    struct checked *c = arg;
    int64_t group;

    TRY(group_id(db, c, &group));
    TRY(db_run(db, &q_edit,
               ARGS(STR(c->slug), STR(c->name), I64(group), I64(c->position), I64(c->old->id)),
               NULL));
    if (!str_eq(c->slug, c->old->slug))
        TRY(insert(db, c->a, c->old->slug, c->old->name, group, c->position, c->old->id));
    return deed_add(db, c->a, c->deed,
                    arena_printf(c->a, "changed the category %s to %s", c->old->name, c->name),
                    about(c->a, c->old));
}

static enum rc explain(enum rc rc, struct problem *why)
{
    if (rc != RC_CONFLICT)
        return rc;
    return refuse(why, rc, "slug", "Another category has, or had, this address.");
}

enum rc category_add(struct db *db, struct arena *a, const struct category_text *typed,
                     struct deed *deed, struct problem *why)
{
    struct checked c = { .why = why, .deed = deed };

    TRY(check(a, typed, &c));
    return explain(db_transact(db, add, &c), why);
}

enum rc category_edit(struct db *db, struct arena *a, const struct category *old,
                      const struct category_text *typed, struct deed *deed, struct problem *why)
{
    struct checked c = { .why = why, .old = old, .deed = deed };

    TRY(check(a, typed, &c));
    return explain(db_transact(db, edit, &c), why);
}

struct placing {
    struct arena *a;
    int64_t id, position;
    const char *name;
    const struct deed *deed;
};

static enum rc place(struct db *db, void *arg)
{
    const struct placing *x = arg;

    TRY(db_run(db, &q_place_group, ARGS(STR(x->name), I64(x->position), I64(x->id)), NULL));
    return deed_add(db, x->a, x->deed,
                    arena_printf(x->a, "changed the group %s of categories", x->name), "category");
}

enum rc category_place_group(struct db *db, struct arena *a, int64_t id, const char *name,
                             int64_t position, struct deed *deed, struct problem *why)
{
    struct placing x = { a, id, position, str_clean(a, name, false), deed };

    TRY(check_name(x.name, "group", why));
    TRY(deed_check(a, deed, why));
    enum rc rc = db_transact(db, place, &x);
    return rc == RC_CONFLICT ? refuse(why, rc, "group", "Another group has this name.") : rc;
}

struct merging {
    struct arena *a;
    const struct category *from, *into;
    const struct deed *deed;
};

static enum rc merge(struct db *db, void *arg)
{
    const struct merging *x = arg;

    TRY(db_run(db, &q_merge, ARGS(I64(x->into->id), I64(x->from->id), I64(x->from->id)), NULL));
    return deed_add(
        db, x->a, x->deed,
        arena_printf(x->a, "merged the category %s into %s", x->from->name, x->into->name),
        about(x->a, x->from));
}

enum rc category_merge(struct db *db, struct arena *a, const struct category *from,
                       const struct category *into, struct deed *deed, struct problem *why)
{
    struct merging x = { a, from, into, deed };

    if (from->id == into->id)
        return refuse(why, RC_INVALID, "into", "Choose another category than this one.");
    if (str_eq(from->slug, "other"))
        return refuse(why, RC_INVALID, "into",
                      "This category stays, for videos that fit nowhere else.");
    TRY(deed_check(a, deed, why));
    return db_transact(db, merge, &x);
}

enum rc category_move(struct db *db, struct arena *a, int64_t *moved)
{
    int64_t from, into;

    *moved = 0;
    enum rc rc = db_number(db, a, &q_merged, NO_ARGS, &from);
    if (rc == RC_OK)
        rc = db_number(db, a, &q_into, ARGS(I64(from)), &into);
    if (rc == RC_OK)
        rc = db_run(db, &q_move, ARGS(I64(into), I64(from)), moved);
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}
