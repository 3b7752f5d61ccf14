/*
 * Aliases. An alias is text; where one is used, its statements take the member's place: the words
 * behind the name go to its first command, what was before and behind the member in the pipeline
 * goes to its first and last command. The result is run as it is, aliases in it are not expanded.
 */
#include "eval.h"

#include "parser.h"

#include <string.h>

/* The units an expansion needs while it runs. */
struct units {
    struct unit **items;
    size_t count;
    size_t cap;
};

static const char *alias_text(struct shell *sh, const struct command *c)
{
    const struct binding *b = c->symbol ? scope_get(&sh->scopes, c->symbol) : NULL;
    return b && b->value.kind == VALUE_ALIAS ? b->value.string : NULL;
}

/* Parses all statements of an alias into one chain; null, with the failure stored, on error. */
static struct stmt *parse_alias(struct shell *sh, const char *text, struct units *units)
{
    struct parser p;
    struct unit *u;
    struct stmt *first = NULL;
    struct stmt **tail = &first;
    enum parse_result r;
    parse_start(&p, text, strlen(text), 1);
    while ((r = parse_next(&p, &u)) == PARSE_STATEMENT) {
        struct unit **slot =
            arena_push(&sh->temp, &units->items, &units->count, &units->cap, sizeof *slot);
        *slot = u;
        *tail = u->body;
        tail = &u->body->next;
    }
    if (r == PARSE_ERROR)
        shell_fail(sh, KIND_SYNTAX, "in an alias: %s", buf_text(&p.lex.message));
    else if (!first)
        shell_fail(sh, KIND_SYNTAX, "the alias '%s' is empty", text);
    parse_finish(&p);
    return r == PARSE_ERROR ? NULL : first;
}

static void add_commands(struct arena *a, struct pipeline *pl, const struct command *more,
                         size_t count)
{
    struct command *all = arena_alloc(a, (pl->count + count) * sizeof *all);
    if (pl->count)
        memcpy(all, pl->commands, pl->count * sizeof *all);
    if (count)
        memcpy(all + pl->count, more, count * sizeof *all);
    pl->commands = all;
    pl->count += count;
}

/* The words behind the alias name, appended to the first command. */
static void add_words(struct arena *a, struct command *c, const struct command *member)
{
    size_t extra = member->count - 1;
    struct word *words = arena_alloc(a, (c->count + extra) * sizeof *words);
    memcpy(words, c->words, c->count * sizeof *words);
    if (extra)
        memcpy(words + c->count, member->words + 1, extra * sizeof *words);
    c->words = words;
    c->count += extra;
}

/* The member's redirections: inputs to the first command or outputs to the last. */
static void add_redirects(struct arena *a, struct command *c, const struct command *member,
                          bool inputs)
{
    struct redirect *all =
        arena_alloc(a, (c->redirect_count + member->redirect_count) * sizeof *all);
    size_t n = c->redirect_count;
    if (n)
        memcpy(all, c->redirects, n * sizeof *all);
    for (size_t i = 0; i < member->redirect_count; i++) {
        const struct redirect *r = &member->redirects[i];
        bool input = r->kind == REDIRECT_READ || r->kind == REDIRECT_TEXT;
        if (input == inputs)
            all[n++] = *r;
    }
    c->redirects = all;
    c->redirect_count = n;
}

/*
 * The statements for one use of an alias. `before` is the pipeline in front of the member, already
 * expanded; it goes to the first statement. Returns the last statement, whose pipeline is in
 * `after`, to be continued.
 */
