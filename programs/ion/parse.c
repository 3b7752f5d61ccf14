/* Statements: pipelines, prefixes, lists, and the top level. See parser.h. */
#include "parser.h"

#include <string.h>

#define DEPTH_MAX 200

void parse_start(struct parser *p, const char *text, size_t len, unsigned line)
{
    memset(p, 0, sizeof *p);
    lex_start(&p->lex, text, len, line);
}

void parse_finish(struct parser *p)
{
    lex_end(&p->lex);
}

bool parse_enter(struct parser *p)
{
    if (p->depth >= DEPTH_MAX) {
        lex_fail(&p->lex, ERROR_SYNTAX, "nested too deeply");
        return false;
    }
    p->depth++;
    return true;
}

void parse_leave(struct parser *p)
{
    p->depth--;
}

struct stmt *stmt_new(struct parser *p, enum stmt_kind kind, struct pos pos)
{
    struct stmt *s = arena_alloc(p->arena, sizeof *s);
    memset(s, 0, sizeof *s);
    s->kind = kind;
    s->pos = pos;
    return s;
}

/* --- pipelines --- */

/* The redirection operator at the cursor; false when there is none. */
static bool take_redirect(struct lexer *l, struct redirect *r)
{
    static const struct {
        const char *text;
        enum redirect_kind kind;
        enum streams streams;
    } operators[] = {
        {"&>>", REDIRECT_APPEND, STREAM_BOTH},
        {"&>", REDIRECT_WRITE, STREAM_BOTH},
        {"^>>", REDIRECT_APPEND, STREAM_ERR},
        {"^>", REDIRECT_WRITE, STREAM_ERR},
        {">>", REDIRECT_APPEND, STREAM_OUT},
        {">", REDIRECT_WRITE, STREAM_OUT},
        {"<<<", REDIRECT_TEXT, 0},
    };
    for (size_t i = 0; i < sizeof operators / sizeof *operators; i++) {
        if (lex_take(l, operators[i].text)) {
            r->kind = operators[i].kind;
            r->streams = operators[i].streams;
            return true;
        }
    }
    if (lex_peek(l) == '<' && lex_ahead(l, 1) == '<')
        lex_fail(l, ERROR_SYNTAX, "heredocs are not supported, use a herestring '<<<'");
    r->kind = REDIRECT_READ;
    return lex_take(l, "<");
}

static bool take_pipe(struct lexer *l, enum streams *pipe)
{
    if (lex_peek(l) == '|' && lex_ahead(l, 1) == '|')
        return false;
    if (lex_take(l, "|"))
        *pipe = STREAM_OUT;
    else if (lex_take(l, "^|"))
        *pipe = STREAM_ERR;
    else if (lex_take(l, "&|"))
        *pipe = STREAM_BOTH;
    else
        return false;
    return true;
}

static bool take_background(struct lexer *l, enum background *background)
{
    if (lex_peek(l) == '&' && lex_ahead(l, 1) == '&')
        return false;
    if (lex_take(l, "&!"))
        *background = DISOWNED;
    else if (lex_take(l, "&"))
        *background = BACKGROUND;
    else
        return false;
    return true;
}

