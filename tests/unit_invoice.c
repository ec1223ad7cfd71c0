/* The VAT numbers of buyers: what is one of which country. And prices that include tax: net and tax
 * add up, and the tax is what the rate makes of the net, to one minor unit. */
#include "app/income/invoice_address.h"
#include "app/income/payment.h"
#include "base/country.h"
#include "base/str.h"
#include "check.h"
#include "own_db.h"

static struct arena *a;

static void numbers_have_a_form(void)
{
    static const struct {
        const char *typed, *country, *want;
    } rows[] = {
        { "DE123456789", "DE", "DE123456789" },
        { "de 123.456-789", "DE", "DE123456789" },
        { "DE12345678", "DE", "" },
        { "123456789", "DE", "" },
        { "ATU12345678", "AT", "ATU12345678" },
        { "AT123456789", "AT", "" },
        { "EL123456789", "GR", "EL123456789" },
        { "GR123456789", "GR", "" },
        { "FRXX123456789", "FR", "FRXX123456789" },
        { "FRXX123456789", "MC", "FRXX123456789" },
        { "FRXX123456789", "DE", "" },
        { "IE1234567WA", "IE", "IE1234567WA" },
        { "NL123456789B01", "NL", "NL123456789B01" },
        { "XI123456789", "GB", "XI123456789" },
        { "GB123456789", "GB", "GB123456789" },
        { "CHE-123.456.788", "CH", "CHE123456788" },
        { "US12", "US", "US12" },
        { "12-3456789", "US", "" },
        { "CH<script>", "CH", "" },
        { "CH12345678901234567890", "CH", "" },
        { "", "DE", "" },
    };

    for (size_t i = 0; i < COUNT(rows); i++) {
        const char *got = vat_id_of(a, rows[i].typed, rows[i].country);
        CHECK_STR(got ? got : "", rows[i].want);
    }
}

static void countries_are_in_order(void)
{
    for (size_t i = 0; i < COUNTRIES; i++) {
        CHECK(strlen(countries[i].code) == 2 && countries[i].name[0]);
        CHECK_STR(country_name(countries[i].code), countries[i].name);
    }
    CHECK(country_name("XX") == NULL && country_name("") == NULL && country_name("de") == NULL);
}

static void tax_is_that_of_the_net(void)
{
    static const int64_t rates_bp[] = { 100, 500, 550, 700, 810, 1900, 2000, 2100, 2700 };

    for (size_t i = 0; i < COUNT(rates_bp); i++) {
        OWN_CONF->tax_bp = rates_bp[i];
        for (int64_t gross = 1; gross < 3000; gross += 7) {
            int64_t tax = payment_tax_minor(gross), net = gross - tax;
            int64_t off = 2 *
                          (tax * 10000 - net * rates_bp[i]); /* from net times rate, in 1/20000 */
            CHECK(off <= 10000 + rates_bp[i] && off >= -10000 - rates_bp[i]);
        }
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(numbers_have_a_form),
        CASE(countries_are_in_order),
        CASE(tax_is_that_of_the_net),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(16 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_invoice");
}
