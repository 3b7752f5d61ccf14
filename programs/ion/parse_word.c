/*
 * Words. A word is cut into pieces as it is read: text (quotes and escapes already resolved),
 * variables, substitutions, wildcards and so on. One recursive scanner serves every nesting.
 */
#include "parser.h"

#include <stdlib.h>
#include <string.h>

/* A word being put together. */
struct builder {
    struct word word;
    size_t cap;
    struct buf text; /* plain text not yet made a piece */
    enum word_context context;
};

static struct piece *add_piece(struct parser *p, struct builder *b, enum piece_kind kind)
{
    struct piece *piece =
        arena_push(p->arena, &b->word.pieces, &b->word.count, &b->cap, sizeof *piece);
    piece->kind = kind;
    return piece;
}

static void flush_text(struct parser *p, struct builder *b)
{
    if (b->text.len == 0)
        return;
    add_piece(p, b, PIECE_TEXT)->text = arena_copy(p->arena, b->text.text, b->text.len);
    buf_clear(&b->text);
}

static struct piece *new_piece(struct parser *p, struct builder *b, enum piece_kind kind,
                               bool quoted)
{
    flush_text(p, b);
    struct piece *piece = add_piece(p, b, kind);
    piece->quoted = quoted;
    return piece;
}

static bool is_empty(const struct builder *b)
{
    return b->word.count == 0 && b->text.len == 0;
}

/* --- words in brackets and parentheses --- */

struct words {
    struct word *items;
    size_t count;
    size_t cap;
};

static void add_word(struct parser *p, struct words *w, struct word word)
{
    struct word *slot = arena_push(p->arena, &w->items, &w->count, &w->cap, sizeof *slot);
    *slot = word;
}

/* Blank-separated words up to and with `close`; the opener is already taken. */
static struct words words_until(struct parser *p, char close, enum word_context context,
                                bool newlines, const char *what)
{
    struct words w = {0};
    p->lex.blank_newlines += newlines;
    for (;;) {
        lex_blanks(&p->lex);
        int c = lex_peek(&p->lex);
        if (c < 0 || c == '\n') {
            lex_unfinished(&p->lex, ERROR_SYNTAX, "unterminated %s", what);
            break;
        }
        if (c == close) {
            lex_skip(&p->lex, 1);
            break;
        }
        add_word(p, &w, parse_word(p, context));
    }
    p->lex.blank_newlines -= newlines;
    return w;
}

static void take_index(struct parser *p, struct piece *piece)
{
    if (lex_peek(&p->lex) != '[')
        return;
    lex_skip(&p->lex, 1);
    struct words w = words_until(p, ']', WORD_LIST, true, "index '['");
    if (w.count == 0)
        lex_fail(&p->lex, ERROR_SYNTAX, "empty index");
    piece->index = w.items;
    piece->index_count = w.count;
}

/* --- $ and @ --- */

static void take_substitution(struct parser *p, struct piece *piece, const char *what)
{
    struct lexer *l = &p->lex;
    l->blank_newlines++;
    l->parens++;
    enum stop stop = parse_list(p, &piece->body, true);
    l->blank_newlines--;
    l->parens--;
    if (stop != STOP_PAREN)
        lex_unfinished(l, ERROR_SYNTAX, "unterminated %s", what);
    lex_skip(l, 1);
    take_index(p, piece);
}

/* $((...)): the text up to the matching )). */
static void take_arithmetic(struct parser *p, struct piece *piece)
{
    struct lexer *l = &p->lex;
    struct buf text = {0};
    unsigned open = 0;
    for (;;) {
        int c = lex_peek(l);
        if (c < 0) {
            lex_unfinished(l, ERROR_SYNTAX, "unterminated '$(('");
            break;
        }
        if (c == ')' && open == 0) {
            lex_skip(l, 1);
            if (lex_peek(l) != ')')
                lex_fail(l, ERROR_SYNTAX, "expected '))' at the end of the arithmetic expression");
            lex_skip(l, 1);
            break;
        }
        open += (c == '(') - (c == ')');
        buf_putc(&text, (char)c);
        lex_skip(l, 1);
    }
    piece->text = arena_copy(p->arena, buf_text(&text), text.len);
    buf_free(&text);
}

