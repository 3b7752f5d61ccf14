/*
 * Expressions of $(( )) and math: a recursive descent over the text, loosest operators first. Names
 * of string variables stand for what these hold, as if in parentheses.
 */
#include "expand.h"

#include "num.h"
#include "real.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ARITH_DEPTH_MAX 200

struct calculator {
    struct shell *sh;
    struct arena *arena;
    const char *at;
    const char *error; /* the first one; then everything returns at once */
    unsigned depth;
};

static struct num level_bits(struct calculator *c);
static struct num level_power(struct calculator *c);
static struct num level_operand(struct calculator *c);

static struct num give_up(struct calculator *c, const char *error)
{
    if (!c->error)
        c->error = error;
    return num_small(0);
}

static char peek(struct calculator *c)
{
    while (isspace((unsigned char)*c->at))
        c->at++;
    return c->error ? '\0' : *c->at;
}

static bool take(struct calculator *c, const char *text)
{
    peek(c);
    size_t n = strlen(text);
    if (c->error || strncmp(c->at, text, n) != 0)
        return false;
    c->at += n;
    return true;
}

static struct num apply(struct calculator *c, enum num_op op, struct num x, struct num y)
{
    struct num out = num_small(0);
    if (c->error)
        return out;
    const char *error = num_apply(c->arena, op, &x, &y, &out);
    return error ? give_up(c, error) : out;
}

/* A whole text as one value: what a variable holds. */
static struct num evaluate(struct calculator *c, const char *text)
{
    const char *saved = c->at;
    if (++c->depth > ARITH_DEPTH_MAX)
        return give_up(c, "the expression is nested too deeply");
    c->at = text;
    struct num x = level_bits(c);
    if (peek(c))
        give_up(c, "unexpected text in a variable's value");
    c->at = saved;
    c->depth--;
    return x;
}

/* --- names --- */

static const struct {
    const char *name;
    const char *value;
} constants[] = {{"pi", "3.141592653589793238462643383279503"},
                 {"tau", "6.283185307179586476925286766559006"},
                 {"e", "2.718281828459045235360287471352662"}};

static struct num call_function(struct calculator *c, double (*fn)(double))
{
    struct num x = level_operand(c);
    if (c->error)
        return x;
    double value = fn(num_to_double(c->arena, &x));
    if (!__builtin_isfinite(value))
        return give_up(c, "the function is not defined there");
    return num_from_double(c->arena, value);
}

static struct num absolute(struct calculator *c)
{
    struct num x = level_operand(c);
    struct num zero = num_small(0);
    struct num difference = apply(c, NUM_SUB, x, zero);
    bool negative =
        difference.is_small && !difference.decimal ? difference.small < 0 : difference.big.negative;
    return negative ? num_negate(c->arena, &x) : x;
}

static struct num name_value(struct calculator *c)
{
    size_t n = 0;
    while (isalnum((unsigned char)c->at[n]) || c->at[n] == '_')
        n++;
    char *name = arena_copy(c->arena, c->at, n);
    c->at += n;
    const char *value = scope_string(&c->sh->scopes, name);
    if (value)
        return evaluate(c, value);
    if (strcmp(name, "abs") == 0)
        return absolute(c);
    double (*fn)(double) = real_function(name);
    if (fn)
        return call_function(c, fn);
    for (size_t i = 0; i < sizeof constants / sizeof *constants; i++) {
        if (strcmp(name, constants[i].name) == 0)
            return evaluate(c, constants[i].value);
    }
    const char *env = getenv(name);
    return env ? evaluate(c, env) : give_up(c, "unknown name");
}

/* --- levels, tightest first --- */

static struct num level_operand(struct calculator *c)
{
    struct num x;
    char ch = peek(c);
    if (++c->depth > ARITH_DEPTH_MAX)
        return give_up(c, "the expression is nested too deeply");
    if (num_read(c->arena, &c->at, &x)) {
        c->depth--;
        return x;
    }
    if (ch == '(') {
        c->at++;
        x = level_bits(c);
        if (!take(c, ")"))
            x = give_up(c, "a ')' is missing");
    } else if (ch == '-') {
        c->at++;
        /* Before a number the minus is part of it; before anything else powers bind tighter. */
        bool number = isdigit((unsigned char)*c->at) || *c->at == '.';
        x = number ? level_operand(c) : level_power(c);
        x = c->error ? x : num_negate(c->arena, &x);
    } else if (isalpha((unsigned char)ch) || ch == '_') {
        x = name_value(c);
    } else {
        x = give_up(c, ch ? "unexpected character" : "the expression ends too early");
    }
    c->depth--;
    return x;
}

static struct num level_power(struct calculator *c)
{
    struct num x = level_operand(c);
    for (;;) {
        if (take(c, "²"))
            x = apply(c, NUM_POW, x, num_small(2));
        else if (take(c, "³"))
            x = apply(c, NUM_POW, x, num_small(3));
        else
            break;
    }
    if (take(c, "**")) {
        if (++c->depth > ARITH_DEPTH_MAX)
            return give_up(c, "the expression is nested too deeply");
        x = apply(c, NUM_POW, x, level_power(c));
        c->depth--;
    }
    return x;
}

