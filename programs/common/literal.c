/*
 * Literals of regular expressions; see literal.h. The pattern is read from left to right: ordinary
 * characters outside of groups make runs, and the longest run wins. What is not understood ends a
 * run, which is always safe.
 */
#include "literal.h"

#include <string.h>

struct reader {
    const char *p;
    bool extended;
    char *out; /* the longest run so far; behind it, the one that grows */
    size_t best, run;
};

static void end_run(struct reader *r)
{
    if (r->run > r->best) {
        memmove(r->out, r->out + r->best, r->run);
        r->best = r->run;
    }
    r->run = 0;
}

/* Behind the bracket expression that p begins. */
static const char *skip_bracket(const char *p)
{
    p++;
    p += *p == '^';
    p += *p == ']';
    while (*p && *p != ']') {
        if (*p == '[' && p[1] && strchr(".=:", p[1])) {
            char kind = p[1];
            for (p += 2; *p && !(*p == kind && p[1] == ']'); p++)
                ;
            p += *p ? 2 : 0;
        } else {
            p++;
        }
    }
    return *p ? p + 1 : p;
}

/* The character that an operator is made of at p, 0 when there is none: BRE writes \( for (. */
static char operator_at(const struct reader *r, const char *p, size_t *len)
{
    bool escaped = *p == '\\' && p[1];
    char c = escaped ? p[1] : *p;
    *len = escaped ? 2 : 1;
    if (c && strchr("(){}|+?", c) && escaped != r->extended)
        return c;
    return c && !escaped && strchr("*.^$[", c) ? c : '\0';
}

/* Behind the group that p begins, or the end of the text. */
static const char *skip_group(const struct reader *r, const char *p)
{
    size_t depth = 0, len;
    do {
        char op = operator_at(r, p, &len);
        if (op == '[') {
            p = skip_bracket(p);
            continue;
        }
        depth += op == '(';
        depth -= op == ')';
        p += len;
    } while (*p && depth > 0);
    return p;
}

/* What follows an atom: may it be missing? Moves behind the operators. */
static bool optional_follows(struct reader *r, bool *repeated)
{
    bool optional = false;
    size_t len;
    for (;;) {
        char op = operator_at(r, r->p, &len);
        if (op != '*' && op != '?' && op != '+' && op != '{')
            return optional;
        optional |= op != '+'; /* {0,} as well as {2}: not worth a closer look */
        *repeated = true;
        r->p += len;
        if (op == '{') {
            while (*r->p && operator_at(r, r->p, &len) != '}')
                r->p++;
            r->p += *r->p ? len : 0;
        }
    }
}

/* One step; false at an alternative, which means that nothing is certain. */
static bool take(struct reader *r)
{
    size_t len;
    char op = operator_at(r, r->p, &len);
    bool repeated = false;
    if (op == '|')
        return false;
    if (op) {
        end_run(r);
        r->p = op == '[' ? skip_bracket(r->p) : op == '(' ? skip_group(r, r->p) : r->p + len;
        optional_follows(r, &repeated);
        return true;
    }
    char c = r->p[len - 1];
    bool escaped = len == 2;
    r->p += len;
    /* \. is a character; \w, \<, \n and the like are not. A byte of a longer character may have an
     * operator behind the whole. */
    bool plain = !escaped || (c && strchr(".[]*^$\\/{}()|+?-", c));
    bool optional = optional_follows(r, &repeated);
    if (!plain || optional || (repeated && (c & 0x80))) {
        if (c & 0x80)
            r->run = 0;
        end_run(r);
        return true;
    }
    r->out[r->best + r->run++] = c;
    if (repeated)
        end_run(r);
    return true;
}

size_t literal_find(const char *pattern, bool extended, char *out)
{
    struct reader r = {.p = pattern, .extended = extended, .out = out};
    while (*r.p) {
        if (!take(&r))
            return 0;
    }
    end_run(&r);
    return r.best;
}

bool literal_is_special(const char *pattern)
{
    for (const char *p = pattern; (p = strchr(p, '\\')) != NULL && p[1]; p += 2) {
        if (strchr("`'123456789", p[1]))
            return true;
    }
    return false;
}
