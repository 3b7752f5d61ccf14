/*
 * The shell's integer arithmetic, by precedence: unary + - ! ~, * / %, + -, << >>, comparisons,
 * & ^ |, && ||. Names are variables of the environment; overflow wraps.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/wordexp/words.h"

#define DEPTH_MAX 64

struct reader {
    const char *p, *end;
    int depth;
    bool bad;
};

static const struct {
    const char *text;
    int level;
} operators[] = {
    {"||", 1}, {"&&", 2}, {"==", 6}, {"!=", 6}, {"<<", 8}, {">>", 8},
    {"<=", 7}, {">=", 7}, {"|", 3},  {"^", 4},  {"&", 5},  {"<", 7},
    {">", 7},  {"+", 9},  {"-", 9},  {"*", 10}, {"/", 10}, {"%", 10},
};
#define OPERATORS (sizeof operators / sizeof operators[0])

static long expression(struct reader *r, int level);

static void skip_space(struct reader *r)
{
    while (r->p < r->end && isspace((unsigned char)*r->p))
        r->p++;
}

static long variable(struct reader *r)
{
    char name[256];
    size_t n = 0;
    const char *value;

    r->p += r->p < r->end && *r->p == '$';
    while (r->p < r->end && (isalnum((unsigned char)*r->p) || *r->p == '_') && n < sizeof name - 1)
        name[n++] = *r->p++;
    name[n] = 0;
    r->bad |= n == 0;
    value = getenv(name);
    return value ? strtol(value, NULL, 0) : 0;
}

static long primary(struct reader *r)
{
    long value = 0;
    char c;

    skip_space(r);
    c = r->p < r->end ? *r->p : 0;
    if (++r->depth > DEPTH_MAX || !c) {
        r->bad = true;
    } else if (strchr("+-!~", c)) {
        r->p++;
        value = primary(r);
        value = c == '-'   ? (long)(0ul - (unsigned long)value)
                : c == '!' ? !value
                : c == '~' ? ~value
                           : value;
    } else if (c == '(') {
        r->p++;
        value = expression(r, 1);
        skip_space(r);
        r->bad |= r->p == r->end || *r->p != ')';
        r->p += r->p < r->end;
    } else if (isdigit((unsigned char)c)) {
        char *end;
        value = strtol(r->p, &end, 0);
        r->p = end;
    } else {
        value = variable(r);
    }
    r->depth--;
    return value;
}

static long apply(struct reader *r, const char *op, long a, long b)
{
    unsigned long x = (unsigned long)a, y = (unsigned long)b;

    switch (op[0] | op[1] << 8) {
    case '|' | '|' << 8:
        return a || b;
    case '&' | '&' << 8:
        return a && b;
    case '=' | '=' << 8:
        return a == b;
    case '!' | '=' << 8:
        return a != b;
    case '<' | '=' << 8:
        return a <= b;
    case '>' | '=' << 8:
        return a >= b;
    case '<' | '<' << 8:
        return (long)(x << (y & 63));
    case '>' | '>' << 8:
        return a >> (y & 63);
    case '<':
        return a < b;
    case '>':
        return a > b;
    case '|':
        return a | b;
    case '^':
        return a ^ b;
    case '&':
        return a & b;
    case '+':
        return (long)(x + y);
    case '-':
        return (long)(x - y);
    case '*':
        return (long)(x * y);
    default:
        /* nothing by zero; and the one quotient that does not fit */
        r->bad |= b == 0;
        if (b == 0 || b == -1)
            return op[0] == '/' && b ? (long)(0ul - x) : 0;
        return op[0] == '/' ? a / b : a % b;
    }
}

static long expression(struct reader *r, int level)
{
    long left = primary(r);

    while (!r->bad) {
        size_t k = 0;
        skip_space(r);
        while (k < OPERATORS) {
            size_t n = strlen(operators[k].text);
            if ((size_t)(r->end - r->p) >= n && memcmp(r->p, operators[k].text, n) == 0)
                break;
            k++;
        }
        if (k == OPERATORS || operators[k].level < level)
            break;
        r->p += strlen(operators[k].text);
        left = apply(r, operators[k].text, left, expression(r, operators[k].level + 1));
    }
    return left;
}

int __umk_words_arithmetic(const char *s, size_t n, long *out)
{
    char *copy = strndup(s, n);
    struct reader r = {.p = copy};

    if (!copy)
        return WRDE_NOSPACE;
    r.end = copy + strlen(copy);
    *out = expression(&r, 1);
    skip_space(&r);
    r.bad |= r.p != r.end;
    free(copy);
    return r.bad ? WRDE_SYNTAX : 0;
}
