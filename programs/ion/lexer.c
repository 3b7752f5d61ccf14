/* The cursor over source text, see lexer.h. */
#include "lexer.h"

#include "utf8.h"

#include <stdarg.h>
#include <string.h>

void lex_start(struct lexer *l, const char *text, size_t len, unsigned line)
{
    memset(l, 0, sizeof *l);
    l->text = text;
    l->len = len;
    l->line = line;
    size_t bad;
    const char *nul = memchr(text, '\0', len);
    if (nul) {
        l->len = (size_t)(nul - text);
        l->bad_byte = true;
    }
    if (!utf8_valid(text, l->len, &bad)) {
        l->len = bad;
        l->bad_byte = true;
    }
}

void lex_end(struct lexer *l)
{
    buf_free(&l->message);
}

bool lex_is_blank(int c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

static void step(struct lexer *l)
{
    if (l->text[l->at++] == '\n') {
        l->line++;
        l->line_start = l->at;
    }
}

/* A backslash-newline goes together with all white space behind it. */
static bool at_continuation(const struct lexer *l)
{
    if (l->text[l->at] != '\\' || l->at + 1 >= l->len)
        return false;
    return l->text[l->at + 1] == '\n' ||
           (l->text[l->at + 1] == '\r' && l->at + 2 < l->len && l->text[l->at + 2] == '\n');
}

int lex_peek(struct lexer *l)
{
    if (l->failed)
        return -1;
    while (l->at < l->len && at_continuation(l)) {
        step(l);
        while (l->at < l->len && (lex_is_blank(l->text[l->at]) || l->text[l->at] == '\n'))
            step(l);
    }
    if (l->at < l->len)
        return (unsigned char)l->text[l->at];
    if (l->bad_byte)
        lex_fail(l, ERROR_SYNTAX, "%s",
                 l->text[l->len] ? "a byte that is not UTF-8 text" : "a NUL byte");
    return -1;
}

int lex_ahead(const struct lexer *l, size_t n)
{
    return !l->failed && n < l->len - l->at ? (unsigned char)l->text[l->at + n] : -1;
}

void lex_skip(struct lexer *l, size_t n)
{
    while (n-- > 0 && l->at < l->len)
        step(l);
}

bool lex_take(struct lexer *l, const char *s)
{
    size_t n = strlen(s);
    if (lex_peek(l) < 0 || l->len - l->at < n || memcmp(l->text + l->at, s, n) != 0)
        return false;
    lex_skip(l, n);
    return true;
}

static bool at_comment(const struct lexer *l)
{
    if (l->text[l->at] != '#')
        return false;
    if (l->at == 0)
        return true;
    char before = l->text[l->at - 1];
    return lex_is_blank(before) || before == '\n';
}

static void skip_white(struct lexer *l, bool newlines)
{
    for (;;) {
        int c = lex_peek(l);
        if (c < 0)
            return;
        if (lex_is_blank(c) || (c == '\n' && newlines)) {
            step(l);
        } else if (at_comment(l)) {
            /* A backslash means nothing here: comments end with their line. */
            while (l->at < l->len && l->text[l->at] != '\n')
                step(l);
        } else {
            return;
        }
    }
}

void lex_blanks(struct lexer *l)
{
    skip_white(l, l->blank_newlines > 0);
}

void lex_lines(struct lexer *l)
{
    skip_white(l, true);
}

struct pos lex_pos(const struct lexer *l)
{
    return (struct pos){l->line, (unsigned)(l->at - l->line_start) + 1};
}

bool lex_statement_ends(struct lexer *l)
{
    int c = lex_peek(l);
    if (c < 0 || c == ';')
        return true;
    if (c == '\n')
        return l->blank_newlines == 0;
    if (c == ')')
        return l->parens > 0;
    return (c == '&' || c == '|') && lex_ahead(l, 1) == c;
}

bool lex_at_keyword(struct lexer *l, const char *word)
{
    size_t n = strlen(word);
    if (lex_peek(l) < 0 || l->len - l->at < n || memcmp(l->text + l->at, word, n) != 0)
        return false;
    struct lex_state here = lex_save(l);
    lex_skip(l, n);
    int c = lex_peek(l);
    bool yes = lex_is_blank(c) || c == '\n' || lex_statement_ends(l);
    lex_restore(l, here);
    return yes && !l->failed;
}

bool lex_take_keyword(struct lexer *l, const char *word)
{
    if (!lex_at_keyword(l, word))
        return false;
    lex_skip(l, strlen(word));
    return true;
}

size_t lex_name(struct lexer *l)
{
    size_t n = 0;
    if (lex_peek(l) < 0)
        return 0;
    while (l->at + n < l->len) {
        size_t len;
        uint32_t c = utf8_get(l->text + l->at + n, l->len - l->at - n, &len);
        if (!(n == 0 ? utf8_starts_name(c) : utf8_in_name(c)))
            break;
        n += len;
    }
    return n;
}

static void fail(struct lexer *l, enum error_class failed, const char *fmt, va_list ap)
{
    if (l->failed)
        return;
    l->error_pos = lex_pos(l);
    l->open = l->blocks;
    buf_vprintf(&l->message, fmt, ap);
    l->failed = failed;
    l->at = l->len;
}

void lex_fail(struct lexer *l, enum error_class failed, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fail(l, failed, fmt, ap);
    va_end(ap);
}

void lex_unfinished(struct lexer *l, enum error_class failed, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    if (!l->failed)
        l->incomplete = l->at >= l->len && !l->bad_byte;
    fail(l, failed, fmt, ap);
    va_end(ap);
}

struct lex_state lex_save(const struct lexer *l)
{
    return (struct lex_state){l->at, l->line, l->line_start};
}

void lex_restore(struct lexer *l, struct lex_state s)
{
    if (l->failed)
        return;
    l->at = s.at;
    l->line = s.line;
    l->line_start = s.line_start;
}
