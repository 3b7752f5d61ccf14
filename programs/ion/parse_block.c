/* Blocks: if, while, for, match, fn. A block that the end of the text cuts off is a block error
 * that names its kind. */
#include "parser.h"

#include <string.h>

/* Fails unless the list ended with `end`, which is taken. */
static void expect_end(struct parser *p, enum stop stop, const char *kind)
{
    if (stop == STOP_END)
        lex_take_keyword(&p->lex, "end");
    else if (stop == STOP_ELSE || stop == STOP_CASE)
        lex_fail(&p->lex, ERROR_BLOCK, "'%s' in a '%s' block", stop == STOP_ELSE ? "else" : "case",
                 kind);
    else
        lex_unfinished(&p->lex, ERROR_BLOCK, "the '%s' block is not closed", kind);
}

static struct stmt *parse_condition(struct parser *p, const char *kind)
{
    lex_blanks(&p->lex);
    if (lex_statement_ends(&p->lex))
        lex_fail(&p->lex, ERROR_SYNTAX, "'%s' needs a condition", kind);
    return parse_chain(p);
}

struct stmt *parse_if(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, STMT_IF, pos);
    size_t cap = 0;
    for (;;) {
        arena_push(p->arena, &s->choice.branches, &s->choice.count, &cap,
                   sizeof *s->choice.branches);
        size_t at = s->choice.count - 1;
        struct stmt *cond = parse_condition(p, "if");
        struct stmt *body;
        enum stop stop = parse_list(p, &body, false);
        struct branch *b = &s->choice.branches[at];
        b->cond = cond;
        b->body = body;
        if (stop != STOP_ELSE) {
            expect_end(p, stop, "if");
            return s;
        }
        lex_take_keyword(l, "else");
        lex_blanks(l);
        if (lex_take_keyword(l, "if"))
            continue;
        stop = parse_list(p, &s->choice.otherwise, false);
        if (stop == STOP_ELSE)
            lex_fail(l, ERROR_BLOCK, "'else' after 'else'");
        expect_end(p, stop, "if");
        return s;
    }
}

struct stmt *parse_while(struct parser *p, struct pos pos)
{
    struct stmt *s = stmt_new(p, STMT_WHILE, pos);
    s->loop.cond = parse_condition(p, "while");
    expect_end(p, parse_list(p, &s->loop.body, false), "while");
    return s;
}

struct stmt *parse_for(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, STMT_FOR, pos);
    size_t cap = 0;
    for (;;) {
        lex_blanks(l);
        if (s->each.name_count > 0 && lex_take_keyword(l, "in"))
            break;
        size_t n = lex_name(l);
        if (n == 0) {
            lex_fail(l, ERROR_SYNTAX, "'for' needs a variable name and 'in'");
            return s;
        }
        struct symbol **slot =
            arena_push(p->arena, &s->each.names, &s->each.name_count, &cap, sizeof *slot);
        bool ignored = n == 1 && l->text[l->at] == '_';
        *slot = ignored ? NULL : symbol_of(l->text + l->at, n);
        lex_skip(l, n);
    }
    if (!parse_values(p, &s->each.words, &s->each.word_count))
        lex_fail(l, ERROR_SYNTAX, "'for' has nothing after 'in'");
    expect_end(p, parse_list(p, &s->each.body, false), "for");
    return s;
}

static void parse_case(struct parser *p, struct match_case *c)
{
    struct lexer *l = &p->lex;
    lex_blanks(l);
    bool binds = lex_peek(l) == '@' && lex_is_blank(lex_ahead(l, 1));
    if (!lex_statement_ends(l) && !binds && !lex_at_keyword(l, "if")) {
        struct word w = parse_word(p, WORD_VALUE);
        const char *plain = word_plain(&w);
        if (!plain || strcmp(plain, "_") != 0) {
            c->pattern = arena_alloc(p->arena, sizeof *c->pattern);
            *c->pattern = w;
        }
        lex_blanks(l);
    }
    if (lex_peek(l) == '@' && lex_is_blank(lex_ahead(l, 1))) {
        lex_skip(l, 1);
        lex_blanks(l);
        size_t n = lex_name(l);
        if (n == 0)
            lex_fail(l, ERROR_SYNTAX, "'@' in a 'case' needs a variable name");
        c->bind = symbol_of(l->failed ? "" : l->text + l->at, l->failed ? 0 : n);
        lex_skip(l, n);
        lex_blanks(l);
    }
    if (lex_take_keyword(l, "if"))
        c->guard = parse_condition(p, "case");
    else if (!lex_statement_ends(l))
        lex_fail(l, ERROR_SYNTAX, "unexpected text after the pattern of 'case'");
}

