/*
 * The TOML parser: recursive descent over a span of bytes, one character of look-ahead.
 *
 * Always true: p->at never passes p->end; every node is reachable from the root or from exactly
 * one local variable, so that an error frees all by freeing both; nesting is at most
 * TOML_DEPTH_MAX.
 */
#include "libtoml/toml.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct parser {
    const char *at, *end;
    unsigned line;
    unsigned depth;
    struct toml_error *err;
    char *buf; /* string under construction */
    size_t used, size;
};

static bool fail(struct parser *p, const char *message)
{
    p->err->line = p->line;
    snprintf(p->err->message, sizeof p->err->message, "%s", message);
    return false;
}

static bool fail_key(struct parser *p, const char *what, const char *key)
{
    p->err->line = p->line;
    snprintf(p->err->message, sizeof p->err->message, "%s: %.60s", what, key);
    return false;
}

static int peek(const struct parser *p)
{
    return p->at < p->end ? (unsigned char)*p->at : -1;
}

static bool looking_at(const struct parser *p, const char *word)
{
    size_t n = strlen(word);
    return (size_t)(p->end - p->at) >= n && memcmp(p->at, word, n) == 0;
}

static void skip_blanks(struct parser *p)
{
    while (peek(p) == ' ' || peek(p) == '\t')
        p->at++;
}

static bool at_newline(const struct parser *p)
{
    return peek(p) == '\n' || looking_at(p, "\r\n");
}

static void skip_newline(struct parser *p)
{
    p->at += peek(p) == '\r' ? 2 : 1;
    p->line++;
}

/* Blanks, comments and line ends. */
static void skip_lines(struct parser *p)
{
    for (;;) {
        skip_blanks(p);
        if (peek(p) == '#') {
            while (p->at < p->end && !at_newline(p))
                p->at++;
        }
        if (!at_newline(p))
            return;
        skip_newline(p);
    }
}

static bool end_of_line(struct parser *p)
{
    unsigned line = p->line;
    skip_lines(p);
    if (p->at < p->end && p->line == line)
        return fail(p, "unexpected text at the end of the line");
    return true;
}

static struct toml *new_node(struct parser *p, enum toml_kind kind)
{
    struct toml *t = calloc(1, sizeof *t);
    if (!t) {
        fail(p, "out of memory");
        return NULL;
    }
    t->kind = kind;
    t->line = p->line;
    return t;
}

void toml_free(struct toml *t)
{
    while (t) {
        struct toml *next = t->next;
        if (t->kind == TOML_STRING)
            free(t->string);
        else if (t->kind == TOML_ARRAY || t->kind == TOML_TABLE)
            toml_free(t->list.first);
        free(t->key);
        free(t);
        t = next;
    }
}

static void append(struct toml *list, struct toml *node)
{
    if (list->list.last)
        list->list.last->next = node;
    else
        list->list.first = node;
    list->list.last = node;
}

static struct toml *find(const struct toml *table, const char *key)
{
    for (struct toml *t = table->list.first; t; t = t->next) {
        if (strcmp(t->key, key) == 0)
            return t;
    }
    return NULL;
}

const struct toml *toml_get(const struct toml *table, const char *key)
{
    return table->kind == TOML_TABLE ? find(table, key) : NULL;
}

/* Strings. */

static bool put(struct parser *p, char c)
{
    if (p->used + 1 >= p->size) {
        size_t size = p->size ? p->size * 2 : 64;
        char *buf = realloc(p->buf, size);
        if (!buf)
            return fail(p, "out of memory");
        p->buf = buf;
        p->size = size;
    }
    p->buf[p->used++] = c;
    return true;
}

static bool put_utf8(struct parser *p, u32 c)
{
    if (c == 0 || c > 0x10FFFF || (c >= 0xD800 && c < 0xE000))
        return fail(p, "escape is not a character that may stand in a string");
    if (c < 0x80)
        return put(p, (char)c);
    if (c < 0x800)
        return put(p, (char)(0xC0 | c >> 6)) && put(p, (char)(0x80 | (c & 63)));
    if (c < 0x10000)
        return put(p, (char)(0xE0 | c >> 12)) && put(p, (char)(0x80 | (c >> 6 & 63))) &&
               put(p, (char)(0x80 | (c & 63)));
    return put(p, (char)(0xF0 | c >> 18)) && put(p, (char)(0x80 | (c >> 12 & 63))) &&
           put(p, (char)(0x80 | (c >> 6 & 63))) && put(p, (char)(0x80 | (c & 63)));
}

