#include "app/income/invoice_address.h"
#include "base/country.h"
#include "base/str.h"
#include <ctype.h>

SHAPE(address_shape, struct invoice_address, COLUMN(struct invoice_address, name),
      COLUMN(struct invoice_address, street), COLUMN(struct invoice_address, postcode),
      COLUMN(struct invoice_address, city), COLUMN(struct invoice_address, country),
      COLUMN(struct invoice_address, vat_id));
STMT(q_get, &address_shape,
     "SELECT name, street, postcode, city, country, vat_id FROM invoice_address WHERE user_id = ?");
STMT(q_set, NULL,
     "REPLACE INTO invoice_address (user_id, name, street, postcode, city, country, vat_id,"
     " changed_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?)");
STMT(q_forget, NULL, "DELETE FROM invoice_address WHERE user_id = ?");

/* What follows the prefix: d a digit, x a digit or a letter, L a letter, anything else itself. */
static const struct {
    const char *country, *prefix, *form;
} forms[] = {
    { "AT", "AT", "Udddddddd" },    { "BE", "BE", "dddddddddd" },   { "BG", "BG", "ddddddddd" },
    { "BG", "BG", "dddddddddd" },   { "CY", "CY", "ddddddddL" },    { "CZ", "CZ", "dddddddd" },
    { "CZ", "CZ", "ddddddddd" },    { "CZ", "CZ", "dddddddddd" },   { "DE", "DE", "ddddddddd" },
    { "DK", "DK", "dddddddd" },     { "EE", "EE", "ddddddddd" },    { "ES", "ES", "xdddddddx" },
    { "FI", "FI", "dddddddd" },     { "FR", "FR", "xxddddddddd" },  { "GB", "XI", "ddddddddd" },
    { "GB", "XI", "dddddddddddd" }, { "GB", "XI", "GDddd" },        { "GB", "XI", "HAddd" },
    { "GR", "EL", "ddddddddd" },    { "HR", "HR", "ddddddddddd" },  { "HU", "HU", "dddddddd" },
    { "IE", "IE", "dxdddddL" },     { "IE", "IE", "dddddddLL" },    { "IT", "IT", "ddddddddddd" },
    { "LT", "LT", "ddddddddd" },    { "LT", "LT", "dddddddddddd" }, { "LU", "LU", "dddddddd" },
    { "LV", "LV", "ddddddddddd" },  { "MC", "FR", "xxddddddddd" },  { "MT", "MT", "dddddddd" },
    { "NL", "NL", "xxxxxxxxxxxx" }, { "PL", "PL", "dddddddddd" },   { "PT", "PT", "ddddddddd" },
    { "RO", "RO", "dd" },           { "RO", "RO", "ddd" },          { "RO", "RO", "dddd" },
    { "RO", "RO", "ddddd" },        { "RO", "RO", "dddddd" },       { "RO", "RO", "ddddddd" },
    { "RO", "RO", "dddddddd" },     { "RO", "RO", "ddddddddd" },    { "RO", "RO", "dddddddddd" },
    { "SE", "SE", "dddddddddddd" }, { "SI", "SI", "dddddddd" },     { "SK", "SK", "dddddddddd" },
};

static bool has_form(const char *s, const char *form)
{
    for (; *s && *form; s++, form++) {
        bool digit = isdigit((unsigned char)*s), letter = isupper((unsigned char)*s);
        if (*form == 'd'   ? !digit
            : *form == 'L' ? !letter
            : *form == 'x' ? !digit && !letter
                           : *s != *form)
            return false;
    }
    return *s == *form;
}

const char *vat_id_of(struct arena *a, const char *typed, const char *country)
{
    char *id = arena_alloc(a, strlen(typed) + 1), *o = id;
    bool known = false;

    for (; *typed; typed++)
        if (!strchr(" .-/", *typed))
            *o++ = (char)toupper((unsigned char)*typed);
    for (size_t i = 0; i < COUNT(forms); i++) {
        if (!str_eq(forms[i].country, country))
            continue;
        if (strncmp(id, forms[i].prefix, 2) == 0 && has_form(id + 2, forms[i].form))
            return id;
        known = !str_eq(country,
                        "GB"); /* whose numbers, besides Northern Ireland's, are not listed */
    }
    size_t n = strlen(id);
    bool plain = n >= 4 && n <= INVOICE_VAT_ID_MAX_BYTES && strncmp(id, country, 2) == 0 &&
                 str_only(id, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
    return !known && plain ? id : NULL;
}

enum rc invoice_address_get(struct db *db, struct arena *a, int64_t user_id,
                            struct invoice_address *out)
{
    enum rc rc = db_one(db, a, &q_get, ARGS(I64(user_id)), out);

    if (rc == RC_NOT_FOUND)
        *out = (struct invoice_address){ "", "", "", "", "", "" };
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc check_text(struct arena *a, const char **text, const char *field, const char *name,
                          size_t max_chars, struct problem *why)
{
    *text = str_clean(a, *text, false);
    size_t n = str_chars(*text);
    if (n == 0)
        return refuse(why, RC_INVALID, field,
                      arena_printf(a, "Please give the %s, or leave all fields empty.", name));
    if (n > max_chars)
        return refuse(why, RC_INVALID, field,
                      arena_printf(a, "The %s may have at most %zu characters.", name, max_chars));
    return RC_OK;
}

static bool is_empty(const struct invoice_address *t)
{
    return !t->name[0] && !t->street[0] && !t->postcode[0] && !t->city[0] && !t->country[0] &&
           !t->vat_id[0];
}

static enum rc check(struct arena *a, struct invoice_address *t, struct problem *why)
{
    TRY(check_text(a, &t->name, "name", "name", INVOICE_NAME_MAX_CHARS, why));
    TRY(check_text(a, &t->street, "street", "street", INVOICE_STREET_MAX_CHARS, why));
    t->postcode = str_clean(a, t->postcode, false); /* some countries have none */
    if (str_chars(t->postcode) > INVOICE_POSTCODE_MAX_CHARS)
        return refuse(why, RC_INVALID, "postcode", "The postcode may have at most 20 characters.");
    TRY(check_text(a, &t->city, "city", "city", INVOICE_CITY_MAX_CHARS, why));
    if (!country_name(t->country))
        return refuse(why, RC_INVALID, "country", "Please choose the country from the list.");
    if (!t->vat_id[0])
        return RC_OK;
    t->vat_id = vat_id_of(a, t->vat_id, t->country);
    return t->vat_id ? RC_OK
                     : refuse(why, RC_INVALID, "vat_id",
                              arena_printf(a,
                                           "This is not a VAT number of %s. It begins with two "
                                           "letters for the country; leave it empty if you have "
                                           "none.",
                                           country_name(t->country)));
}

enum rc invoice_address_set(struct db *db, struct arena *a, int64_t user_id,
                            const struct invoice_address *typed, int64_t now_ms,
                            struct problem *why)
{
    struct invoice_address t = *typed;

    if (is_empty(&t))
        return db_run(db, &q_forget, ARGS(I64(user_id)), NULL);
    TRY(check(a, &t, why));
    return db_run(db, &q_set,
                  ARGS(I64(user_id), STR(t.name), STR(t.street), STR(t.postcode), STR(t.city),
                       STR(t.country), STR(t.vat_id), I64(now_ms)),
                  NULL);
}