struct stmt *parse_match(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, STMT_MATCH, pos);
    struct stmt *before;
    size_t cap = 0;
    if (!parse_values(p, &s->match.subject, &s->match.subject_count))
        lex_fail(l, ERROR_SYNTAX, "'match' needs a value");
    enum stop stop = parse_list(p, &before, false);
    if (before)
        lex_fail(l, ERROR_BLOCK, "a statement between 'match' and the first 'case'");
    while (stop == STOP_CASE) {
        struct match_case c = {0};
        lex_take_keyword(l, "case");
        parse_case(p, &c);
        stop = parse_list(p, &c.body, false);
        struct match_case *slot =
            arena_push(p->arena, &s->match.cases, &s->match.count, &cap, sizeof *slot);
        *slot = c;
    }
    expect_end(p, stop, "match");
    return s;
}

/* One of: name, name:type, name[]. */
static void parse_param(struct parser *p, struct fn_def *fn, size_t *cap)
{
    struct lexer *l = &p->lex;
    size_t n = lex_name(l);
    if (n == 0) {
        lex_fail(l, ERROR_SYNTAX, "'%c' cannot begin a parameter", lex_peek(l));
        return;
    }
    struct symbol *symbol = symbol_of(l->text + l->at, n);
    for (size_t i = 0; i < fn->param_count; i++) {
        if (fn->params[i].symbol == symbol)
            lex_fail(l, ERROR_SYNTAX, "parameter '%s' is given twice", symbol->name);
    }
    lex_skip(l, n);
    struct type *type = arena_alloc(p->arena, sizeof *type);
    *type = (struct type){.kind = TYPE_STR};
    if (lex_take(l, "[]")) {
        struct type *array = arena_alloc(p->arena, sizeof *array);
        *array = (struct type){.kind = TYPE_ARRAY, .of = type};
        type = array;
    } else if (lex_take(l, ":")) {
        lex_blanks(l);
        type = parse_type(p);
    }
    struct param *slot = arena_push(p->arena, &fn->params, &fn->param_count, cap, sizeof *slot);
    slot->symbol = symbol;
    slot->type = type;
    int c = lex_peek(l);
    if (!lex_is_blank(c) && !lex_statement_ends(l))
        lex_fail(l, ERROR_SYNTAX, "'%c' in the parameters", c);
}

static const char *parse_description(struct parser *p)
{
    struct lexer *l = &p->lex;
    lex_blanks(l);
    size_t start = l->at;
    while (!lex_statement_ends(l))
        lex_skip(l, 1);
    size_t end = l->at;
    while (end > start && lex_is_blank(l->text[end - 1]))
        end--;
    return arena_copy(p->arena, l->text + start, end - start);
}

struct stmt *parse_fn(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, STMT_FN, pos);
    struct fn_def *fn = arena_alloc(p->arena, sizeof *fn);
    size_t cap = 0;
    memset(fn, 0, sizeof *fn);
    s->fn = fn;
    lex_blanks(l);
    size_t n = lex_name(l);
    int after = n > 0 ? lex_ahead(l, n) : -1;
    bool ends = after < 0 || after == ';' || after == '\n' || after == ')' || lex_is_blank(after);
    if (n == 0 || !ends) {
        lex_fail(l, ERROR_SYNTAX, "'fn' needs a name of letters, digits and '_'");
        return s;
    }
    fn->symbol = symbol_of(l->text + l->at, n);
    lex_skip(l, n);
    for (;;) {
        lex_blanks(l);
        if (lex_statement_ends(l))
            break;
        if (lex_take_keyword(l, "--")) {
            fn->description = parse_description(p);
            break;
        }
        parse_param(p, fn, &cap);
    }
    expect_end(p, parse_list(p, &fn->body, false), "fn");
    return s;
}