/* NdM: the sum of N dice of M sides. */
static struct num roll(struct calculator *c, struct num count, struct num sides)
{
    int64_t n;
    int64_t m;
    if (!num_int(&count, &n) || !num_int(&sides, &m) || n < 0 || n > 100000 || m < 1)
        return give_up(c, "these dice cannot be rolled");
    int64_t sum = 0;
    while (n-- > 0)
        sum += 1 + random() % m;
    return num_small(sum);
}

static bool at_dice(struct calculator *c)
{
    char after = peek(c) == 'd' ? c->at[1] : '\0';
    return after == ' ' || after == '(' || isdigit((unsigned char)after);
}

static struct num level_product(struct calculator *c)
{
    struct num x = level_power(c);
    for (;;) {
        char ch = peek(c);
        if (ch == '*' && c->at[1] != '*') {
            c->at++;
            x = apply(c, NUM_MUL, x, level_power(c));
        } else if (ch == '/' || ch == '%') {
            c->at++;
            x = apply(c, ch == '/' ? NUM_DIV : NUM_MOD, x, level_power(c));
        } else if (at_dice(c)) {
            c->at++;
            struct num sides = level_power(c);
            x = roll(c, x, sides);
        } else {
            return x;
        }
    }
}

static struct num level_sum(struct calculator *c)
{
    struct num x = level_product(c);
    for (;;) {
        char ch = peek(c);
        if (ch != '+' && ch != '-')
            return x;
        c->at++;
        x = apply(c, ch == '+' ? NUM_ADD : NUM_SUB, x, level_product(c));
    }
}

static struct num level_bits(struct calculator *c)
{
    if (take(c, "~")) {
        if (++c->depth > ARITH_DEPTH_MAX)
            return give_up(c, "the expression is nested too deeply");
        struct num x = level_bits(c);
        c->depth--;
        if (x.decimal)
            return give_up(c, "the operator needs integers");
        return c->error ? x : num_complement(c->arena, &x);
    }
    struct num x = level_sum(c);
    for (;;) {
        if (take(c, "&"))
            x = apply(c, NUM_AND, x, level_sum(c));
        else if (take(c, "|"))
            x = apply(c, NUM_OR, x, level_sum(c));
        else if (take(c, "^"))
            x = apply(c, NUM_XOR, x, level_sum(c));
        else if (take(c, "<<"))
            x = apply(c, NUM_SHL, x, level_sum(c));
        else if (take(c, ">>"))
            x = apply(c, NUM_SHR, x, level_sum(c));
        else
            return x;
    }
}

/* --- prefix notation, which math falls back to --- */

static struct num polish(struct calculator *c)
{
    static const struct {
        const char *text;
        enum num_op op;
    } operators[] = {{"**", NUM_POW}, {"<<", NUM_SHL}, {">>", NUM_SHR}, {"+", NUM_ADD},
                     {"-", NUM_SUB},  {"*", NUM_MUL},  {"/", NUM_DIV},  {"%", NUM_MOD},
                     {"&", NUM_AND},  {"|", NUM_OR},   {"^", NUM_XOR}};
    if (++c->depth > ARITH_DEPTH_MAX)
        return give_up(c, "the expression is nested too deeply");
    peek(c);
    bool number = c->at[0] == '-' && isdigit((unsigned char)c->at[1]);
    for (size_t i = 0; i < sizeof operators / sizeof *operators && !number; i++) {
        if (!take(c, operators[i].text))
            continue;
        struct num x = polish(c);
        struct num y = polish(c);
        c->depth--;
        return apply(c, operators[i].op, x, y);
    }
    struct num x = level_operand(c);
    c->depth--;
    return x;
}

static const char *calculate(struct shell *sh, const char *expr, bool prefix, struct buf *out)
{
    struct calculator c = {.sh = sh, .arena = &sh->temp, .at = expr};
    struct num x = prefix ? polish(&c) : level_bits(&c);
    if (!c.error && peek(&c))
        c.error = "unexpected text after the expression";
    if (!c.error)
        num_put(c.arena, &x, out);
    return c.error;
}

#define SHOWN_MAX 200

int expand_arithmetic(struct shell *sh, const char *expr, struct buf *out)
{
    const char *error = calculate(sh, expr, false, out);
    if (error && calculate(sh, expr, true, out) == NULL)
        error = NULL;
    if (!error)
        return 0;
    /* Of a very long expression the beginning says enough. */
    bool longer = strlen(expr) > SHOWN_MAX;
    return shell_fail(sh, KIND_EXPANSION, "'%.*s%s': %s", SHOWN_MAX, expr, longer ? "..." : "",
                      error);
}
