/* The prompt: what the command PROMPT prints, or the variable PROMPT expanded as source text. */
#include "interactive.h"

#include "expand.h"
#include "parser.h"

#include <string.h>
#include <unistd.h>

void prompt_start(struct shell *sh)
{
    struct buf text = {0};
    buf_printf(&text,
               "${x::1B}]0;${USER}: ${PWD}${x::07}${c::0x55,bold}${USER}${c::default}:"
               "${c::0x4B}${SWD}${c::default}%c ${c::reset}",
               geteuid() == 0 ? '#' : '$');
    scope_set_string(&sh->scopes, "PROMPT", text.text);
    buf_free(&text);
}

/* Parses `source` and expands or runs it by `fn`; null when that fails. */
static char *from_source(struct shell *sh, const char *source, bool run)
{
    struct parser p;
    struct unit *u = unit_new();
    struct buf out = {0};
    char *text = NULL;
    parse_start(&p, source, strlen(source), 1);
    p.arena = &u->arena;
    if (run) {
        struct stmt *s = parse_statement(&p);
        struct unit *outer = sh->unit;
        sh->unit = u;
        if (!p.lex.failed && run_captured(sh, s, &out) == 0)
            text = arena_copy(&sh->temp, buf_text(&out), out.len);
        sh->unit = outer;
    } else {
        struct word w = parse_word(&p, WORD_VALUE);
        text = p.lex.failed ? NULL : expand_text(sh, &w);
        text = text ? arena_dup(&sh->temp, text) : NULL;
    }
    if (p.lex.failed)
        shell_fail(sh, KIND_SYNTAX, "in PROMPT: %s", buf_text(&p.lex.message));
    parse_finish(&p);
    buf_free(&out);
    unit_drop(u);
    return text;
}

/* The variable's text as one word: in double quotes, so that blanks stay. */
static char *from_variable(struct shell *sh, const char *name)
{
    const char *source = scope_string(&sh->scopes, name);
    struct buf word = {0};
    if (!source)
        return NULL;
    buf_putc(&word, '"');
    for (; *source; source++) {
        if (*source == '"')
            buf_putc(&word, '\\');
        buf_putc(&word, *source);
    }
    buf_putc(&word, '"');
    char *text = from_source(sh, word.text, false);
    buf_free(&word);
    return text;
}

char *prompt_mark(struct shell *sh, bool normal)
{
    char *text = from_variable(sh, normal ? "VI_NORMAL" : "VI_INSERT");
    shell_clear_failure(sh);
    if (text)
        return text;
    return arena_dup(&sh->temp, normal ? "\x1b[2;30;47m N \x1b[0m " : "\x1b[2;30;42m I \x1b[0m ");
}

char *prompt_text(struct shell *sh)
{
    int status = sh->status;
    const struct symbol *symbol = symbol_find("PROMPT");
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    bool command = b && (b->value.kind == VALUE_FUNCTION || b->value.kind == VALUE_ALIAS);
    char *text = command ? from_source(sh, "PROMPT", true) : from_variable(sh, "PROMPT");
    sh->status = status;
    if (text)
        return text;
    shell_report(sh);
    return arena_dup(&sh->temp, ">>> ");
}
