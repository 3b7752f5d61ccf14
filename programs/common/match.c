/*
 * Matching lines; see match.h. How a pattern's next candidate is found depends on how often there
 * is one: a text that each match must contain is looked for first; where it is found too often, the
 * expression is run over the whole block; where that matches too often, over each line.
 */
#include "match.h"

#include "error.h"
#include "io.h"
#include "literal.h"

#include <ctype.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum way { BY_LITERAL, BY_BLOCK, BY_LINE };

struct pattern {
    char *text;
    size_t len;
    regex_t regex;
    enum way way;
    char *literal; /* that each match contains; its length, 0: none is known */
    size_t literal_len;
    unsigned tries; /* candidates found in this way, */
    size_t span;    /* and how many bytes were passed over for them */
    const char *next;
};

#define TRIES 64          /* then it is seen whether the way is the right one: */
#define LITERAL_SPAN 256u /* bytes from one candidate to the next that make it worth while */
#define BLOCK_SPAN 512u

void match_add(struct matcher *m, const char *text, size_t len)
{
    for (;;) {
        const char *end = memchr(text, '\n', len);
        size_t n = end ? (size_t)(end - text) : len;
        char *copy = xmalloc(n + 1);
        memcpy(copy, text, n);
        copy[n] = '\0';
        m->patterns = xgrow(m->patterns, &m->cap, m->count + 1, sizeof *m->patterns);
        m->patterns[m->count++] = (struct pattern){.text = copy, .len = n};
        if (!end)
            return;
        len -= n + 1;
        text = end + 1;
    }
}

static void compile_one(const struct matcher *m, struct pattern *p)
{
    int flags = (m->extended ? REG_EXTENDED : 0) | (m->ignore_case ? REG_ICASE : 0) | REG_NEWLINE;
    p->literal = xmalloc(p->len + 1);
    if (m->fixed) {
        memcpy(p->literal, p->text, p->len);
        p->literal_len = p->len;
    } else {
        int error = regcomp(&p->regex, p->text, flags);
        if (error) {
            char text[256];
            regerror(error, &p->regex, text, sizeof text);
            die(2, "%s", text);
        }
        p->literal_len = literal_find(p->text, m->extended, p->literal);
    }
    if (p->literal_len && !m->ignore_case)
        p->way = BY_LITERAL;
    else
        p->way = m->fixed || literal_is_special(p->text) ? BY_LINE : BY_BLOCK;
}

void match_compile(struct matcher *m)
{
    for (size_t i = 0; i < m->count; i++)
        compile_one(m, &m->patterns[i]);
}

/* --- in one line --- */

static bool is_word(char c)
{
    return isalnum((unsigned char)c) || c == '_';
}

static const char *find_text(const struct matcher *m, const struct pattern *p, const char *text,
                             size_t len)
{
    if (!m->ignore_case)
        return memmem(text, len, p->text, p->len);
    for (size_t i = 0; i + p->len <= len; i++) {
        if (strncasecmp(text + i, p->text, p->len) == 0)
            return text + i;
    }
    return NULL;
}

/* The first match of one pattern from `from` on, before `word` and `line` are asked. */
static bool find_one(const struct matcher *m, const struct pattern *p, const char *text, size_t len,
                     size_t from, struct match *out)
{
    if (m->fixed) {
        const char *hit = find_text(m, p, text + from, len - from);
        if (!hit)
            return false;
        *out = (struct match){(size_t)(hit - text), (size_t)(hit - text) + p->len};
        return true;
    }
    regmatch_t r[1] = {{.rm_so = (regoff_t)from, .rm_eo = (regoff_t)len}};
    if (regexec(&p->regex, text, 1, r, REG_STARTEND | (from ? REG_NOTBOL : 0)) != 0)
        return false;
    *out = (struct match){(size_t)r[0].rm_so, (size_t)r[0].rm_eo};
    return true;
}

static bool accepted(const struct matcher *m, const char *text, size_t len,
                     const struct match *found)
{
    if (m->line)
        return found->start == 0 && found->end == len;
    if (!m->word)
        return true;
    return (found->start == 0 || !is_word(text[found->start - 1])) &&
           (found->end == len || !is_word(text[found->end]));
}

bool match_find(const struct matcher *m, const char *line, size_t len, size_t from,
                struct match *best)
{
    bool found = false;
    for (size_t i = 0; i < m->count; i++) {
        struct match one;
        size_t at = from;
        while (at <= len && find_one(m, &m->patterns[i], line, len, at, &one)) {
            if (accepted(m, line, len, &one)) {
                if (!found || one.start < best->start ||
                    (one.start == best->start && one.end > best->end))
                    *best = one;
                found = true;
                break;
            }
            at = one.start + 1;
        }
    }
    return found;
}

bool match_has(const struct matcher *m, const char *line, size_t len)
{
    struct match found;
    if (m->word || m->line || m->fixed)
        return match_find(m, line, len, 0, &found);
    for (size_t i = 0; i < m->count; i++) {
        regmatch_t whole = {.rm_so = 0, .rm_eo = (regoff_t)len};
        if (regexec(&m->patterns[i].regex, line, 0, &whole, REG_STARTEND) == 0)
            return true;
    }
    return false;
}

/* --- in a block --- */

void match_new_block(struct matcher *m)
{
    for (size_t i = 0; i < m->count; i++)
        m->patterns[i].next = NULL;
}

/* Takes another way when this one finds too much. */
static void consider(const struct matcher *m, struct pattern *p, size_t passed)
{
    p->span += passed;
    if (++p->tries < TRIES)
        return;
    size_t span = p->span / TRIES;
    if (p->way == BY_LITERAL && span < LITERAL_SPAN && !m->fixed)
        p->way = literal_is_special(p->text) ? BY_LINE : BY_BLOCK;
    else if (p->way == BY_BLOCK && span < BLOCK_SPAN)
        p->way = BY_LINE;
    p->tries = 0;
    p->span = 0;
}

/* A place in the first line from p on that may have a match of the pattern; `end` when none has. */
static const char *candidate(const struct matcher *m, struct pattern *p, const char *from,
                             const char *end)
{
    const char *found = NULL;
    switch (p->way) {
    case BY_LITERAL:
        found = memmem(from, (size_t)(end - from), p->literal, p->literal_len);
        break;
    case BY_BLOCK: {
        /* Without the end of its last line, behind which there would be one more. */
        regmatch_t r[1] = {{.rm_so = 0, .rm_eo = (regoff_t)(end - from) - 1}};
        if (regexec(&p->regex, from, 1, r, REG_STARTEND) == 0)
            found = from + r[0].rm_so;
        break;
    }
    case BY_LINE:
        return from;
    }
    consider(m, p, (size_t)((found ? found : end) - from));
    return found ? found : end;
}

const char *match_next_line(struct matcher *m, const char *p, const char *end, size_t *len)
{
    while (p < end) {
        const char *first = end;
        for (size_t i = 0; i < m->count; i++) {
            struct pattern *pattern = &m->patterns[i];
            if (!pattern->next || pattern->next < p)
                pattern->next = candidate(m, pattern, p, end);
            first = pattern->next < first ? pattern->next : first;
        }
        if (first == end)
            return NULL;
        const char *before = memrchr(p, '\n', (size_t)(first - p));
        const char *line = before ? before + 1 : p;
        const char *stop = memchr(first, '\n', (size_t)(end - first));
        *len = (size_t)(stop - line);
        if (match_has(m, line, *len))
            return line;
        p = stop + 1;
    }
    return NULL;
}
