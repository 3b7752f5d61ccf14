/* Messages of the loader, and how a program ends that cannot be loaded. */
#include <string.h>
#include "shim/ldso/dso.h"

#define EXIT_NOT_LOADED 127
#define STANDARD_ERROR 2

void __umk_dl_clear(struct dl_text *t)
{
    t->len = 0;
    t->text[0] = '\0';
}

void __umk_dl_add(struct dl_text *t, const char *piece)
{
    size_t len = strlen(piece), room = sizeof t->text - 1 - t->len;

    if (len > room)
        len = room;
    memcpy(t->text + t->len, piece, len);
    t->len += len;
    t->text[t->len] = '\0';
}

void __umk_dl_say(struct dl_text *t, const char *subject, const char *message, const char *detail)
{
    __umk_dl_clear(t);
    if (subject && *subject) {
        __umk_dl_add(t, subject);
        __umk_dl_add(t, ": ");
    }
    __umk_dl_add(t, message);
    if (detail) {
        __umk_dl_add(t, " ");
        __umk_dl_add(t, detail);
    }
}

_Noreturn void __umk_dl_fatal(const struct dl_text *t)
{
    struct dl_text line = *t;

    if (line.len == sizeof line.text - 1)
        line.len--;
    line.text[line.len++] = '\n';
    redox_write_v1(STANDARD_ERROR, (const u8 *)line.text, line.len);
    rx_exit(EXIT_NOT_LOADED);
}
