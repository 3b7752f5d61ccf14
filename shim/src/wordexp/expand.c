/* Quotes, tildes, and the text around expansions. */
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/wordexp/words.h"

int __umk_words_put(struct marked *m, char c, enum mark mark)
{
    if (m->len == m->room) {
        size_t room = m->room ? m->room * 2 : 64;
        char *bytes = realloc(m->bytes, room);
        if (!bytes)
            return WRDE_NOSPACE;
        m->bytes = bytes;
        u8 *marks = realloc(m->marks, room);
        if (!marks)
            return WRDE_NOSPACE;
        m->marks = marks;
        m->room = room;
    }
    m->bytes[m->len] = c;
    m->marks[m->len++] = (u8)mark;
    return 0;
}

int __umk_words_text(struct marked *m, const char *s, size_t n, enum mark mark)
{
    int r = 0;

    for (size_t i = 0; i < n && r == 0; i++)
        r = __umk_words_put(m, s[i], mark);
    return r;
}

/* ~ or ~NAME at the start of a word; an unknown name stays as it is. */
static int tilde(struct expansion *e)
{
    char name[64];
    size_t n = strcspn(e->p + 1, "/ \t\n\"'\\$`");
    const char *home = NULL;

    if (n < sizeof name) {
        memcpy(name, e->p + 1, n);
        name[n] = 0;
        const struct passwd *user = n ? getpwnam(name) : NULL;
        home = n ? (user ? user->pw_dir : NULL) : getenv("HOME");
    }
    if (!home)
        return __umk_words_put(&e->out, *e->p++, MARK_PLAIN);
    e->p += 1 + n;
    return __umk_words_text(&e->out, home, strlen(home), MARK_QUOTED);
}

static int single_quotes(struct expansion *e)
{
    const char *end = strchr(e->p + 1, '\'');

    if (!end)
        return WRDE_SYNTAX;
    int r = __umk_words_put(&e->out, 0, MARK_NULL);
    if (r == 0)
        r = __umk_words_text(&e->out, e->p + 1, (size_t)(end - e->p - 1), MARK_QUOTED);
    e->p = end + 1;
    return r;
}

static int double_quotes(struct expansion *e)
{
    int r = __umk_words_put(&e->out, 0, MARK_NULL);

    e->p++;
    while (r == 0 && *e->p != '"') {
        if (!*e->p)
            return WRDE_SYNTAX;
        if (*e->p == '$' || *e->p == '`') {
            r = __umk_words_dollar(e, true);
            continue;
        }
        if (*e->p == '\\' && e->p[1] && strchr("$`\"\\\n", e->p[1])) {
            e->p++;
            if (*e->p == '\n') {
                e->p++;
                continue;
            }
        }
        r = __umk_words_put(&e->out, *e->p++, MARK_QUOTED);
    }
    if (r == 0)
        e->p++;
    return r;
}

static int backslash(struct expansion *e)
{
    e->p++;
    if (!*e->p)
        return WRDE_SYNTAX;
    if (*e->p == '\n') {
        e->p++;
        return 0;
    }
    return __umk_words_put(&e->out, *e->p++, MARK_QUOTED);
}

int __umk_words_expand(struct expansion *e, const char *stop)
{
    bool start = true;
    int r = 0;

    while (r == 0 && *e->p && !strchr(stop, *e->p)) {
        char c = *e->p;
        bool at_start = start;
        start = false;
        if (c == '\'')
            r = single_quotes(e);
        else if (c == '"')
            r = double_quotes(e);
        else if (c == '\\')
            r = backslash(e);
        else if (c == '$' || c == '`')
            r = __umk_words_dollar(e, false);
        else if (c == '~' && at_start)
            r = tilde(e);
        else if (strchr("|&;<>(){}\n", c) && !*stop)
            r = WRDE_BADCHAR;
        else if (c == ' ' || c == '\t' || c == '\n') {
            r = __umk_words_put(&e->out, 0, MARK_BREAK);
            e->p++;
            start = true;
        } else
            r = __umk_words_put(&e->out, *e->p++, MARK_PLAIN);
    }
    return r;
}
