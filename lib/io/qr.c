#include "io/qr.h"
#include "base/sb.h"
#include <errno.h>
#include <qrencode.h>

enum { BORDER = 4, DARK = 1 };

enum rc qr_make(struct arena *a, const char *text, struct qr *out)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    struct sb o = { .a = a };

    if (code == NULL)
        return errno == ERANGE ? RC_TOO_LARGE : RC_FAIL;
    for (int y = 0; y < code->width; y++)
        for (int x = 0, n; x < code->width; x += n) {
            const unsigned char *row = code->data + (size_t)y * (size_t)code->width;
            for (n = 1; x + n < code->width && (row[x] & DARK) == (row[x + n] & DARK); n++)
                ;
            if (row[x] & DARK)
                sb_addf(&o, "M%d %dh%dv1h-%dz", x + BORDER, y + BORDER, n, n);
        }
    *out = (struct qr){ code->width + 2 * BORDER, o.buf };
    QRcode_free(code);
    return RC_OK;
}
