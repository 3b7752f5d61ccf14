/*
 * Message catalogues. A catalogue is the text source that gencat takes, read as it is: "$set N",
 * "$quote C", comments after "$ ", and lines "NUMBER TEXT" with C's escapes and continued lines.
 * NLSPATH says where it lies (%N name, %L %l %t %c parts of the locale's name).
 */
#include <errno.h>
#include <locale.h>
#include <nl_types.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/result.h"

struct message {
    int set, number;
    char *text;
};

struct __umk_catalogue {
    size_t count, room;
    struct message *messages;
};

/* One character of a text with escapes; *p moves on. */
static char unescape(const char **p)
{
    static const char from[] = "ntvbrf", to[] = "\n\t\v\b\r\f";
    const char *known;
    int value = 0, digits = 0;

    if (**p != '\\' || !(*p)[1])
        return *(*p)++;
    ++*p;
    for (; digits < 3 && **p >= '0' && **p <= '7'; digits++)
        value = value * 8 + (*(*p)++ - '0');
    if (digits)
        return (char)value;
    char c = *(*p)++;
    known = strchr(from, c);
    return known ? to[known - from] : c;
}

/* The text of a message, allocated; NULL without memory. */
static char *make_text(const char *s, char quote)
{
    char *text = malloc(strlen(s) + 1), *out = text;
    bool quoted = quote && *s == quote;

    if (!text)
        return NULL;
    s += quoted;
    while (*s && !(quoted && *s == quote))
        *out++ = unescape(&s);
    *out = 0;
    return text;
}

static bool add(nl_catd c, int set, int number, const char *text, char quote)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 32;
        struct message *moved = reallocarray(c->messages, room, sizeof *moved);
        if (!moved)
            return false;
        c->messages = moved;
        c->room = room;
    }
    char *copy = make_text(text, quote);
    if (!copy)
        return false;
    c->messages[c->count++] = (struct message){set, number, copy};
    return true;
}

/* Joins lines that end in a backslash. Length without newline, or -1 at the end. */
static ssize_t whole_line(FILE *f, char **line, size_t *size)
{
    ssize_t n = getline(line, size, f);
    char *more = NULL;
    size_t more_size = 0;

    while (n > 1 && (*line)[n - 1] == '\n' && (*line)[n - 2] == '\\') {
        ssize_t m = getline(&more, &more_size, f);
        char *joined = m < 0 ? NULL : realloc(*line, (size_t)(n + m));
        if (!joined) {
            n -= 2;
            break;
        }
        memcpy(joined + n - 2, more, (size_t)m + 1);
        *line = joined;
        *size = (size_t)(n + m);
        n += m - 2;
    }
    free(more);
    if (n > 0 && (*line)[n - 1] == '\n')
        n--;
    if (n >= 0)
        (*line)[n] = 0;
    return n;
}

static bool read_catalogue(nl_catd c, FILE *f)
{
    char *line = NULL, *text, quote = 0;
    size_t size = 0;
    int set = NL_SETD;
    bool good = true;

    while (good && whole_line(f, &line, &size) >= 0) {
        if (strncmp(line, "$set", 4) == 0)
            set = atoi(line + 4);
        else if (strncmp(line, "$quote", 6) == 0)
            quote = line[6] ? line[7] : 0;
        else if (line[0] >= '0' && line[0] <= '9') {
            int number = (int)strtol(line, &text, 10);
            good = add(c, set, number, *text ? text + 1 : text, quote);
        }
    }
    free(line);
    return good && !ferror(f);
}

static void forget(nl_catd c)
{
    for (size_t i = 0; i < c->count; i++)
        free(c->messages[i].text);
    free(c->messages);
    free(c);
}

static nl_catd load(const char *path)
{
    FILE *f = fopen(path, "re");
    nl_catd c = f ? calloc(1, sizeof *c) : NULL;

    if (c && !read_catalogue(c, f)) {
        forget(c);
        c = NULL;
    }
    if (f)
        fclose(f);
    return c;
}

/* Puts one template of NLSPATH into out; false: it does not fit. */
static bool expand(const char *p, const char *end, const char *name, const char *locale, char *out)
{
    size_t used = 0;

    while (p < end) {
        const char *part = p, *found;
        size_t len = 1;
        if (*p == '%' && p + 1 < end) {
            p++;
            size_t language = strcspn(locale, "_.@");
            found = strchr(locale, *p == 't' ? '_' : '.');
            part = *p == 'N'                ? name
                   : *p == 'L' || *p == 'l' ? locale
                   : *p == '%'              ? "%"
                   : found                  ? found + 1
                                            : "";
            len = *p == 'l'   ? language
                  : *p == 't' ? strcspn(part, ".@")
                  : *p == 'c' ? strcspn(part, "@")
                              : strlen(part);
        }
        p++;
        if (used + len >= RX_PATH_MAX)
            return false;
        memcpy(out + used, part, len);
        used += len;
    }
    out[used] = 0;
    return true;
}

nl_catd catopen(const char *name, int flag)
{
    char path[RX_PATH_MAX];
    const char *list = getenv("NLSPATH");
    const char *locale = flag == NL_CAT_LOCALE ? setlocale(LC_MESSAGES, NULL) : getenv("LANG");
    nl_catd c = NULL;

    if (!*name) {
        errno = ENOENT;
        return (nl_catd)-1;
    }
    if (strchr(name, '/'))
        c = load(name);
    else if (!list)
        list = "/usr/share/locale/%L/%N.cat:/usr/share/locale/%l/%N.cat";
    for (const char *p = list; !c && p && !strchr(name, '/'); p = *p ? p + 1 : NULL) {
        const char *end = strchrnul(p, ':');
        /* an empty template stands for the name */
        if (expand(p == end ? "%N" : p, p == end ? "%N" + 2 : end, name, locale ? locale : "C",
                   path))
            c = load(path);
        p = end;
    }
    return c ? c : (nl_catd)-1;
}

char *catgets(nl_catd c, int set, int number, const char *otherwise)
{
    if (c == (nl_catd)-1 || !c) {
        errno = EBADF;
        return (char *)otherwise;
    }
    for (size_t i = 0; i < c->count; i++)
        if (c->messages[i].set == set && c->messages[i].number == number)
            return c->messages[i].text;
    errno = ENOMSG;
    return (char *)otherwise;
}

int catclose(nl_catd c)
{
    if (c == (nl_catd)-1 || !c)
        return (int)__umk_fail(EBADF);
    forget(c);
    return 0;
}