/* Words and redirections of one member; its pipe is left to the caller. */
static struct command parse_command(struct parser *p)
{
    struct command c = {0};
    size_t word_cap = 0;
    size_t redirect_cap = 0;
    struct lexer *l = &p->lex;
    for (;;) {
        lex_blanks(l);
        int ch = lex_peek(l);
        if (lex_statement_ends(l) || ch == '|' || (ch == '^' && lex_ahead(l, 1) == '|'))
            break;
        if (ch == '&' && lex_ahead(l, 1) != '>')
            break;
        struct redirect r = {0};
        if (take_redirect(l, &r)) {
            if (c.count == 0)
                lex_fail(l, ERROR_SYNTAX, "expected a command before the redirection");
            lex_blanks(l);
            if (lex_statement_ends(l) || strchr("&|<>", lex_peek(l)))
                lex_fail(l, ERROR_SYNTAX, "expected a file name after the redirection");
            r.word = parse_word(p, WORD_COMMAND);
            struct redirect *slot =
                arena_push(p->arena, &c.redirects, &c.redirect_count, &redirect_cap, sizeof *slot);
            *slot = r;
            continue;
        }
        struct word w = parse_word(p, WORD_COMMAND);
        if (w.raw[0] == '\0') {
            lex_fail(l, ERROR_SYNTAX, "unexpected '%c'", ch);
            break;
        }
        struct word *slot = arena_push(p->arena, &c.words, &c.count, &word_cap, sizeof *slot);
        *slot = w;
    }
    const char *name = c.count > 0 ? word_plain(&c.words[0]) : NULL;
    if (name)
        c.symbol = symbol_of(name, strlen(name));
    return c;
}

static struct stmt *parse_pipeline(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    struct stmt *s = stmt_new(p, STMT_PIPELINE, pos);
    struct pipeline *pl = &s->pipeline;
    size_t cap = 0;
    size_t start = l->at;
    int first = lex_peek(l);
    if (first == '|' || first == '&' || first == '<' || first == '>' ||
        (first == '^' && (lex_ahead(l, 1) == '>' || lex_ahead(l, 1) == '|')))
        lex_fail(l, ERROR_SYNTAX, "expected a command, found '%c'", first);
    for (;;) {
        struct command c = parse_command(p);
        bool more = take_pipe(l, &c.pipe);
        /* An empty member is left out, as if its pipe were not there. */
        if (c.count > 0) {
            struct command *slot =
                arena_push(p->arena, &pl->commands, &pl->count, &cap, sizeof *slot);
            *slot = c;
        }
        if (!more)
            break;
    }
    if (pl->count > 0)
        pl->commands[pl->count - 1].pipe = 0;
    size_t end = l->failed ? start : l->at;
    take_background(l, &pl->background);
    while (end > start && (lex_is_blank(l->text[end - 1]) || l->text[end - 1] == '\n'))
        end--;
    pl->raw = arena_copy(p->arena, l->text + start, end - start);
    return s;
}

/* --- prefixes --- */

static struct stmt *parse_prefix(struct parser *p, enum stmt_kind kind, struct pos pos)
{
    struct stmt *s = stmt_new(p, kind, pos);
    lex_blanks(&p->lex);
    if (!lex_statement_ends(&p->lex))
        s->child = parse_statement(p);
    if (s->child && kind == STMT_NOT)
        s->child->guarded = true;
    return s;
}

/* NAME=VALUE before a statement; null, with the cursor unmoved, when it is something else. */
static struct stmt *parse_env(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    int c = lex_peek(l);
    size_t n = 0;
    if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')))
        return NULL;
    while ((c = lex_ahead(l, n)) == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
           (c >= 'A' && c <= 'Z'))
        n++;
    if (c != '=' || lex_ahead(l, n + 1) < 0 || lex_is_blank(lex_ahead(l, n + 1)))
        return NULL;
    struct lex_state here = lex_save(l);
    const char *name = l->text + l->at;
    lex_skip(l, n + 1);
    struct word value = parse_word(p, WORD_COMMAND);
    lex_blanks(l);
    bool command_follows = !lex_statement_ends(l) && !strchr("|&<>^", lex_peek(l));
    if (value.raw[0] == '\0' || !command_follows) {
        lex_restore(l, here);
        return NULL;
    }
    struct stmt *s = stmt_new(p, STMT_ENV, pos);
    s->env.name = arena_copy(p->arena, name, n);
    s->env.value = value;
    s->env.child = parse_statement(p);
    return s;
}

static struct stmt *parse_return(struct parser *p, struct pos pos)
{
    struct stmt *s = stmt_new(p, STMT_RETURN, pos);
    parse_values(p, &s->ret.words, &s->ret.count);
    return s;
}