static bool put_hex_escape(struct parser *p, int digits)
{
    u32 value = 0;
    while (digits-- > 0) {
        int c = peek(p);
        int digit = c >= '0' && c <= '9'   ? c - '0'
                    : c >= 'a' && c <= 'f' ? c - 'a' + 10
                    : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                           : -1;
        if (digit < 0)
            return fail(p, "bad digit in a \\u escape");
        value = value << 4 | (u32)digit;
        p->at++;
    }
    return put_utf8(p, value);
}

/* After a backslash at a line's end: everything up to the next visible character goes. */
static bool skip_folded_lines(struct parser *p)
{
    skip_blanks(p);
    if (!at_newline(p))
        return fail(p, "unknown escape");
    while (at_newline(p) || peek(p) == ' ' || peek(p) == '\t') {
        if (at_newline(p))
            skip_newline(p);
        else
            p->at++;
    }
    return true;
}

static bool escape(struct parser *p, bool multi)
{
    static const char from[] = "btnfr\"\\", to[] = "\b\t\n\f\r\"\\";
    int c = peek(p);
    const char *hit = c > 0 ? strchr(from, c) : NULL;
    if (hit) {
        p->at++;
        return put(p, to[hit - from]);
    }
    if (c == 'u' || c == 'U') {
        p->at++;
        return put_hex_escape(p, c == 'u' ? 4 : 8);
    }
    if (multi)
        return skip_folded_lines(p);
    return fail(p, "unknown escape");
}

static bool single_line_string(struct parser *p, char quote)
{
    p->at++;
    for (;;) {
        int c = peek(p);
        if (c < 0 || c == '\n' || c == '\r')
            return fail(p, "string without an end");
        p->at++;
        if (c == quote)
            return true;
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return fail(p, "control character in a string");
        if (c == '\\' && quote == '"' ? !escape(p, false) : !put(p, (char)c))
            return false;
    }
}

static bool multi_line_string(struct parser *p, char quote)
{
    const char closing[4] = {quote, quote, quote, 0};
    p->at += 3;
    if (at_newline(p))
        skip_newline(p);
    for (;;) {
        int c = peek(p);
        if (c < 0)
            return fail(p, "string without an end");
        if (looking_at(p, closing)) {
            p->at += 3;
            /* one or two quotes may stand right before the closing three */
            for (int extra = 0; extra < 2 && peek(p) == quote; extra++, p->at++) {
                if (!put(p, quote))
                    return false;
            }
            return true;
        }
        if (at_newline(p)) {
            skip_newline(p);
            if (!put(p, '\n'))
                return false;
            continue;
        }
        p->at++;
        if ((c < 0x20 && c != '\t') || c == 0x7f)
            return fail(p, "control character in a string");
        if (c == '\\' && quote == '"' ? !escape(p, true) : !put(p, (char)c))
            return false;
    }
}

/* The string at p->at as memory of its own, or NULL. */
static char *parse_string(struct parser *p, bool multi_allowed)
{
    char quote = *p->at;
    p->used = 0;
    bool multi = multi_allowed && looking_at(p, quote == '"' ? "\"\"\"" : "'''");
    if (!(multi ? multi_line_string(p, quote) : single_line_string(p, quote)) || !put(p, 0))
        return NULL;
    char *s = malloc(p->used);
    if (!s) {
        fail(p, "out of memory");
        return NULL;
    }
    return memcpy(s, p->buf, p->used);
}

/* Keys and tables. */

static bool is_bare(int c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
}

static char *parse_key_part(struct parser *p)
{
    int c = peek(p);
    if (c == '"' || c == '\'')
        return parse_string(p, false);
    const char *start = p->at;
    while (is_bare(peek(p)))
        p->at++;
    if (p->at == start) {
        fail(p, "key expected");
        return NULL;
    }
    char *key = strndup(start, (size_t)(p->at - start));
    if (!key)
        fail(p, "out of memory");
    return key;
}

/* The table `key` inside t, made if it is not there; takes key. */
static struct toml *sub_table(struct parser *p, struct toml *t, char *key)
{
    struct toml *child = find(t, key);
    if (child) {
        if (child->kind != TOML_TABLE) {
            fail_key(p, "not a table", key);
            child = NULL;
        }
        free(key);
        return child;
    }
    child = new_node(p, TOML_TABLE);
    if (!child) {
        free(key);
        return NULL;
    }
    child->key = key;
    append(t, child);
    return child;
}

