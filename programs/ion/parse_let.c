/* The heads of let and export: keys with indexes and types, the operator, the values. */
#include "parser.h"

#include <string.h>

static const struct {
    const char *text;
    enum assign_op op;
} operators[] = {
    {"//=", ASSIGN_INT_DIV}, {"**=", ASSIGN_POW},      {"++=", ASSIGN_APPEND},
    {"::=", ASSIGN_PREPEND}, {"\\\\=", ASSIGN_REMOVE}, {"?=", ASSIGN_DEFAULT},
    {"+=", ASSIGN_ADD},      {"-=", ASSIGN_SUB},       {"*=", ASSIGN_MUL},
    {"/=", ASSIGN_DIV},      {"=", ASSIGN_SET},
};

/* Length of the operator at the cursor, 0 when there is none. */
static size_t at_operator(struct lexer *l, enum assign_op *op)
{
    if (lex_peek(l) < 0)
        return 0;
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        size_t n = strlen(operators[i].text);
        if (l->len - l->at >= n && memcmp(l->text + l->at, operators[i].text, n) == 0) {
            *op = operators[i].op;
            return n;
        }
    }
    return 0;
}

static struct type *new_type(struct parser *p, enum type_kind kind, struct type *of)
{
    struct type *t = arena_alloc(p->arena, sizeof *t);
    t->kind = kind;
    t->of = of;
    return t;
}

struct type *parse_type(struct parser *p)
{
    static const struct {
        const char *name;
        enum type_kind kind;
    } names[] = {{"str", TYPE_STR},     {"bool", TYPE_BOOL},  {"int", TYPE_INT},
                 {"float", TYPE_FLOAT}, {"hmap[", TYPE_HMAP}, {"bmap[", TYPE_BMAP},
                 {"[", TYPE_ARRAY}};
    struct lexer *l = &p->lex;
    if (!parse_enter(p))
        return new_type(p, TYPE_STR, NULL);
    struct type *type = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !type; i++) {
        if (!lex_take(l, names[i].name))
            continue;
        enum type_kind kind = names[i].kind;
        bool nests = kind == TYPE_HMAP || kind == TYPE_BMAP || kind == TYPE_ARRAY;
        type = new_type(p, kind, nests ? parse_type(p) : NULL);
        if (nests && !lex_take(l, "]"))
            lex_fail(l, ERROR_SYNTAX, "a type without its ']'");
    }
    parse_leave(p);
    if (!type) {
        lex_fail(l, ERROR_SYNTAX, "expected a type: str, bool, int, float, [T], hmap[T], bmap[T]");
        type = new_type(p, TYPE_STR, NULL);
    }
    return type;
}

static void parse_key_index(struct parser *p, struct key *key)
{
    struct lexer *l = &p->lex;
    if (lex_take(l, "[]")) {
        key->type = new_type(p, TYPE_ARRAY, new_type(p, TYPE_STR, NULL));
        return;
    }
    l->blank_newlines++;
    lex_skip(l, 1);
    lex_blanks(l);
    key->index = arena_alloc(p->arena, sizeof *key->index);
    *key->index = parse_word(p, WORD_LIST);
    lex_blanks(l);
    l->blank_newlines--;
    if (!lex_take(l, "]"))
        lex_unfinished(l, ERROR_SYNTAX, "expected one index and ']'");
}

static void parse_key(struct parser *p, struct assign *a, size_t *cap)
{
    struct lexer *l = &p->lex;
    enum assign_op op;
    size_t start = l->at;
    for (;;) {
        int c = lex_peek(l);
        if (c < 0 || c == '\n' || lex_is_blank(c) || c == '[' || lex_statement_ends(l) ||
            at_operator(l, &op) > 0 || c == ':')
            break;
        lex_skip(l, 1);
    }
    size_t len = l->failed ? 0 : l->at - start;
    struct key *key = arena_push(p->arena, &a->keys, &a->key_count, cap, sizeof *key);
    key->symbol = symbol_of(l->text + start, len);
    key->name = key->symbol->name;
    key->type = new_type(p, TYPE_ANY, NULL);
    size_t at = a->key_count - 1;
    if (lex_peek(l) == '[')
        parse_key_index(p, key);
    key = &a->keys[at];
    if (lex_peek(l) == ':' && at_operator(l, &op) == 0) {
        lex_skip(l, 1);
        lex_blanks(l);
        key->type = parse_type(p);
    }
}

struct stmt *parse_let(struct parser *p, struct pos pos, enum stmt_kind kind)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, kind, pos);
    struct assign *a = &s->assign;
    const char *name = kind == STMT_LET ? "let" : "export";
    size_t cap = 0;
    for (;;) {
        lex_blanks(l);
        size_t n = at_operator(l, &a->op);
        if (n > 0) {
            lex_skip(l, n);
            a->has_op = true;
            break;
        }
        if (lex_statement_ends(l))
            break;
        parse_key(p, a, &cap);
    }
    if (!a->has_op) {
        bool listing = a->key_count == 0;
        bool copying = kind == STMT_EXPORT && a->key_count == 1 && !a->keys[0].index;
        if (!listing && !copying)
            lex_fail(l, ERROR_SYNTAX, "'%s' without an operator such as '='", name);
        return s;
    }
    if (!parse_values(p, &a->values, &a->value_count))
        lex_fail(l, ERROR_SYNTAX, "'%s' has no value after the operator", name);
    return s;
}
