/* Every WORDS() of the libraries beside the schema: what a column may hold by its CHECK are the words
 * of the table, neither more nor fewer, and each CHECK of that kind belongs to a table. Needs OVS_CONF of
 * a running site. */
#include "app/catalogue/video.h"
#include "check.h"
#include "io/db.h"

extern const struct words *const __start_words[], *const __stop_words[];

struct rule {
    const char *table_name, *clause;
};
struct rule_list {
    struct rule *items;
    size_t n;
};
SHAPE(rule_shape, struct rule, COLUMN(struct rule, table_name), COLUMN(struct rule, clause));
STMT(q_rules, &rule_shape,
     "SELECT t.TABLE_NAME AS table_name, c.CHECK_CLAUSE AS clause"
     " FROM information_schema.CHECK_CONSTRAINTS c JOIN information_schema.TABLE_CONSTRAINTS t"
     " ON t.CONSTRAINT_SCHEMA = c.CONSTRAINT_SCHEMA AND t.CONSTRAINT_NAME = c.CONSTRAINT_NAME"
     " AND t.CONSTRAINT_TYPE = 'CHECK' WHERE c.CONSTRAINT_SCHEMA = DATABASE()"
     " AND c.CHECK_CLAUSE LIKE '% in (%''%'");
STMT(q_columns, &number_shape,
     "SELECT COUNT(*) AS n FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
     " AND CONCAT(TABLE_NAME, '.', COLUMN_NAME) = ?");

static struct arena *a;
static struct db *db;
static struct rule_list rules;

/* What stands between the n-th pair of these marks, from 0; NULL past the last. MySQL writes a
 * clause as (`state` in (_ascii\'open\',_ascii\'done\')), MariaDB without backslashes and sets. */
static const char *between(const char *s, char mark, size_t n)
{
    for (;; n--) {
        const char *begin = strchr(s, mark), *end = begin ? strchr(begin + 1, mark) : NULL;
        if (end == NULL)
            return NULL;
        size_t bytes = (size_t)(end - begin) - 1;
        if (n == 0)
            return arena_strn(a, begin + 1, bytes - (bytes && end[-1] == '\\'));
        s = end + 1;
    }
}

static const char *column_of(const struct rule *r)
{
    return arena_printf(a, "%s.%s", r->table_name, between(r->clause, '`', 0));
}

/* Does `list`, with blanks between its items, hold this one? */
static bool holds(const char *list, const char *item)
{
    size_t n = strlen(item);

    for (const char *p = list; (p = strstr(p, item)); p += n)
        if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == 0))
            return true;
    return false;
}

static void compare(const struct words *w, const struct rule *r)
{
    const char *word;
    size_t n = 0, want = 0;
    int value;

    for (; (word = between(r->clause, '\'', n)); n++)
        if (!words_find(w, word, &value)) {
            printf("  %s: enum %s lacks \"%s\"\n", column_of(r), w->name, word);
            CHECK(false);
        }
    for (size_t i = 0; i < w->n; i++)
        want += w->items[i][0] != 0;
    if (n != want)
        printf("  %s: %zu words in the schema, %zu in enum %s\n", column_of(r), n, want, w->name);
    CHECK_INT((int64_t)n, (int64_t)want);
}

static void check_table(const struct words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        CHECK(w->items[i] && strlen(w->items[i]) <= WORD_MAX_BYTES);
        int value = -1;
        CHECK(w->items[i] && words_find(w, w->items[i], &value) && value == (int)i);
    }
    const char *p = w->columns;
    for (size_t n; *p; p += n + (p[n] == ' ')) {
        int64_t columns = 0;
        n = strcspn(p, " ");
        CHECK_INT(db_number(db, a, &q_columns, ARGS(STR(arena_strn(a, p, n))), &columns), RC_OK);
        CHECK_INT(columns, 1);
    }
}

static void check_rule(const struct rule *r)
{
    size_t tables = 0;

    for (const struct words *const *w = __start_words; w < __stop_words; w++)
        if (holds((*w)->columns, column_of(r))) {
            compare(*w, r);
            tables++;
        }
    if (tables != 1)
        printf("  %s: %zu tables of words\n", column_of(r), tables);
    CHECK_INT((int64_t)tables, 1);
}

static void check_reading(void)
{
    static const struct {
        const char *word;
        bool known;
        enum visibility value;
    } rows[] = {
        { "public", true, VISIBILITY_PUBLIC }, { "private", true, VISIBILITY_PRIVATE },
        { "", true, VISIBILITY_NONE },         { "secret", false, VISIBILITY_NONE },
        { "Public", false, VISIBILITY_NONE },  { "public ", false, VISIBILITY_NONE },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        enum visibility v = VISIBILITY_UNLISTED;
        CHECK(visibility_read(rows[i].word, &v) == rows[i].known);
        CHECK_INT(v, rows[i].value);
        if (rows[i].known)
            CHECK_STR(visibility_word(v), rows[i].word);
    }
}

int main(void)
{
    a = arena_new(1 << 20);
    db = db_new(DB_ADMIN, 30);
    CHECK_INT(DB_LIST(db, a, &q_rules, NO_ARGS, 200, &rules), RC_OK);
    CHECK(rules.n > 10 && __stop_words - __start_words > 10);
    for (const struct words *const *w = __start_words; w < __stop_words; w++)
        check_table(*w);
    for (size_t i = 0; i < rules.n; i++)
        check_rule(&rules.items[i]);
    check_reading();
    db_close(db);
    arena_free(a);
    return check_done("unit_words");
}
