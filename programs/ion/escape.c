/* Escapes, see escape.h. */
#include "escape.h"

#include <string.h>

static const char letters[] = "abefnrtv";
static const char values[] = "\a\b\033\f\n\r\t\v";

bool unescape_echo(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (*text != '\\') {
            buf_putc(out, *text);
            continue;
        }
        text++;
        const char *found = *text ? strchr(letters, *text) : NULL;
        if (*text == '\0')
            return true;
        if (*text == 'c')
            return false;
        if (found) {
            buf_putc(out, values[found - letters]);
        } else {
            if (*text != '\\')
                buf_putc(out, '\\');
            buf_putc(out, *text);
        }
    }
    return true;
}

void unescape_argument(const char *text, struct buf *out)
{
    size_t start = out->len;
    for (; *text; text++) {
        if (*text != '\\' || !text[1]) {
            buf_putc(out, *text);
            continue;
        }
        text++;
        const char *found = strchr(letters, *text);
        if (*text == 'c') {
            out->len = start;
            buf_puts(out, "");
            return;
        }
        if (found) {
            buf_putc(out, values[found - letters]);
        } else {
            if (!strchr("\\'\" ", *text))
                buf_putc(out, '\\');
            buf_putc(out, *text);
        }
    }
}

void escape_text(const char *text, struct buf *out)
{
    for (; *text; text++) {
        const char *found = strchr(values, *text);
        bool punct = (*text >= '!' && *text <= '/') || (*text >= ':' && *text <= '@') ||
                     (*text >= '[' && *text <= '`') || (*text >= '{' && *text <= '~');
        if (found || punct)
            buf_putc(out, '\\');
        buf_putc(out, found ? letters[found - values] : *text);
    }
}
