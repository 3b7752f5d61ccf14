/* Decoding keys, see keys.h. */
#include "keys.h"

#include "../utf8.h"

#include <string.h>

#define ESC 27
#define SEQUENCE_MAX 32

static const char paste_end[] = "\x1b[201~";

void keys_free(struct keys *k)
{
    buf_free(&k->bytes);
    buf_free(&k->paste);
    *k = (struct keys){0};
}

void keys_feed(struct keys *k, const char *bytes, size_t len)
{
    if (k->at == k->bytes.len) {
        buf_clear(&k->bytes);
        k->at = 0;
    }
    buf_add(&k->bytes, bytes, len);
}

static size_t left(const struct keys *k)
{
    return k->bytes.len - k->at;
}

static const char *here(const struct keys *k)
{
    return buf_text(&k->bytes) + k->at;
}

/* --- pasted text --- */

/* A pasted byte: newlines and tabs are text, other control characters are not. */
static void add_pasted(struct buf *paste, char c)
{
    if (c == '\r')
        c = '\n';
    if (c == '\n' || c == '\t' || ((unsigned char)c >= 32 && c != 127))
        buf_putc(paste, c);
}

/* Takes out what is no UTF-8: bytes that are no character cannot be typed either. */
static void keep_characters(struct buf *paste)
{
    size_t at = 0;
    size_t bad;
    while (!utf8_valid(buf_text(paste) + at, paste->len - at, &bad)) {
        at += bad;
        memmove(paste->text + at, paste->text + at + 1, paste->len - at);
        paste->len--;
    }
}

/* True when the bytes may be the beginning of the closing bracket, of which the rest is to come. */
static bool may_be_end(const char *bytes, size_t n)
{
    return n < sizeof paste_end - 1 && memcmp(bytes, paste_end, n) == 0;
}

static bool next_pasted(struct keys *k, struct press *out)
{
    while (left(k) > 0) {
        const char *p = here(k);
        if (left(k) >= sizeof paste_end - 1 && memcmp(p, paste_end, sizeof paste_end - 1) == 0) {
            k->at += sizeof paste_end - 1;
            k->pasting = false;
            keep_characters(&k->paste);
            *out = (struct press){KEY_PASTE, 0, buf_text(&k->paste), k->paste.len};
            return true;
        }
        if (may_be_end(p, left(k)))
            return false;
        add_pasted(&k->paste, *p);
        k->at++;
    }
    return false;
}

/* --- escape sequences --- */

static const struct {
    const char *sequence; /* behind ESC */
    enum key_kind kind;
} sequences[] = {
    {"[A", KEY_UP},
    {"OA", KEY_UP},
    {"[B", KEY_DOWN},
    {"OB", KEY_DOWN},
    {"[C", KEY_RIGHT},
    {"OC", KEY_RIGHT},
    {"[D", KEY_LEFT},
    {"OD", KEY_LEFT},
    {"[H", KEY_HOME},
    {"OH", KEY_HOME},
    {"[1~", KEY_HOME},
    {"[7~", KEY_HOME},
    {"[F", KEY_END},
    {"OF", KEY_END},
    {"[4~", KEY_END},
    {"[8~", KEY_END},
    {"[3~", KEY_DELETE},
    {"[Z", KEY_BACKTAB},
    {"[1;5C", KEY_WORD_RIGHT},
    {"[1;3C", KEY_WORD_RIGHT},
    {"[1;5D", KEY_WORD_LEFT},
    {"[1;3D", KEY_WORD_LEFT},
};

/* Length of the sequence behind ESC at p: 0 when it is not all there. */
static size_t sequence_length(const char *p, size_t n)
{
    if (p[0] == 'O')
        return n >= 2 ? 2 : 0;
    for (size_t i = 1; i < n && i < SEQUENCE_MAX; i++) {
        if (p[i] >= 0x40 && p[i] <= 0x7e)
            return i + 1;
        if ((unsigned char)p[i] < 0x20 || (unsigned char)p[i] >= 0x7f)
            return i; /* no sequence at all */
    }
    return n >= SEQUENCE_MAX ? SEQUENCE_MAX : 0;
}

static enum key_kind sequence_kind(const char *p, size_t len)
{
    for (size_t i = 0; i < sizeof sequences / sizeof *sequences; i++) {
        if (strlen(sequences[i].sequence) == len && memcmp(p, sequences[i].sequence, len) == 0)
            return sequences[i].kind;
    }
    return KEY_UNKNOWN;
}

/* At ESC. */
static bool next_escape(struct keys *k, bool whole, bool no_alt, struct press *out)
{
    const char *p = here(k) + 1;
    size_t n = left(k) - 1;
    *out = (struct press){.kind = KEY_ESCAPE};
    if (n == 0) {
        k->at += whole;
        return whole;
    }
    if (*p == ESC || (no_alt && *p != '[' && *p != 'O')) {
        k->at++;
        return true;
    }
    if (*p != '[' && *p != 'O') {
        bool backspace = *p == 127 || *p == 8;
        *out = (struct press){.kind = backspace ? KEY_ALT_BACKSPACE : KEY_ALT, .c = *p};
        k->at += 2;
        return true;
    }
    size_t len = sequence_length(p, n);
    if (len == 0)
        return false;
    k->at += 1 + len;
    if (len == 5 && memcmp(p, "[200~", 5) == 0) {
        k->pasting = true;
        buf_clear(&k->paste);
        return next_pasted(k, out);
    }
    out->kind = sequence_kind(p, len);
    return true;
}

/* --- characters --- */

static bool next_control(struct keys *k, struct press *out)
{
    char c = *here(k);
    k->at++;
    switch (c) {
    case '\r':
    case '\n':
        out->kind = KEY_ENTER;
        break;
    case '\t':
        out->kind = KEY_TAB;
        break;
    case 8:
    case 127:
        out->kind = KEY_BACKSPACE;
        break;
    default:
        *out = (struct press){.kind = KEY_CTRL, .c = (char)(c | 0x40)};
        if (out->c >= 'A' && out->c <= 'Z')
            out->c |= 0x20;
    }
    return true;
}

static size_t character_length(unsigned char lead)
{
    return lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf8 ? 4 : 1;
}

static bool next_character(struct keys *k, bool whole, struct press *out)
{
    const char *p = here(k);
    size_t len = character_length((unsigned char)*p);
    size_t have = 1;
    while (have < len && have < left(k) && ((unsigned char)p[have] & 0xc0) == 0x80)
        have++;
    if (have < len && have == left(k) && !whole)
        return false;
    k->at += have;
    /* Bytes that are no character cannot be typed. */
    size_t at;
    bool bad = !utf8_valid(p, have, &at);
    *out = (struct press){bad ? KEY_UNKNOWN : KEY_TEXT, *p, p, have};
    return true;
}

bool keys_next(struct keys *k, bool whole, bool no_alt, struct press *out)
{
    *out = (struct press){.kind = KEY_UNKNOWN};
    if (k->pasting)
        return next_pasted(k, out);
    if (left(k) == 0)
        return false;
    unsigned char c = (unsigned char)*here(k);
    if (c == ESC)
        return next_escape(k, whole, no_alt, out);
    if (c < 32 || c == 127)
        return next_control(k, out);
    return next_character(k, whole, out);
}