static bool at_alone(struct parser *p, const char *word)
{
    struct lex_state here = lex_save(&p->lex);
    bool alone = lex_take_keyword(&p->lex, word);
    if (alone) {
        lex_blanks(&p->lex);
        alone = lex_statement_ends(&p->lex);
    }
    lex_restore(&p->lex, here);
    return alone;
}

static struct stmt *parse_block(struct parser *p, struct pos pos)
{
    struct lexer *l = &p->lex;
    /* `if`, `while` and `fn` alone are commands. */
    if (!at_alone(p, "if") && lex_take_keyword(l, "if"))
        return parse_if(p, pos);
    if (!at_alone(p, "while") && lex_take_keyword(l, "while"))
        return parse_while(p, pos);
    if (!at_alone(p, "fn") && lex_take_keyword(l, "fn"))
        return parse_fn(p, pos);
    if (lex_take_keyword(l, "for"))
        return parse_for(p, pos);
    if (lex_take_keyword(l, "match"))
        return parse_match(p, pos);
    return NULL;
}

static struct stmt *parse_block_keyword(struct parser *p, struct pos pos)
{
    p->lex.blocks++;
    struct stmt *s = parse_block(p, pos);
    p->lex.blocks--;
    return s;
}

static struct stmt *parse_keyword(struct parser *p, struct pos pos)
{
    static const struct {
        const char *word;
        enum stmt_kind kind;
    } prefixes[] = {{"not", STMT_NOT},
                    {"!", STMT_NOT},
                    {"and", STMT_AND},
                    {"or", STMT_OR},
                    {"time", STMT_TIME}};
    struct lexer *l = &p->lex;
    if (lex_take_keyword(l, "let"))
        return parse_let(p, pos, STMT_LET);
    if (lex_take_keyword(l, "export"))
        return parse_let(p, pos, STMT_EXPORT);
    if (lex_take_keyword(l, "break"))
        return stmt_new(p, STMT_BREAK, pos);
    if (lex_take_keyword(l, "continue"))
        return stmt_new(p, STMT_CONTINUE, pos);
    if (lex_take_keyword(l, "return"))
        return parse_return(p, pos);
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++) {
        if (lex_take_keyword(l, prefixes[i].word))
            return parse_prefix(p, prefixes[i].kind, pos);
    }
    if (lex_at_keyword(l, "else") || lex_at_keyword(l, "end") || lex_at_keyword(l, "case"))
        lex_fail(l, ERROR_BLOCK, "'%s' without a block to belong to",
                 lex_at_keyword(l, "end")    ? "end"
                 : lex_at_keyword(l, "else") ? "else"
                                             : "case");
    return parse_block_keyword(p, pos);
}

struct stmt *parse_statement(struct parser *p)
{
    if (!parse_enter(p))
        return stmt_new(p, STMT_PIPELINE, lex_pos(&p->lex));
    lex_blanks(&p->lex);
    struct pos pos = lex_pos(&p->lex);
    struct stmt *s = parse_keyword(p, pos);
    if (!s && !p->lex.failed)
        s = parse_env(p, pos);
    if (!s)
        s = parse_pipeline(p, pos);
    parse_leave(p);
    return s;
}

/* --- lists --- */

/* What follows a statement: the tag of the next one. Fails on anything but a separator. */
static enum tag take_separator(struct parser *p, struct stmt *s)
{
    struct lexer *l = &p->lex;
    enum tag tag = TAG_NONE;
    bool in_background = s->kind == STMT_PIPELINE && s->pipeline.background;
    lex_blanks(l);
    if (lex_take(l, "&&"))
        tag = TAG_AND;
    else if (lex_take(l, "||"))
        tag = TAG_OR;
    if (tag != TAG_NONE) {
        s->guarded = true;
        lex_lines(l);
        int c = lex_peek(l);
        if (c < 0)
            lex_unfinished(l, ERROR_SYNTAX, "expected a command after '%s'",
                           tag == TAG_AND ? "&&" : "||");
        if (c == ';' || (c == ')' && l->parens) || ((c == '&' || c == '|') && lex_ahead(l, 1) == c))
            lex_fail(l, ERROR_SYNTAX, "expected a command, found '%c'", c);
        return tag;
    }
    int c = lex_peek(l);
    if (c == ';')
        lex_skip(l, 1);
    else if (!in_background && !lex_statement_ends(l))
        lex_fail(l, ERROR_SYNTAX, "unexpected '%c' after the statement", c);
    return TAG_NONE;
}

