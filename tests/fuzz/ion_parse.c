/*
 * The shell's lexer, parser and expander on any text. Words that would run commands or look at
 * files are left out of the expansion; glob and regular expression matching are fed by themselves.
 * What must hold: no bad access, no endless loop, and a parse that always ends.
 */
#include "programs/ion/mem.c"
#include "programs/ion/utf8.c"
#include "programs/ion/symbol.c"
#include "programs/ion/syntax.c"
#include "programs/ion/lexer.c"
#include "programs/ion/parse.c"
#include "programs/ion/parse_word.c"
#include "programs/ion/parse_block.c"
#include "programs/ion/parse_let.c"
#include "programs/ion/value.c"
#include "programs/ion/scope.c"
#include "programs/ion/shell.c"
#include "programs/ion/expand.c"
#include "programs/ion/variable.c"
#include "programs/ion/index.c"
#include "programs/ion/range.c"
#include "programs/ion/brace.c"
#include "programs/ion/tilde.c"
#include "programs/ion/dirs.c"
#include "programs/ion/glob.c"
#include "programs/ion/color.c"
#include "programs/ion/bigint.c"
#include "programs/ion/real.c"
#include "programs/ion/num.c"
#include "programs/ion/arith.c"
#include "programs/ion/escape.c"
#include "programs/ion/pattern.c"
#include "programs/ion/pattern_run.c"
#include "programs/ion/method.c"
#include "programs/ion/method_list.c"
#include "programs/ion/number.c"
#include "programs/ion/types.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct shell sh;

/* Nothing is run here; safe_word keeps such words away. */
int run_captured(struct shell *shell, const struct stmt *body, struct buf *out)
{
    (void)shell;
    (void)body;
    (void)out;
    abort();
}

static bool safe_word(const struct word *w);

static bool safe_piece(const struct piece *p)
{
    bool outside = p->kind == PIECE_RUN || p->kind == PIECE_RUN_LIST || p->kind == PIECE_GLOB;
    for (size_t i = 0; i < p->count && !outside; i++)
        outside = !safe_word(&p->words[i]);
    for (size_t i = 0; i < p->index_count && !outside; i++)
        outside = !safe_word(&p->index[i]);
    return !outside;
}

static bool safe_word(const struct word *w)
{
    for (size_t i = 0; i < w->count; i++) {
        if (!safe_piece(&w->pieces[i]))
            return false;
    }
    return true;
}

static void try_words(const struct word *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct args out = {0};
        struct arena_mark mark = arena_mark(&sh.temp);
        if (safe_word(&words[i]) && expand_args(&sh, &words[i], 1, &out) == 0) {
            /* A command's word always gives at least one argument. */
            if (out.count == 0)
                abort();
        }
        shell_clear_failure(&sh);
        arena_release(&sh.temp, mark);
    }
}

static void try_pairs(const struct assign *a)
{
    for (size_t i = 0; i < a->key_count && i < a->value_count; i++) {
        struct value v;
        struct buf why = {0};
        struct arena_mark mark = arena_mark(&sh.temp);
        if (safe_word(&a->values[i]) &&
            type_take(&sh, a->keys[i].type, &a->values[i], &v, &why) == TYPE_FITS)
            scope_set(&sh.scopes, a->keys[i].symbol, v);
        shell_clear_failure(&sh);
        buf_free(&why);
        arena_release(&sh.temp, mark);
    }
}

static void try_stmts(const struct stmt *s)
{
    for (; s; s = s->next) {
        switch (s->kind) {
        case STMT_PIPELINE:
            for (size_t i = 0; i < s->pipeline.count; i++)
                try_words(s->pipeline.commands[i].words, s->pipeline.commands[i].count);
            break;
        case STMT_LET:
        case STMT_EXPORT:
            try_pairs(&s->assign);
            break;
        case STMT_WHILE:
            try_stmts(s->loop.cond);
            try_stmts(s->loop.body);
            break;
        case STMT_FOR:
            try_words(s->each.words, s->each.word_count);
            try_stmts(s->each.body);
            break;
        case STMT_FN:
            try_stmts(s->fn->body);
            break;
        case STMT_NOT:
        case STMT_AND:
        case STMT_OR:
        case STMT_TIME:
            try_stmts(s->child);
            break;
        default:
            break;
        }
    }
}

/* The first line as a pattern, the second as the text. */
static void try_matching(const char *text)
{
    const char *newline = strchr(text, '\n');
    if (!newline)
        return;
    char *pattern = mem_copy(text, (size_t)(newline - text));
    struct pattern_span spans[PATTERN_GROUPS_MAX];
    struct pattern *p = pattern_new(pattern, NULL);
    size_t len = strlen(newline + 1);
    if (p && len < 1000 && pattern_search(p, newline + 1, 0, spans)) {
        bool inside =
            spans[0].start >= 0 && spans[0].start <= spans[0].end && (size_t)spans[0].end <= len;
        if (!inside)
            abort();
    }
    pattern_free(p);
    glob_match(pattern, strlen(pattern), newline + 1);
    free(pattern);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct parser p;
    struct unit *u;
    if (size > 20000)
        return 0;
    if (sh.scopes.count == 0) {
        scopes_start(&sh.scopes);
        sh.dirs = dirs_new();
        sh.argv0 = "ion";
    }
    char *text = mem_copy((const char *)data, size);
    /* Variables of one input are gone before the next. */
    scope_push(&sh.scopes);
    parse_start(&p, text, size, 1);
    while (parse_next(&p, &u) == PARSE_STATEMENT) {
        try_stmts(u->body);
        unit_drop(u);
    }
    parse_finish(&p);
    scope_pop(&sh.scopes);
    try_matching(text);
    free(text);
    return 0;
}
