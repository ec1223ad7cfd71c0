#include "pages/legal.h"
#include "app/site/live.h"
#include "base/clock.h"
#include "base/conf.h"
#include "base/fmt.h"
#include "base/str.h"
#include "web/req.h"

enum { ADDRESS_LINES_MAX = 10 };

static const char *or_else(const char *s, const char *fallback) { return s[0] ? s : fallback; }

/* "Example Ltd, 1 Road, Town": each part is a line. */
static struct legal_lines lines_of(struct arena *a, const char *address)
{
    struct legal_lines out = { arena_array(a, struct legal_text, ADDRESS_LINES_MAX), 0 };

    while (*address && out.n < ADDRESS_LINES_MAX) {
        size_t n = strcspn(address, ",");
        const char *part = str_clean(a, arena_strn(a, address, n), false);
        if (part[0])
            out.items[out.n++].text = part;
        address += n + (address[n] == ',');
    }
    return out;
}

enum rc legal_page_of(struct req *r, const char *name, const char *title, struct legal_page *page)
{
    const struct conf *c = conf();

    *page = (struct legal_page){
        .frame = frame_of(r, title, ""),
        .name = name,
        .seller = c->seller_name,
        .address = lines_of(r->arena, c->seller_address),
        .vat_id = c->seller_vat_id,
        .tax_number = c->seller_tax_number,
        .register_number = c->seller_register,
        .country = c->seller_country,
        .email = c->contact_email,
        .phone = c->contact_phone,
        .privacy_email = or_else(c->privacy_email, c->contact_email),
        .security_email = or_else(c->security_email, c->contact_email),
        .may_edit = r->viewer.role >= ROLE_OPERATOR,
        .full_addresses = c->log_addresses == LOG_ADDRESSES_FULL,
        .session_days = c->session_max_days,
    };
    page->frame.description = arena_printf(r->arena, "%s of %s.", title, c->site_name);
    TRY(live_text(r->db, r->arena, name, r->now_ms, &page->text));
    page->own = html_lines(r->arena, page->text);
    page->nothing = !c->seller_name[0] && !c->contact_email[0] && !page->text[0];
    return RC_OK;
}

const char *legal_security_txt(struct req *r)
{
    const char *email = or_else(conf()->security_email, conf()->contact_email);
    int64_t until_ms = (r->now_ms / DAY_MS + SECURITY_TXT_DAYS) * DAY_MS;

    if (!email[0])
        return "";
    return arena_printf(r->arena,
                        "Contact: mailto:%s\nExpires: %s\nPreferred-Languages: en\n"
                        "Canonical: %s/.well-known/security.txt\n",
                        email, fmt_iso(r->arena, until_ms), conf()->base_url);
}