/* ${...} and @{...}: letters, digits, _ : and , only; the last :: ends the namespace. */
static void take_braced_name(struct parser *p, struct piece *piece)
{
    struct lexer *l = &p->lex;
    size_t start = l->at;
    for (;;) {
        int c = lex_peek(l);
        if (c < 0) {
            lex_unfinished(l, ERROR_SYNTAX, "unterminated '${'");
            return;
        }
        if (c == '}')
            break;
        bool ok = c >= 0x80 || c == '_' || c == ':' || c == ',' || (c >= '0' && c <= '9') ||
                  (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        if (!ok) {
            lex_fail(l, ERROR_SYNTAX, "'%c' in a name in braces", c);
            return;
        }
        lex_skip(l, 1);
    }
    const char *name = l->text + start;
    size_t len = l->at - start;
    size_t split = len;
    for (size_t i = 0; i + 1 < len; i++) {
        if (name[i] == ':' && name[i + 1] == ':')
            split = i;
    }
    if (split < len) {
        piece->name_space = arena_copy(p->arena, name, split);
        name += split + 2;
        len -= split + 2;
    }
    piece->symbol = symbol_of(name, len);
    piece->text = piece->symbol->name;
    lex_skip(l, 1);
}

static void take_name(struct parser *p, struct piece *piece, size_t len)
{
    struct lexer *l = &p->lex;
    bool list = piece->kind == PIECE_ARRAY;
    piece->symbol = symbol_of(l->text + l->at, len);
    piece->text = piece->symbol->name;
    lex_skip(l, len);
    if (lex_peek(l) == '(') {
        lex_skip(l, 1);
        piece->kind = list ? PIECE_CALL_LIST : PIECE_CALL;
        struct words w = words_until(p, ')', WORD_ARGUMENT, false, "method '('");
        piece->words = w.items;
        piece->count = w.count;
        if (w.count == 0)
            lex_fail(l, ERROR_SYNTAX, "method '%s' has no subject", piece->text);
    }
    take_index(p, piece);
}

/* At `$` or `@`. A sigil that starts nothing is text. */
static void take_expansion(struct parser *p, struct builder *b, bool quoted)
{
    struct lexer *l = &p->lex;
    int sigil = lex_peek(l);
    lex_skip(l, 1);
    int c = lex_peek(l);
    size_t name = lex_name(l);
    bool list = sigil == '@';
    if (c == '(') {
        lex_skip(l, 1);
        if (!list && lex_peek(l) == '(') {
            lex_skip(l, 1);
            take_arithmetic(p, new_piece(p, b, PIECE_ARITH, quoted));
        } else {
            take_substitution(p, new_piece(p, b, list ? PIECE_RUN_LIST : PIECE_RUN, quoted),
                              list ? "'@('" : "'$('");
        }
    } else if (c == '{') {
        lex_skip(l, 1);
        struct piece *piece = new_piece(p, b, list ? PIECE_ARRAY : PIECE_VAR, quoted);
        take_braced_name(p, piece);
        if (list && piece->name_space)
            lex_fail(l, ERROR_SYNTAX, "no namespace is possible in '@{'");
    } else if (c == '?' && !list) {
        lex_skip(l, 1);
        struct piece *piece = new_piece(p, b, PIECE_VAR, quoted);
        piece->symbol = symbol_of("?", 1);
        piece->text = piece->symbol->name;
    } else if (name > 0) {
        take_name(p, new_piece(p, b, list ? PIECE_ARRAY : PIECE_VAR, quoted), name);
    } else {
        buf_putc(&b->text, (char)sigil);
    }
}

/* --- quotes and escapes --- */

/* A backslash goes before these, in and outside double quotes; before others it stays. */
static bool is_escapable(int c)
{
    return c > 0 && strchr(" '\"$@~?*{}()\\", c);
}

static void take_escape(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    lex_skip(l, 1);
    int c = l->at < l->len ? (unsigned char)l->text[l->at] : -1;
    b->word.quoted = true;
    bool comma = c == ',' && b->context == WORD_ELEMENT;
    if (!is_escapable(c) && !comma)
        buf_putc(&b->text, '\\');
    if (c >= 0) {
        buf_putc(&b->text, (char)c);
        lex_skip(l, 1);
    }
}

/* The error names the place of the opening quote, though it was found at the end of the text. */
static void unterminated_quote(struct lexer *l, struct lex_state start, char quote)
{
    if (l->failed)
        return;
    bool more_may_come = !l->bad_byte;
    lex_restore(l, start);
    lex_fail(l, ERROR_SYNTAX, "unterminated %c", quote);
    l->incomplete = more_may_come;
}

static void take_single_quotes(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    struct lex_state start = lex_save(l);
    b->word.quoted = true;
    lex_skip(l, 1);
    for (;;) {
        int c = lex_peek(l);
        if (c < 0) {
            unterminated_quote(l, start, '\'');
            return;
        }
        lex_skip(l, 1);
        if (c == '\'')
            return;
        buf_putc(&b->text, (char)c);
        /* A backslash hides the next byte from the scanner, though both stay in the text. */
        if (c == '\\' && l->at < l->len) {
            buf_putc(&b->text, l->text[l->at]);
            lex_skip(l, 1);
        }
    }
}

static void take_tilde(struct parser *p, struct builder *b, bool quoted)
{
    struct lexer *l = &p->lex;
    lex_skip(l, 1);
    size_t n = 0;
    for (;; n++) {
        int c = lex_ahead(l, n);
        bool ok = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '_' || c == '-' || c == '+' || c == '.' || c >= 0x80;
        if (!ok)
            break;
    }
    new_piece(p, b, PIECE_TILDE, quoted)->text = arena_copy(p->arena, l->text + l->at, n);
    lex_skip(l, n);
}

static void take_double_quotes(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    struct lex_state start = lex_save(l);
    bool tilde = is_empty(b);
    b->word.quoted = true;
    lex_skip(l, 1);
    for (;;) {
        int c = lex_peek(l);
        if (c < 0) {
            unterminated_quote(l, start, '"');
            return;
        }
        if (c == '"') {
            lex_skip(l, 1);
            return;
        }
        if (c == '\\') {
            take_escape(p, b);
        } else if (c == '$' || c == '@') {
            take_expansion(p, b, true);
        } else if (c == '~' && tilde) {
            take_tilde(p, b, true);
        } else {
            buf_putc(&b->text, (char)c);
            lex_skip(l, 1);
        }
        tilde = c == ' ' || c == '\t';
    }
}

/* --- brackets, braces, wildcards --- */

/* Length of the glob class at the cursor with both brackets, 0 when it cannot be one. */
static size_t class_length(const struct lexer *l)
{
    for (size_t i = 1;; i++) {
        int c = lex_ahead(l, i);
        if (c < 0 || c == '\n' || lex_is_blank(c) || strchr("'\"${}[", c))
            return 0;
        if (c == ']')
            return i > 1 ? i + 1 : 0;
    }
}

static bool ends_word(struct parser *p, enum word_context context);

static void take_bracket(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    size_t len = class_length(l);
    bool first = is_empty(b);
    /* In a map literal k=[...] is a list. */
    bool map_value =
        b->context == WORD_LIST && b->text.len > 0 && b->text.text[b->text.len - 1] == '=';
    /* Right behind $x[1] or ${x} it is a list, too. */
    bool behind_value = b->text.len == 0 && b->word.count > 0 &&
                        b->word.pieces[b->word.count - 1].kind != PIECE_TEXT &&
                        b->word.pieces[b->word.count - 1].kind != PIECE_GLOB;
    if (len > 0 && !map_value) {
        struct lex_state here = lex_save(l);
        const char *text = l->text + l->at;
        lex_skip(l, len);
        bool alone = (first || behind_value) && (ends_word(p, b->context) || lex_peek(l) == '[');
        if (!alone) {
            new_piece(p, b, PIECE_GLOB, false)->text = arena_copy(p->arena, text, len);
            b->word.has_glob = true;
            return;
        }
        lex_restore(l, here);
    }
    new_piece(p, b, PIECE_LIST, false);
    size_t at = b->word.count - 1;
    lex_skip(l, 1);
    struct words w = words_until(p, ']', WORD_LIST, true, "'['");
    struct piece *piece = &b->word.pieces[at]; /* they may have moved meanwhile */
    piece->words = w.items;
    piece->count = w.count;
    take_index(p, piece);
}

static void take_braces(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    struct words w = {0};
    lex_skip(l, 1);
    b->word.has_braces = true;
    for (;;) {
        add_word(p, &w, parse_word(p, WORD_ELEMENT));
        b->word.has_glob |= w.items[w.count - 1].has_glob;
        int c = lex_peek(l);
        if (c != ',' && c != '}') {
            lex_unfinished(l, ERROR_SYNTAX, "unterminated '{'");
            return;
        }
        lex_skip(l, 1);
        if (c == '}')
            break;
    }
    struct piece *piece = new_piece(p, b, PIECE_BRACES, false);
    piece->words = w.items;
    piece->count = w.count;
}

static void take_wildcard(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    const char *text = lex_take(l, "**") ? "**" : lex_take(l, "*") ? "*" : "?";
    if (text[0] == '?')
        lex_skip(l, 1);
    new_piece(p, b, PIECE_GLOB, false)->text = text;
    b->word.has_glob = true;
}

/* --- the word --- */

static bool ends_word(struct parser *p, enum word_context context)
{
    struct lexer *l = &p->lex;
    int c = lex_peek(l);
    if (c < 0)
        return true;
    if (context == WORD_ELEMENT)
        return c == ',' || c == '}' || (c == '\n' && l->blank_newlines == 0);
    if (lex_is_blank(c) || c == '\n')
        return true;
    switch (context) {
    case WORD_LIST:
        return c == ']';
    case WORD_ARGUMENT:
        return c == ')';
    case WORD_COMMAND:
        if (strchr("&|<>", c) || (c == '^' && (lex_ahead(l, 1) == '>' || lex_ahead(l, 1) == '|')))
            return true;
        return lex_statement_ends(l);
    default:
        return lex_statement_ends(l);
    }
}

static void take_one(struct parser *p, struct builder *b)
{
    struct lexer *l = &p->lex;
    int c = lex_peek(l);
    switch (c) {
    case '\\':
        take_escape(p, b);
        return;
    case '\'':
        take_single_quotes(p, b);
        return;
    case '"':
        take_double_quotes(p, b);
        return;
    case '$':
    case '@':
        take_expansion(p, b, false);
        return;
    case '*':
    case '?':
        take_wildcard(p, b);
        return;
    case '[':
        take_bracket(p, b);
        return;
    case '{':
        take_braces(p, b);
        return;
    case '~':
        if (is_empty(b) && b->context != WORD_ELEMENT) {
            take_tilde(p, b, false);
            return;
        }
        break;
    case '(':
    case ')':
    case '}':
    case ']':
        lex_fail(l, ERROR_SYNTAX, "unexpected '%c'", c);
        return;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        /* Only between braces: a run of blanks is one. */
        buf_putc(&b->text, ' ');
        lex_blanks(l);
        return;
    }
    buf_putc(&b->text, (char)c);
    lex_skip(l, 1);
}

struct word parse_word(struct parser *p, enum word_context context)
{
    struct builder b = {.context = context};
    b.word.pos = lex_pos(&p->lex);
    size_t start = p->lex.at;
    if (parse_enter(p)) {
        while (!ends_word(p, context))
            take_one(p, &b);
        parse_leave(p);
    }
    flush_text(p, &b);
    buf_free(&b.text);
    size_t end = p->lex.failed ? start : p->lex.at;
    b.word.raw = arena_copy(p->arena, p->lex.text + start, end - start);
    return b.word;
}

bool parse_values(struct parser *p, struct word **words, size_t *count)
{
    struct words w = {0};
    for (;;) {
        lex_blanks(&p->lex);
        if (lex_statement_ends(&p->lex))
            break;
        add_word(p, &w, parse_word(p, WORD_VALUE));
    }
    *words = w.items;
    *count = w.count;
    return w.count > 0;
}