/* A dotted key: goes down to the table that the last part belongs in; *last is that part. */
static struct toml *parse_key(struct parser *p, struct toml *t, char **last)
{
    for (unsigned depth = p->depth;; depth++) {
        char *key = parse_key_part(p);
        if (!key)
            return NULL;
        skip_blanks(p);
        if (peek(p) != '.') {
            *last = key;
            return t;
        }
        p->at++;
        skip_blanks(p);
        if (depth >= TOML_DEPTH_MAX) {
            free(key);
            fail(p, "nested too deeply");
            return NULL;
        }
        t = sub_table(p, t, key);
        if (!t)
            return NULL;
    }
}

static struct toml *parse_value(struct parser *p);

/* key = value, into table t or one below it */
static bool parse_pair(struct parser *p, struct toml *t)
{
    char *key = NULL;
    struct toml *in = parse_key(p, t, &key);
    if (!in)
        return false;
    bool ok = false;
    if (in != t && in->closed)
        fail_key(p, "table is complete already", key);
    else if (find(in, key))
        fail_key(p, "defined twice", key);
    else if (peek(p) != '=')
        fail(p, "= expected after the key");
    else
        ok = true;
    if (ok) {
        p->at++;
        skip_blanks(p);
        struct toml *value = parse_value(p);
        ok = value != NULL;
        if (ok) {
            value->key = key;
            append(in, value);
            return true;
        }
    }
    free(key);
    return false;
}

/* [a.b]; the result is the table that the following pairs go into */
static struct toml *parse_header(struct parser *p, struct toml *root)
{
    p->at++;
    if (peek(p) == '[') {
        fail(p, "arrays of tables are not used in unit files");
        return NULL;
    }
    skip_blanks(p);
    char *key = NULL;
    struct toml *in = parse_key(p, root, &key);
    if (!in)
        return NULL;
    if (peek(p) != ']') {
        free(key);
        fail(p, "] expected");
        return NULL;
    }
    p->at++;
    struct toml *t = sub_table(p, in, key);
    if (!t)
        return NULL;
    if (t->closed) {
        fail_key(p, "table defined twice", t->key);
        return NULL;
    }
    t->closed = true;
    t->line = p->line;
    return end_of_line(p) ? t : NULL;
}

/* Values. */

static struct toml *parse_array(struct parser *p)
{
    struct toml *array = new_node(p, TOML_ARRAY);
    if (!array)
        return NULL;
    p->at++;
    for (;;) {
        skip_lines(p);
        if (peek(p) == ']') {
            p->at++;
            return array;
        }
        struct toml *item = parse_value(p);
        if (!item)
            break;
        append(array, item);
        skip_lines(p);
        if (peek(p) == ',') {
            p->at++;
        } else if (peek(p) != ']') {
            fail(p, ", or ] expected in an array");
            break;
        }
    }
    toml_free(array);
    return NULL;
}

static void close_tables(struct toml *t)
{
    t->closed = true;
    for (struct toml *child = t->list.first; child; child = child->next) {
        if (child->kind == TOML_TABLE)
            close_tables(child);
    }
}

static struct toml *parse_inline_table(struct parser *p)
{
    struct toml *table = new_node(p, TOML_TABLE);
    if (!table)
        return NULL;
    p->at++;
    skip_blanks(p);
    while (peek(p) != '}') {
        if (!parse_pair(p, table))
            goto out;
        skip_blanks(p);
        if (peek(p) == '}')
            break;
        if (peek(p) != ',') {
            fail(p, ", or } expected in an inline table");
            goto out;
        }
        p->at++;
        skip_blanks(p);
        if (peek(p) == '}') {
            fail(p, "comma before }");
            goto out;
        }
    }
    p->at++;
    close_tables(table);
    return table;
out:
    toml_free(table);
    return NULL;
}

