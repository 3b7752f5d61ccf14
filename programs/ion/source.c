/* Running text: one top-level statement is parsed and executed before the next is looked at. */
#include "eval.h"

#include "config.h"
#include "parser.h"

#include <errno.h>
#include <stdio.h>

static void syntax_failure(struct shell *sh, const struct lexer *l, const char *name)
{
    shell_fail(sh, l->failed == ERROR_BLOCK ? KIND_BLOCK : KIND_SYNTAX,
               "%s%sline %u, column %u: %s", name ? name : "", name ? ": " : "", l->error_pos.line,
               l->error_pos.col, buf_text(&l->message));
}

int run_text(struct shell *sh, const char *text, size_t len, const char *name, unsigned line)
{
    struct parser p;
    struct unit *outer = sh->unit;
    struct unit *u;
    enum flow flow = FLOW_NEXT;
    enum parse_result r = PARSE_END;
    parse_start(&p, text, len, line);
    while (flow == FLOW_NEXT && (r = parse_next(&p, &u)) == PARSE_STATEMENT) {
        sh->unit = u;
        flow = run_stmts(sh, u->body);
        sh->unit = outer;
        unit_drop(u);
    }
    if (r == PARSE_ERROR)
        syntax_failure(sh, &p.lex, name);
    parse_finish(&p);
    return sh->failure.kind ? -1 : 0;
}

time_t duration_start(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec;
}

void duration_set(struct shell *sh, time_t began)
{
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)(duration_start() - began));
    scope_set_at(&sh->scopes, 0, symbol_of("CMD_DURATION", 12), value_string(text));
}

int run_input(struct shell *sh, const char *text, size_t len, const char *name)
{
    time_t began = duration_start();
    int r = run_text(sh, text, len, name, 1);
    duration_set(sh, began);
    return r;
}

int run_file(struct shell *sh, const char *path, int *error)
{
    struct buf text = {0};
    *error = 0;
    if (!config_read(path, &text)) {
        *error = errno;
        buf_free(&text);
        return -1;
    }
    int r = run_input(sh, buf_text(&text), text.len, path);
    buf_free(&text);
    return r;
}

/* Parses everything; what is left in `p` says how that ended. */
static enum parse_result parse_all(struct parser *p, const char *text, size_t len)
{
    struct unit *u;
    enum parse_result r;
    parse_start(p, text, len, 1);
    while ((r = parse_next(p, &u)) == PARSE_STATEMENT)
        unit_drop(u);
    return r;
}

int text_check(struct shell *sh, const char *text, size_t len, const char *name)
{
    struct parser p;
    enum parse_result r = parse_all(&p, text, len);
    if (r == PARSE_ERROR)
        syntax_failure(sh, &p.lex, name);
    parse_finish(&p);
    return r == PARSE_ERROR ? -1 : 0;
}

bool text_is_incomplete(const char *text, size_t len, unsigned *blocks)
{
    struct parser p;
    bool incomplete = parse_all(&p, text, len) == PARSE_ERROR && p.lex.incomplete;
    if (blocks)
        *blocks = incomplete ? p.lex.open : 0;
    parse_finish(&p);
    return incomplete;
}

bool text_is_wrong(const char *text, size_t len, struct pos *pos, struct buf *why)
{
    struct parser p;
    bool wrong = parse_all(&p, text, len) == PARSE_ERROR && !p.lex.incomplete;
    if (wrong) {
        *pos = p.lex.error_pos;
        buf_printf(why, "%s: line %u, column %u: %s",
                   p.lex.failed == ERROR_BLOCK ? KIND_BLOCK : KIND_SYNTAX, pos->line, pos->col,
                   buf_text(&p.lex.message));
    }
    parse_finish(&p);
    return wrong;
}