/* Steps over empty statements; `;` may not be followed by an operator, nor begin the text. */
static void skip_empty(struct parser *p, bool after_statement)
{
    struct lexer *l = &p->lex;
    for (;;) {
        lex_lines(l);
        int c = lex_peek(l);
        if (c == '#') {
            /* Directly behind a `;` this is a comment that ends at the next one. */
            while ((c = lex_peek(l)) >= 0 && c != ';' && c != '\n')
                lex_skip(l, 1);
            continue;
        }
        if (c != ';')
            return;
        if (!after_statement)
            lex_fail(l, ERROR_SYNTAX, "expected a command, found ';'");
        lex_skip(l, 1);
    }
}

struct stmt *parse_chain(struct parser *p)
{
    struct lexer *l = &p->lex;
    struct stmt *first = NULL;
    struct stmt **tail = &first;
    enum tag tag = TAG_NONE;
    do {
        struct stmt *s = parse_statement(p);
        s->tag = tag;
        *tail = s;
        tail = &s->next;
        tag = take_separator(p, s);
        s->guarded = true;
    } while (tag != TAG_NONE && !l->failed);
    return first;
}

static enum stop at_stop(struct parser *p, bool in_parens)
{
    struct lexer *l = &p->lex;
    int c = lex_peek(l);
    if (in_parens)
        return c == ')' ? STOP_PAREN : STOP_NONE;
    if (c == 'e' && lex_at_keyword(l, "end"))
        return STOP_END;
    if (c == 'e' && lex_at_keyword(l, "else"))
        return STOP_ELSE;
    if (c == 'c' && lex_at_keyword(l, "case"))
        return STOP_CASE;
    return STOP_NONE;
}

enum stop parse_list(struct parser *p, struct stmt **out, bool in_parens)
{
    struct lexer *l = &p->lex;
    struct stmt **tail = out;
    enum tag tag = TAG_NONE;
    bool any = !in_parens;
    *out = NULL;
    for (;;) {
        skip_empty(p, any);
        enum stop stop = at_stop(p, in_parens);
        if (stop != STOP_NONE) {
            if (tag != TAG_NONE)
                lex_fail(l, ERROR_SYNTAX, "expected a command after the operator");
            return stop;
        }
        int c = lex_peek(l);
        /* The end of a substitution inside a block leaves the block open. */
        if (c < 0 || (c == ')' && l->parens > 0))
            return STOP_NONE;
        struct stmt *s = parse_statement(p);
        s->tag = tag;
        *tail = s;
        tail = &s->next;
        tag = take_separator(p, s);
        any = tag == TAG_NONE;
    }
}

enum parse_result parse_next(struct parser *p, struct unit **out)
{
    struct lexer *l = &p->lex;
    skip_empty(p, p->next_tag == TAG_NONE && l->at > 0);
    if (lex_peek(l) < 0)
        return l->failed ? PARSE_ERROR : PARSE_END;
    struct unit *u = unit_new();
    p->arena = &u->arena;
    u->body = parse_statement(p);
    u->body->tag = p->next_tag;
    p->next_tag = take_separator(p, u->body);
    p->arena = NULL;
    if (l->failed) {
        unit_drop(u);
        return PARSE_ERROR;
    }
    *out = u;
    return PARSE_STATEMENT;
}
