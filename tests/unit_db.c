/* db: how rows are read, one result after another and from two connections at a time; transactions;
 * and what is left of them when the server ends a connection. Needs OVS_CONF of a running site. */
#include "base/conf.h"
#include "check.h"
#include "io/db.h"
#include "numbers.h"

enum { MANY = 200000, EVEN = MANY / 2, TOO_MANY_TO_BE_UNDER_WAY = 5000000 };

STMT(q_many, &number_shape,
     "SELECT t.n + 10000 * (x.d + 10 * y.d) AS n FROM " TEN_THOUSAND
     " JOIN " DIGIT("x") " JOIN " DIGIT("y") " WHERE y.d < 2 ORDER BY 1");
STMT(q_even, &number_shape,
     "SELECT 2 * (t.n + 10000 * x.d) AS n FROM " TEN_THOUSAND " JOIN " DIGIT("x") " ORDER BY 1");
STMT(q_endless, &number_shape,
     "SELECT t.n FROM " TEN_THOUSAND
     " JOIN " DIGIT("x") " JOIN " DIGIT("y") " JOIN " DIGIT("z") " WHERE z.d < 5");
STMT(q_none, &number_shape,
     "SELECT x.d AS n FROM " DIGIT("x") " WHERE x.d BETWEEN 1 AND 5 AND x.d > ? ORDER BY 1");
STMT(q_self, &number_shape, "SELECT CONNECTION_ID() AS n");

struct mixed {
    int64_t i;
    int small;
    bool yes;
    double f;
    const char *text;
    struct bytes bytes;
};
struct mixed_list {
    struct mixed *items;
    size_t n;
};
SHAPE(mixed_shape, struct mixed, COLUMN(struct mixed, i), COLUMN(struct mixed, small),
      COLUMN(struct mixed, yes), COLUMN(struct mixed, f), COLUMN(struct mixed, text),
      COLUMN(struct mixed, bytes));
STMT(q_mixed, &mixed_shape,
     "SELECT * FROM (SELECT ? AS i, ? AS small, TRUE AS yes, ? AS f, ? AS text, ? AS bytes"
     " UNION ALL SELECT NULL, NULL, NULL, NULL, NULL, NULL) m");

enum flavour { FLAVOUR_NONE, FLAVOUR_SWEET, FLAVOUR_SALTY };
enum firmness { SOFT, HARD };
WORDS_OF(flavour);
WORDS_OF(firmness);
WORDS(flavour, "", [FLAVOUR_NONE] = "", [FLAVOUR_SWEET] = "sweet", [FLAVOUR_SALTY] = "salty");
WORDS(firmness, "", [SOFT] = "soft", [HARD] = "hard");

struct taste {
    enum flavour flavour;
    enum firmness firmness;
};
struct tastes {
    struct taste *items;
    size_t n;
};
SHAPE(taste_shape, struct taste, COLUMN_WORD(struct taste, flavour, flavour),
      COLUMN_WORD(struct taste, firmness, firmness));
STMT(q_taste, &taste_shape,
     "SELECT CAST(? AS CHAR(40)) AS flavour, CAST(? AS CHAR(40)) AS firmness");

/* What db_check has to refuse; not in the list of unit_sql. */
SHAPE(number_of_word, struct taste, COLUMN(struct taste, firmness));
SHAPE(word_of_number, struct taste, COLUMN_WORD(struct taste, firmness, firmness));
SHAPE(word_of_others, struct taste, COLUMN_WORD(struct taste, firmness, firmness));
static const struct stmt misfits[] = {
    { "number_of_word", "SELECT 'soft' AS firmness", &number_of_word },
    { "word_of_number", "SELECT 1 AS firmness", &word_of_number },
    { "word_of_others", "SELECT state AS firmness FROM video", &word_of_others },
    { "of_no_name", "SELECT 'soft' AS softness", &word_of_others },
};

STMT(q_put, NULL, "INSERT INTO db_test (n) VALUES (?)");
STMT(q_put_once, NULL, "INSERT IGNORE INTO db_test (n) VALUES (?)");
STMT(q_put_over, NULL, "INSERT INTO db_test (n) VALUES (?) ON DUPLICATE KEY UPDATE n = VALUES(n)");
STMT(q_losses, &number_shape, "SELECT CAST(@losses AS SIGNED) AS n");
STMT(q_kept, &number_shape, "SELECT n FROM db_test ORDER BY n");

static struct arena *a;
static struct db *admin, *db, *other;

static int64_t connection(struct db *of)
{
    int64_t self = 0;

    CHECK_INT(db_number(of, a, &q_self, NO_ARGS, &self), RC_OK);
    return self;
}

static void end_connection(int64_t id)
{
    CHECK_INT(db_script(admin, arena_printf(a, "KILL CONNECTION %" PRId64, id)), RC_OK);
}

