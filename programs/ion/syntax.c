/* The syntax tree's common questions, see syntax.h. */
#include "syntax.h"

#include <stdlib.h>

const char *word_plain(const struct word *w)
{
    if (w->count != 1 || w->pieces[0].kind != PIECE_TEXT || w->pieces[0].quoted || w->quoted)
        return NULL;
    return w->pieces[0].text;
}

bool word_is_list(const struct word *w)
{
    return w->count == 1 && w->pieces[0].kind == PIECE_LIST && !w->pieces[0].index;
}

struct unit *unit_new(void)
{
    struct unit *u = mem_zero(sizeof *u);
    u->refs = 1;
    return u;
}

struct unit *unit_ref(struct unit *u)
{
    u->refs++;
    return u;
}

void unit_drop(struct unit *u)
{
    if (!u || --u->refs > 0)
        return;
    arena_free(&u->arena);
    free(u);
}