static void splice(struct shell *sh, const struct command *member, struct stmt *body,
                   const struct pipeline *before, struct stmt **first, struct pipeline **last)
{
    struct arena *a = &sh->temp;
    struct stmt **tail = first;
    for (struct stmt *s = body; s; s = s->next) {
        struct stmt *copy = arena_alloc(a, sizeof *copy);
        *copy = *s;
        copy->next = NULL;
        *tail = copy;
        tail = &copy->next;
        bool is_first = s == body;
        bool is_last = !s->next;
        *last = NULL;
        if (copy->kind != STMT_PIPELINE || copy->pipeline.count == 0)
            continue;
        struct pipeline *pl = &copy->pipeline;
        struct command *own = arena_alloc(a, pl->count * sizeof *own);
        memcpy(own, pl->commands, pl->count * sizeof *own);
        if (is_first) {
            add_words(a, &own[0], member);
            add_redirects(a, &own[0], member, true);
        }
        if (is_last) {
            add_redirects(a, &own[pl->count - 1], member, false);
            own[pl->count - 1].pipe = member->pipe;
        }
        struct pipeline whole = *pl;
        whole.commands = NULL;
        whole.count = 0;
        if (is_first)
            add_commands(a, &whole, before->commands, before->count);
        add_commands(a, &whole, own, pl->count);
        *pl = whole;
        *last = pl;
    }
}

/* Rewrites a pipeline with aliases as a chain of statements; null on error. */
static struct stmt *rewrite(struct shell *sh, const struct stmt *s, struct units *units)
{
    const struct pipeline *pl = &s->pipeline;
    struct arena *a = &sh->temp;
    struct stmt *first = NULL;
    struct stmt **tail = &first;
    struct pipeline start = {0};
    struct pipeline *open = &start; /* collects members until a statement takes it */
    for (size_t i = 0; i < pl->count; i++) {
        const char *text = alias_text(sh, &pl->commands[i]);
        if (!text) {
            add_commands(a, open, &pl->commands[i], 1);
            continue;
        }
        struct stmt *body = parse_alias(sh, text, units);
        if (!body)
            return NULL;
        struct pipeline before = *open;
        struct pipeline *last;
        if (open != &start) {
            /* The statement that was open is replaced by the one made from it. */
            struct stmt **at = &first;
            while ((*at)->next)
                at = &(*at)->next;
            tail = at;
            *tail = NULL;
        }
        splice(sh, &pl->commands[i], body, &before, tail, &last);
        struct pipeline *fresh = last;
        if (!fresh) {
            fresh = arena_alloc(a, sizeof *fresh);
            *fresh = (struct pipeline){0};
        }
        open = fresh;
    }
    struct stmt *end = first;
    while (end && end->next)
        end = end->next;
    if (end && end->kind == STMT_PIPELINE) {
        end->pipeline.background = pl->background;
        end->pipeline.raw = pl->raw;
    }
    return first;
}

/* The rewritten statements: pipelines go past the lookup of aliases. */
static int run_rewritten(struct shell *sh, const struct stmt *s)
{
    for (; s; s = s->next) {
        if ((s->tag == TAG_AND && sh->status != 0) || (s->tag == TAG_OR && sh->status == 0))
            continue;
        if (s->kind == STMT_PIPELINE) {
            if (run_pipeline_plain(sh, &s->pipeline) < 0)
                return -1;
            continue;
        }
        struct stmt alone = *s;
        alone.next = NULL;
        alone.tag = TAG_NONE;
        if (run_stmts(sh, &alone) == FLOW_FATAL)
            return -1;
    }
    return 0;
}

bool run_aliases(struct shell *sh, const struct stmt *s, int *result)
{
    bool any = false;
    for (size_t i = 0; i < s->pipeline.count && !any; i++)
        any = alias_text(sh, &s->pipeline.commands[i]) != NULL;
    if (!any)
        return false;
    struct units units = {0};
    const struct stmt *chain = rewrite(sh, s, &units);
    *result = -1;
    if (chain) {
        bool several = chain->next != NULL;
        if (several)
            scope_push(&sh->scopes);
        *result = run_rewritten(sh, chain);
        if (several)
            scope_pop(&sh->scopes);
    }
    for (size_t i = 0; i < units.count; i++)
        unit_drop(units.items[i]);
    return true;
}