static void check_columns(void)
{
    struct bytes bytes = { "a\0b", 3 };
    struct mixed_list list;

    CHECK_INT(
        DB_LIST(db, a, &q_mixed,
                ARGS(I64(INT64_MIN), I64(-7), F64(0.1), STR("é\xf0\x9f\x8e\xac"), BYTES(bytes)), 10,
                &list),
        RC_OK);
    CHECK_INT((int64_t)list.n, 2);
    const struct mixed *m = list.items;
    CHECK_INT(m[0].i, INT64_MIN);
    CHECK_INT(m[0].small, -7);
    CHECK(m[0].yes);
    CHECK(m[0].f > 0.0999999 && m[0].f < 0.1000001);
    CHECK_STR(m[0].text, "é\xf0\x9f\x8e\xac");
    CHECK(m[0].bytes.n == 3 && memcmp(m[0].bytes.at, "a\0b", 4) == 0);
    CHECK_INT(m[1].i, 0);
    CHECK_INT(m[1].small, 0);
    CHECK(!m[1].yes && !(m[1].f > 0 || m[1].f < 0));
    CHECK_STR(m[1].text, "");
    CHECK_INT((int64_t)m[1].bytes.n, 0);
}

static void check_words(void)
{
    static const struct {
        const char *flavour, *firmness;
        enum rc rc;
        struct taste want;
    } rows[] = {
        { "sweet", "hard", RC_OK, { FLAVOUR_SWEET, HARD } },
        { "salty", "soft", RC_OK, { FLAVOUR_SALTY, SOFT } },
        { "", "soft", RC_OK, { FLAVOUR_NONE, SOFT } },
        { NULL, "hard", RC_OK, { FLAVOUR_NONE, HARD } },
        { "sweet", NULL, RC_FAIL, { 0 } }, /* there is no word for that */
        { "sweet", "", RC_FAIL, { 0 } },
        { "bitter", "soft", RC_FAIL, { 0 } },
        { "Sweet", "soft", RC_FAIL, { 0 } },
        { "sweet ", "soft", RC_FAIL, { 0 } },
        { "sweetsweetsweetsweetsweetsweetswe", "soft", RC_FAIL, { 0 } }, /* longer than a word */
    };
    int64_t id = connection(db);

    for (size_t i = 0; i < COUNT(rows); i++) {
        const struct arg *args = ARGS(STR(rows[i].flavour), STR(rows[i].firmness));
        struct taste got = { FLAVOUR_NONE, SOFT };
        CHECK_INT(db_one(db, a, &q_taste, args, &got), rows[i].rc);
        if (rows[i].rc == RC_OK)
            CHECK(got.flavour == rows[i].want.flavour && got.firmness == rows[i].want.firmness);
    }
    CHECK_INT(connection(db), id); /* it is good for the next statement */
    for (size_t i = 0; i < COUNT(misfits); i++)
        CHECK_INT(db_check(db, &misfits[i]), RC_FAIL);
}

/* Twice the same; the second time they may be from the cache. */
static void check_cached_words(void)
{
    struct tastes list;

    for (int i = 0; i < 2; i++) {
        db_count_reset(db);
        CHECK_INT(DB_LIST_CACHED(db, a, &q_taste, ARGS(STR("salty"), STR("hard")), 30, 2, &list),
                  RC_OK);
        CHECK_INT((int64_t)list.n, 1);
        CHECK_INT(list.items[0].flavour, FLAVOUR_SALTY);
        CHECK_INT(list.items[0].firmness, HARD);
    }
    if (conf()->cache == CACHE_MEMCACHED)
        CHECK_INT(db_count(db), 0);
}

