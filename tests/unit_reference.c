/* The reference of a bank transfer: found in every form that people and banks give it, and nowhere
 * else. */
#include "app/income/reference.h"
#include "base/str.h"
#include "check.h"

enum { CHECKED = 200 };

static struct arena *a;

static const struct {
    const char *text, *want; /* NULL: none */
} texts[] = {
    { "OVS-00003F-P", "OVS-00003F-P" },
    { "ovs-00003f-p", "OVS-00003F-P" },
    { "Subscription OVS00003FP thank you", "OVS-00003F-P" },
    { "OVS00003FPTHANKS", "OVS-00003F-P" },
    { "ovs - oooo3f - p", "OVS-00003F-P" },
    { "OVS 000 03F P", "OVS-00003F-P" },
    { "SVWZ+OVS-OVS-00003F-P", "OVS-00003F-P" },
    { "OVS-000001-X", "OVS-000001-X" },
    { "OVS-OOOOOl-x", "OVS-000001-X" },
    { "OVS-00003F-W", NULL },
    { "OVS-0000F3-P", NULL },
    { "OVS-00003F", NULL },
    { "OV-00003F-P", NULL },
    { "OVS-00003U-P", NULL },
    { "OVS", NULL },
    { "", NULL },
};

static void notices_a_wrong_symbol(int64_t id)
{
    const char *good = reference_of(a, id);

    CHECK_STR(reference_find(a, good), good);
    for (size_t at = 4; good[at]; at++)
        for (int value = 0; value < 32; value++) {
            char *bad = arena_str(a, good);
            bad[at] = STR_BASE32[value];
            if (good[at] != '-' && bad[at] != good[at])
                CHECK(reference_find(a, bad) == NULL);
        }
}

static void check_texts(void)
{
    for (size_t i = 0; i < COUNT(texts); i++) {
        const char *found = reference_find(a, texts[i].text);
        CHECK_STR(found ? found : "none", texts[i].want ? texts[i].want : "none");
    }
    CHECK_STR(reference_of(a, REFERENCE_MAX), "OVS-ZZZZZZ-S");
    CHECK_STR(reference_find_other(a, "OVS-00003F-P, ovs000001x", "OVS-00003F-P"), "OVS-000001-X");
    CHECK(reference_find_other(a, "OVS-00003F-P OVS00003FP", "OVS-00003F-P") == NULL);
}

/* Every single wrong symbol is noticed. */
static void check_wrong_symbols(void)
{
    for (int64_t i = 0; i < CHECKED; i++) {
        notices_a_wrong_symbol(1 + i * (REFERENCE_MAX / CHECKED));
        arena_reset(a);
    }
}

int main(int argc, char **argv)
{
    static const struct check_case cases[] = {
        CASE(check_texts),
        CASE(check_wrong_symbols),
    };

    CHECK_CHOOSE(argc, argv, cases);
    a = arena_new(64 << 20);
    check_run();
    arena_free(a);
    return check_done("unit_reference");
}
