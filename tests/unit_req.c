/* req: which network an address counts as in rate limits. */
#include "check.h"
#include "web/req.h"
#include "web/transport.h"

static const struct {
    const char *address, *network;
} networks[] = {
    { "192.0.2.77", "192.0.2.0/24" },
    { "127.0.0.1", "127.0.0.0/24" },
    { "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64" },
    { "2001:db8:1:2::ffff", "2001:db8:1:2::/64" },
    { "2001:0DB8:1:0003::1", "2001:db8:1:3::/64" },
    { "::1", "::/64" },
    { "::ffff:192.0.2.77", "192.0.2.0/24" }, /* IPv4 on a socket for both */
    { "::FFFF:c000:24d", "192.0.2.0/24" },
    { "::192.0.2.77", "::/64" },
    { "192.0.2.77:4711", "unknown" },
    { "[2001:db8::1]", "unknown" },
    { "proxy", "unknown" },
    { "", "unknown" },
};

int main(void)
{
    struct arena *a = arena_new(1 << 16);

    for (size_t i = 0; i < COUNT(networks); i++) {
        char *env[] = { arena_printf(a, "REMOTE_ADDR=%s", networks[i].address), NULL };
        struct transport transport = { .env = env };
        struct req r = { .arena = a, .transport = &transport };
        CHECK_STR(req_network(&r), networks[i].network);
    }
    arena_free(a);
    return check_done("unit_req");
}