static void check_lists(void)
{
    struct number_list list;
    int64_t one = 5;

    CHECK_INT(DB_LIST(db, a, &q_many, NO_ARGS, 3, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 3);
    CHECK_INT(list.items[2], 3);
    CHECK_INT(DB_LIST(db, a, &q_none, ARGS(I64(9)), 3, &list), RC_OK);
    CHECK_INT((int64_t)list.n, 0);
    CHECK_INT(db_number(db, a, &q_none, ARGS(I64(9)), &one), RC_NOT_FOUND);
    CHECK_INT(one, 5);
    CHECK_INT(db_number(db, a, &q_none, ARGS(I64(3)), &one), RC_OK);
    CHECK_INT(one, 4);
}

static enum rc stop_at_three(const void *row, void *arg)
{
    int64_t *sum = arg;
    const int64_t *number = row;

    *sum += *number;
    return *number == 3 ? RC_CONFLICT : RC_OK;
}

static void check_each(void)
{
    int64_t sum = 0, id = connection(db);

    CHECK_INT(db_each(db, a, &q_many, NO_ARGS, stop_at_three, &sum), RC_CONFLICT);
    CHECK_INT(sum, 1 + 2 + 3);
    CHECK_INT(connection(db), id); /* it can be used for the next statement */
    CHECK_INT(db_each(db, a, &q_none, ARGS(I64(9)), stop_at_three, &sum), RC_OK);
    CHECK_INT(sum, 6);
}

static void check_side_by_side(void)
{
    struct db_rows *rows = NULL, *beside = NULL;
    const void *row, *next;
    int64_t n = 0, met = 0;

    CHECK_INT(db_rows_begin(db, a, &q_many, NO_ARGS, &rows), RC_OK);
    CHECK_INT(db_rows_begin(other, a, &q_even, NO_ARGS, &beside), RC_OK);
    enum rc rc = db_rows_next(beside, &next);
    for (; rc == RC_OK && (rc = db_rows_next(rows, &row)) == RC_OK && row; n++)
        if (next && *(const int64_t *)next == *(const int64_t *)row) {
            met++;
            rc = db_rows_next(beside, &next);
        }
    CHECK_INT(rc, RC_OK);
    CHECK_INT(n, MANY);
    CHECK_INT(met, EVEN);
    CHECK(next == NULL);
    CHECK_INT(db_rows_next(rows, &row), RC_OK); /* still after the last */
    CHECK(row == NULL);
    db_rows_end(rows);
    db_rows_end(beside);
    db_rows_end(NULL);
}

static void check_lost_among_rows(void)
{
    struct db_rows *rows = NULL;
    const void *row = NULL;
    int64_t id = connection(db), n = 0;

    CHECK_INT(db_rows_begin(db, a, &q_endless, NO_ARGS, &rows), RC_OK);
    CHECK_INT(db_rows_next(rows, &row), RC_OK);
    end_connection(id);
    enum rc rc = RC_OK;
    for (; rc == RC_OK && row; n++)
        rc = db_rows_next(rows, &row);
    CHECK_INT(rc, RC_BUSY);
    CHECK(n > 0 && n < TOO_MANY_TO_BE_UNDER_WAY);
    CHECK_INT(db_rows_next(rows, &row), RC_OK);
    CHECK(row == NULL);
    db_rows_end(rows);
    CHECK(connection(db) != id);
}

struct writing {
    int64_t n, kill; /* the connection that is ended once, after the first row */
    enum rc result;
    int tries;
};

static enum rc write_two(struct db *same, void *arg)
{
    struct writing *w = arg;
    int64_t kill = w->kill;

    w->tries++;
    w->kill = 0;
    TRY(db_run(same, &q_put, ARGS(I64(w->n)), NULL));
    if (kill)
        end_connection(kill);
    TRY(db_run(same, &q_put, ARGS(I64(w->n + 1)), NULL));
    return w->result;
}

static void check_transactions(void)
{
    struct writing undone = { .n = 1, .result = RC_INVALID }, done = { .n = 11 },
                   lost = { .n = 21, .kill = connection(db) }, twice = { .n = 11 };
    struct number_list kept;

    CHECK_INT(db_transact(db, write_two, &undone), RC_INVALID);
    CHECK_INT(db_transact(db, write_two, &done), RC_OK);
    CHECK_INT(db_transact(db, write_two, &lost), RC_OK);
    CHECK_INT(lost.tries, 2);
    CHECK_INT(db_transact(db, write_two, &twice), RC_CONFLICT);
    CHECK_INT(twice.tries, 1);
    CHECK_INT(DB_LIST(db, a, &q_kept, NO_ARGS, 10, &kept), RC_OK);
    CHECK_INT((int64_t)kept.n, 4);
    CHECK_INT(kept.items[0], 11);
    CHECK_INT(kept.items[1], 12);
    CHECK_INT(kept.items[2], 21);
    CHECK_INT(kept.items[3], 22);
}

static const char make_table[] =
    "DROP TABLE IF EXISTS db_test; CREATE TABLE db_test (n BIGINT PRIMARY KEY);"
    " CREATE TRIGGER db_test_lose BEFORE INSERT ON db_test FOR EACH ROW"
    " IF @losses > 0 THEN SET @losses = @losses - 1;"
    " SIGNAL SQLSTATE 'HY000' SET MYSQL_ERRNO = @lost_by, MESSAGE_TEXT = 'staged'; END IF";

enum { DEADLOCK = 1213, CHANGED_SINCE = 1020, LOCK_TIMEOUT = 1205, NODE_NOT_READY = 1047 };

/* The next `losses` rows of `db` end in an error of the server. */
static void stage(int error, int losses)
{
    CHECK_INT(db_script(db, arena_printf(a, "SET @lost_by = %d, @losses = %d", error, losses)),
              RC_OK);
}

static int64_t losses_left(void)
{
    int64_t left = -1;

    CHECK_INT(db_number(db, a, &q_losses, NO_ARGS, &left), RC_OK);
    return left;
}

static void check_lost_races(void)
{
    enum { TRIES = 5, MANY_LOSSES = 99 };
    static const int races[] = { DEADLOCK, CHANGED_SINCE };

    CHECK_INT(db_script(admin, "DELETE FROM db_test"), RC_OK);
    for (size_t i = 0; i < COUNT(races); i++) {
        stage(races[i], 2);
        CHECK_INT(db_run(db, &q_put, ARGS(I64((int64_t)i)), NULL), RC_OK);
        CHECK_INT(losses_left(), 0);
        stage(races[i], MANY_LOSSES);
        CHECK_INT(db_run(db, &q_put, ARGS(I64(9)), NULL), RC_BUSY);
        CHECK_INT(losses_left(), MANY_LOSSES - TRIES);
    }
    stage(LOCK_TIMEOUT, MANY_LOSSES); /* it has waited long enough */
    CHECK_INT(db_run(db, &q_put, ARGS(I64(9)), NULL), RC_BUSY);
    CHECK_INT(losses_left(), MANY_LOSSES - 1);
    stage(0, 0);
    int64_t id = connection(db);
    stage(NODE_NOT_READY, 1); /* another connection may lead to another node */
    CHECK_INT(db_run(db, &q_put, ARGS(I64(9)), NULL), RC_BUSY);
    CHECK(connection(db) != id);
}

/* As careless as a caller can be: goes on after a statement that was taken back. */
static enum rc write_on(struct db *same, void *arg)
{
    int *tries = arg;

    ++*tries;
    if (db_run(same, &q_put, ARGS(I64(1)), NULL) == RC_BUSY)
        CHECK_INT(db_run(same, &q_put, ARGS(I64(2)), NULL), RC_BUSY);
    else
        TRY(db_run(same, &q_put, ARGS(I64(2)), NULL));
    return RC_OK;
}

static void check_nothing_follows_a_loss(void)
{
    struct number_list kept;
    int tries = 0;

    CHECK_INT(db_script(admin, "DELETE FROM db_test"), RC_OK);
    stage(DEADLOCK, 1);
    CHECK_INT(db_transact(db, write_on, &tries), RC_OK);
    CHECK_INT(tries, 2);
    CHECK_INT(DB_LIST(db, a, &q_kept, NO_ARGS, 10, &kept), RC_OK);
    CHECK_INT((int64_t)kept.n, 2);
}

/* A row is written that another transaction added after this one had begun to read. Servers differ
 * about it: it is there, or this transaction is taken back, and the next try finds it. */
struct late {
    const struct stmt *how;
    int64_t n;
    bool added;
};
static enum rc write_late(struct db *same, void *arg)
{
    struct late *l = arg;
    struct number_list seen;

    TRY(DB_LIST(same, a, &q_kept, NO_ARGS, 100, &seen));
    if (!l->added)
        TRY(db_run(other, &q_put, ARGS(I64(l->n)), NULL));
    l->added = true;
    return db_run(same, l->how, ARGS(I64(l->n)), NULL);
}

static void check_rows_of_others(void)
{
    static const struct {
        const struct stmt *how;
        enum rc rc;
    } rows[] = { { &q_put, RC_CONFLICT }, { &q_put_once, RC_OK }, { &q_put_over, RC_OK } };
    struct number_list kept;

    CHECK_INT(db_script(admin, "DELETE FROM db_test"), RC_OK);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct late late = { .how = rows[i].how, .n = (int64_t)i };
        CHECK_INT(db_transact(db, write_late, &late), rows[i].rc);
    }
    CHECK_INT(DB_LIST(db, a, &q_kept, NO_ARGS, 10, &kept), RC_OK);
    CHECK_INT((int64_t)kept.n, (int64_t)COUNT(rows));
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_columns),
        CASE(check_words),
        CASE(check_cached_words),
        CASE(check_lists),
        CASE(check_each),
        CASE(check_side_by_side),
        CASE(check_lost_among_rows),
        CASE(check_transactions),
        CASE(check_lost_races),
        CASE(check_nothing_follows_a_loss),
        CASE(check_rows_of_others),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    admin = db_new(DB_ADMIN, 30);
    db = db_new(DB_ADMIN, 30);
    other = db_new(DB_ADMIN, 30);
    CHECK_INT(db_script(admin, make_table), RC_OK);
    check_run();
    CHECK_INT(db_script(admin, "DROP TABLE db_test"), RC_OK);
    db_close(other);
    db_close(db);
    db_close(admin);
    arena_free(a);
    return check_done("unit_db");
}