static bool parse_digits(struct parser *p, unsigned base, bool negative, i64 *out)
{
    u64 value = 0, limit = negative ? 1ull << 63 : (1ull << 63) - 1;
    bool digit_before = false;
    for (;; p->at++) {
        int c = peek(p);
        unsigned digit = c >= '0' && c <= '9'   ? (unsigned)c - '0'
                         : c >= 'a' && c <= 'f' ? (unsigned)c - 'a' + 10
                         : c >= 'A' && c <= 'F' ? (unsigned)c - 'A' + 10
                                                : 99;
        if (c == '_' && digit_before) {
            digit_before = false;
            continue;
        }
        if (digit >= base)
            break;
        if (value > (limit - digit) / base)
            return fail(p, "number out of range");
        value = value * base + digit;
        digit_before = true;
    }
    if (!digit_before || is_bare(peek(p)) || peek(p) == '.' || peek(p) == ':')
        return fail(p, "not a value that unit files use");
    *out = negative ? (i64)(0 - value) : (i64)value;
    return true;
}

static struct toml *parse_integer(struct parser *p)
{
    bool negative = peek(p) == '-', sign = negative || peek(p) == '+';
    if (sign)
        p->at++;
    unsigned base = looking_at(p, "0x")   ? 16
                    : looking_at(p, "0o") ? 8
                    : looking_at(p, "0b") ? 2
                                          : 10;
    if (base != 10) {
        p->at += 2;
        if (sign) {
            fail(p, "sign before a number with a base");
            return NULL;
        }
    } else if (peek(p) == '0' && p->end - p->at > 1 && p->at[1] >= '0' && p->at[1] <= '9') {
        fail(p, "number with a leading zero");
        return NULL;
    }
    i64 value;
    struct toml *t = parse_digits(p, base, negative, &value) ? new_node(p, TOML_INTEGER) : NULL;
    if (t)
        t->integer = value;
    return t;
}

static struct toml *parse_boolean(struct parser *p, bool value, size_t len)
{
    p->at += len;
    if (is_bare(peek(p))) {
        fail(p, "not a value that unit files use");
        return NULL;
    }
    struct toml *t = new_node(p, TOML_BOOLEAN);
    if (t)
        t->boolean = value;
    return t;
}

static struct toml *parse_string_value(struct parser *p)
{
    struct toml *t = new_node(p, TOML_STRING);
    if (!t)
        return NULL;
    t->string = parse_string(p, true);
    if (t->string)
        return t;
    free(t);
    return NULL;
}

static struct toml *parse_value(struct parser *p)
{
    int c = peek(p);
    if (c == '"' || c == '\'')
        return parse_string_value(p);
    if (looking_at(p, "true"))
        return parse_boolean(p, true, 4);
    if (looking_at(p, "false"))
        return parse_boolean(p, false, 5);
    if (c == '[' || c == '{') {
        if (p->depth >= TOML_DEPTH_MAX) {
            fail(p, "nested too deeply");
            return NULL;
        }
        p->depth++;
        struct toml *t = c == '[' ? parse_array(p) : parse_inline_table(p);
        p->depth--;
        return t;
    }
    if ((c >= '0' && c <= '9') || c == '+' || c == '-')
        return parse_integer(p);
    fail(p, "value expected");
    return NULL;
}

static bool parse_document(struct parser *p, struct toml *root)
{
    struct toml *table = root;
    skip_lines(p);
    while (p->at < p->end) {
        if (peek(p) == '[') {
            table = parse_header(p, root);
            if (!table)
                return false;
        } else if (!parse_pair(p, table) || !end_of_line(p)) {
            return false;
        }
    }
    return true;
}

/* Length of the UTF-8 character at s, 0 if it is none. */
static size_t utf8_length(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80)
        return 1;
    size_t n = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || left < n)
        return 0;
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    }
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] >= 0xA0;
    bool too_big = s[0] == 0xF4 && s[1] >= 0x90;
    return overlong || surrogate || too_big ? 0 : n;
}

static bool check_utf8(struct parser *p)
{
    unsigned line = 1;
    for (const char *s = p->at; s < p->end;) {
        size_t n = utf8_length((const unsigned char *)s, (size_t)(p->end - s));
        if (n == 0) {
            p->line = line;
            return fail(p, "text is not UTF-8");
        }
        line += *s == '\n';
        s += n;
    }
    return true;
}

struct toml *toml_parse(const char *text, size_t len, struct toml_error *err)
{
    struct parser p = {.at = text, .end = text + len, .line = 1, .err = err};
    struct toml *root = new_node(&p, TOML_TABLE);
    if (root && !(check_utf8(&p) && parse_document(&p, root))) {
        toml_free(root);
        root = NULL;
    }
    free(p.buf);
    return root;
}
