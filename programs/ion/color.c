/* ${c::...}: terminal attributes and colours by name. */
#include "expand.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    int code;
} attributes[] = {{"bold", 1},  {"dim", 2},     {"underlined", 4},
                  {"blink", 5}, {"reverse", 7}, {"hidden", 8}},
  colors[] = {
      {"black", 30},        {"red", 31},        {"green", 32},         {"yellow", 33},
      {"blue", 34},         {"magenta", 35},    {"cyan", 36},          {"light_gray", 37},
      {"default", 39},      {"dark_gray", 90},  {"light_red", 91},     {"light_green", 92},
      {"light_yellow", 93}, {"light_blue", 94}, {"light_magenta", 95}, {"light_cyan", 96},
};

static bool is(const char *item, size_t len, const char *name)
{
    return strlen(name) == len && memcmp(item, name, len) == 0;
}

/* One digit of the short true-colour form 0xRGB. */
static int short_digit(int digit)
{
    return digit < 10 ? 16 * digit : 15 * (digit + 2);
}

/* A number: decimal or 0xH, 0xHH for the palette, 0xRGB and 0xRRGGBB for true colour. */
static bool numbered(const char *item, size_t len, int base, struct buf *out)
{
    char text[8];
    char *end;
    if (len == 0 || len >= sizeof text + 2)
        return false;
    bool hex = len > 2 && memcmp(item, "0x", 2) == 0;
    if (hex) {
        item += 2;
        len -= 2;
    }
    if (len >= sizeof text || !(*item != '-' && *item != '+' && *item != ' '))
        return false;
    memcpy(text, item, len);
    text[len] = '\0';
    long value = strtol(text, &end, hex ? 16 : 10);
    if (*end)
        return false;
    if (hex && len == 6)
        buf_printf(out, "%d;2;%ld;%ld;%ld", base, value >> 16, value >> 8 & 255, value & 255);
    else if (hex && len == 3)
        buf_printf(out, "%d;2;%d;%d;%d", base, short_digit((int)(value >> 8)),
                   short_digit((int)(value >> 4 & 15)), short_digit((int)(value & 15)));
    else if (value <= 255 && (!hex || len <= 2))
        buf_printf(out, "%d;5;%ld", base, value);
    else
        return false;
    return true;
}

static bool colored(const char *item, size_t len, bool background, struct buf *out)
{
    int shift = background ? 10 : 0;
    buf_clear(out);
    for (size_t i = 0; i < sizeof colors / sizeof *colors; i++) {
        if (is(item, len, colors[i].name)) {
            buf_printf(out, "%d", colors[i].code + shift);
            return true;
        }
    }
    if (background && is(item, len, "white")) {
        buf_puts(out, "107");
        return true;
    }
    return numbered(item, len, background ? 48 : 38, out);
}

static void add_code(struct buf *codes, const char *code)
{
    if (!*code)
        return;
    if (codes->len)
        buf_putc(codes, ';');
    buf_puts(codes, code);
}

static bool one_item(const char *item, size_t len, struct buf *codes, struct buf *fg,
                     struct buf *bg)
{
    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        if (is(item, len, attributes[i].name)) {
            char code[2] = {(char)('0' + attributes[i].code), '\0'};
            add_code(codes, code);
            return true;
        }
    }
    bool background = len > 2 && memcmp(item + len - 2, "bg", 2) == 0;
    if (background)
        return colored(item, len - 2, true, bg);
    return colored(item, len, false, fg);
}

bool color_sequence(const char *list, struct buf *out)
{
    struct buf codes = {0};
    struct buf fg = {0};
    struct buf bg = {0};
    bool ok = true;
    bool reset = false;
    for (const char *p = list; ok; p++) {
        size_t len = strcspn(p, ",");
        if (is(p, len, "reset"))
            reset = true;
        else
            ok = one_item(p, len, &codes, &fg, &bg);
        p += len;
        if (!*p)
            break;
    }
    if (ok && reset) {
        buf_puts(out, "\033[0m");
    } else if (ok) {
        add_code(&codes, buf_text(&fg));
        add_code(&codes, buf_text(&bg));
        buf_printf(out, "\033[%sm", buf_text(&codes));
    }
    buf_free(&codes);
    buf_free(&fg);
    buf_free(&bg);
    return ok;
}
