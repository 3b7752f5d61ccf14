/* Searching; see search.h. */
#include "search.h"

#include "../keyboard.h"

#include <stdlib.h>
#include <string.h>

/* How far before a row a match that reaches into it may begin, and end behind it. */
#define LOOK_AROUND 1024

/* POSIX's classes say it in any locale that upper case letters are meant. */
static bool has_upper(const char *p)
{
    for (; *p; p++) {
        if (*p >= 'A' && *p <= 'Z')
            return true;
    }
    return false;
}

bool search_set(struct search *s, const char *pattern, enum search_case how)
{
    regex_t compiled;
    const char *text = pattern ? pattern : s->pattern;
    bool ignore = how == CASE_NEVER || (how == CASE_SMART && text && !has_upper(text));
    if (!text || regcomp(&compiled, text, REG_EXTENDED | (ignore ? REG_ICASE : 0)) != 0)
        return false;
    char *copy = xstrdup(text);
    search_free(s);
    s->pattern = copy;
    s->compiled = compiled;
    s->how = how;
    s->set = true;
    return true;
}

void search_free(struct search *s)
{
    if (s->set)
        regfree(&s->compiled);
    free(s->pattern);
    s->pattern = NULL;
    s->set = false;
}

/* True when what is searched is not the line as it stands. */
static bool is_dressed(const struct row_style *style, const char *line, size_t len)
{
    return memchr(line, '\b', len) || ((style->raw || style->all_raw) && memchr(line, '\033', len));
}

/* Within bytes [from, to) of a line of `len`. */
static bool match(const struct search *s, const char *text, size_t len, size_t from, size_t to,
                  regmatch_t *m)
{
    int flags = (from > 0 ? REG_NOTBOL : 0) | (to < len ? REG_NOTEOL : 0);
    m->rm_so = (regoff_t)from;
    m->rm_eo = (regoff_t)to;
    return regexec(&s->compiled, text, 1, m, REG_STARTEND | flags) == 0;
}

static bool line_matches(const struct search *s, const struct row_style *style,
                         struct pager_text *t, size_t n)
{
    size_t len;
    regmatch_t m;
    const char *line = text_line(t, n, &len);
    if (len == 0 || !is_dressed(style, line, len))
        return match(s, line, len, 0, len, &m) != s->inverted;
    char *plain = xmalloc(len + 1);
    len = row_plain(style, line, len, plain);
    plain[len] = '\0';
    bool found = match(s, plain, len, 0, len, &m);
    free(plain);
    return found != s->inverted;
}

bool search_find(const struct search *s, const struct row_style *style, struct pager_text *t,
                 size_t from, bool backwards, size_t nth, size_t *found)
{
    for (size_t n = from; text_has(t, n); n += backwards ? (size_t)-1 : 1) {
        if (line_matches(s, style, t, n) && --nth == 0) {
            *found = n;
            return true;
        }
        if ((n & 255) == 0 && keyboard_interrupted())
            return false;
    }
    return false;
}

size_t search_marks(const struct search *s, const struct row_style *style, const char *line,
                    size_t len, size_t from, size_t to, size_t marks[SEARCH_MARKS_MAX][2])
{
    size_t count = 0, at = from > LOOK_AROUND ? from - LOOK_AROUND : 0;
    size_t end_of_look = len - to > LOOK_AROUND ? to + LOOK_AROUND : len;
    regmatch_t m;
    if (!s->set || s->inverted || len == 0 || is_dressed(style, line, len))
        return 0;
    while (count < SEARCH_MARKS_MAX && at < to && match(s, line, len, at, end_of_look, &m)) {
        size_t start = (size_t)m.rm_so, end = (size_t)m.rm_eo;
        if (start >= to)
            break;
        if (end > from && end > start) {
            marks[count][0] = start;
            marks[count++][1] = end;
        }
        at = end > start ? end : end + 1;
    }
    return count;
}
