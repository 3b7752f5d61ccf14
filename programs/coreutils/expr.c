/* expr: evaluates its arguments as an expression. */
#include "common/error.h"
#include "common/io.h"
#include "common/size.h"

#include <regex.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char **words;
static int depth;

/* Values are texts; numbers are texts that read as one. All results are malloc'd or arguments. */
static const char *parse_or(void);

static bool at(const char *op)
{
    return *words && strcmp(*words, op) == 0;
}

static bool take(const char *op)
{
    if (!at(op))
        return false;
    words++;
    return true;
}

static const char *next(void)
{
    if (!*words)
        die(2, "syntax error: missing argument after '%s'", words[-1] ? words[-1] : "expr");
    return *words++;
}

static bool is_number(const char *text, int64_t *out)
{
    return text[0] != '+' && signed_parse(text, out);
}

static const char *number(int64_t value)
{
    char text[32];
    snprintf(text, sizeof text, "%lld", (long long)value);
    return xstrdup(text);
}

static bool is_null(const char *text)
{
    int64_t value;
    return *text == '\0' || (is_number(text, &value) && value == 0);
}

/* `text : regex`, anchored at the start: the first group, or the length of the match. */
static const char *match(const char *text, const char *pattern)
{
    regex_t re;
    regmatch_t m[2];
    struct bytes anchored = {0};
    bytes_put(&anchored, '^');
    bytes_add(&anchored, pattern + (*pattern == '^'), strlen(pattern + (*pattern == '^')) + 1);
    int error = regcomp(&re, anchored.data, 0);
    if (error) {
        char why[256];
        regerror(error, &re, why, sizeof why);
        die(2, "%s", why);
    }
    bool found = regexec(&re, text, 2, m, 0) == 0;
    bool group = re.re_nsub > 0;
    const char *result;
    if (group && found && m[1].rm_so >= 0) {
        size_t n = (size_t)(m[1].rm_eo - m[1].rm_so);
        char *part = xmalloc(n + 1);
        memcpy(part, text + m[1].rm_so, n);
        part[n] = '\0';
        result = part;
    } else {
        result = group ? "" : number(found ? m[0].rm_eo : 0);
    }
    regfree(&re);
    free(anchored.data);
    return result;
}

static const char *substring(const char *text, const char *from, const char *len)
{
    int64_t a;
    int64_t n;
    int64_t size = (int64_t)strlen(text);
    if (!is_number(from, &a) || !is_number(len, &n) || a < 1 || n < 1 || a > size)
        return "";
    if (n > size - a + 1)
        n = size - a + 1;
    char *part = xmalloc((size_t)n + 1);
    memcpy(part, text + a - 1, (size_t)n);
    part[n] = '\0';
    return part;
}

static const char *parse_primary(void)
{
    if (++depth > 500)
        die(2, "the expression is nested too deeply");
    const char *value;
    if (take("(")) {
        value = parse_or();
        if (!take(")"))
            die(2, "syntax error: expecting ')' after '%s'", words[-1]);
    } else if (take("+")) {
        value = next();
    } else if (at("match") && words[1] && words[2]) {
        words++;
        const char *text = parse_primary();
        value = match(text, parse_primary());
    } else if (at("substr") && words[1] && words[2] && words[3]) {
        words++;
        const char *text = parse_primary();
        const char *from = parse_primary();
        value = substring(text, from, parse_primary());
    } else if (at("index") && words[1] && words[2]) {
        words++;
        const char *text = parse_primary();
        size_t n = strcspn(text, parse_primary());
        value = number(text[n] ? (int64_t)n + 1 : 0);
    } else if (at("length") && words[1]) {
        words++;
        value = number((int64_t)strlen(parse_primary()));
    } else {
        value = next();
        if (strcmp(value, ")") == 0)
            die(2, "syntax error: unexpected ')'");
    }
    depth--;
    return value;
}

static const char *parse_match(void)
{
    const char *value = parse_primary();
    while (take(":"))
        value = match(value, parse_primary());
    return value;
}

static int64_t operand(const char *text)
{
    int64_t value;
    if (!is_number(text, &value))
        die(2, "non-integer argument");
    return value;
}

static const char *calculate(char op, const char *left, const char *right)
{
    int64_t a = operand(left);
    int64_t b = operand(right);
    int64_t value = 0;
    bool overflow = false;
    switch (op) {
    case '+':
        overflow = __builtin_add_overflow(a, b, &value);
        break;
    case '-':
        overflow = __builtin_sub_overflow(a, b, &value);
        break;
    case '*':
        overflow = __builtin_mul_overflow(a, b, &value);
        break;
    default:
        if (b == 0)
            die(2, "division by zero");
        if (b == -1)
            overflow = op == '/' && __builtin_sub_overflow((int64_t)0, a, &value);
        else
            value = op == '/' ? a / b : a % b;
    }
    if (overflow)
        die(2, "integer result too large");
    return number(value);
}

static const char *parse_product(void)
{
    const char *value = parse_match();
    while (at("*") || at("/") || at("%")) {
        char op = **words++;
        value = calculate(op, value, parse_match());
    }
    return value;
}

static const char *parse_sum(void)
{
    const char *value = parse_product();
    while (at("+") || at("-")) {
        char op = **words++;
        value = calculate(op, value, parse_product());
    }
    return value;
}

static bool compare(const char *op, const char *left, const char *right)
{
    int64_t a;
    int64_t b;
    int c = is_number(left, &a) && is_number(right, &b) ? (a > b) - (a < b) : strcmp(left, right);
    if (strcmp(op, "<") == 0)
        return c < 0;
    if (strcmp(op, "<=") == 0)
        return c <= 0;
    if (strcmp(op, ">") == 0)
        return c > 0;
    if (strcmp(op, ">=") == 0)
        return c >= 0;
    return strcmp(op, "!=") == 0 ? c != 0 : c == 0;
}

static const char *parse_comparison(void)
{
    const char *value = parse_sum();
    while (at("<") || at("<=") || at("=") || at("==") || at("!=") || at(">=") || at(">")) {
        const char *op = *words++;
        value = compare(op, value, parse_sum()) ? "1" : "0";
    }
    return value;
}

static const char *parse_and(void)
{
    const char *value = parse_comparison();
    while (take("&")) {
        const char *right = parse_comparison();
        if (is_null(value) || is_null(right))
            value = "0";
    }
    return value;
}

static const char *parse_or(void)
{
    const char *value = parse_and();
    while (take("|")) {
        const char *right = parse_and();
        if (is_null(value))
            value = is_null(right) ? "0" : right;
    }
    return value;
}

int main(int argc, char **argv)
{
    prog_start(argv);
    words = argv + 1;
    if (argc > 1 && strcmp(argv[1], "--") == 0)
        words++;
    if (!*words)
        die_usage(2, "missing operand");
    const char *value = parse_or();
    if (*words)
        die(2, "syntax error: unexpected argument '%s'", *words);
    puts(value);
    return finish(is_null(value) ? 1 : 0);
}
