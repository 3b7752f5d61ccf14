/* Control flow, see eval.h. Pipelines, calls and assignments have files of their own. */
#include "eval.h"

#include "assign.h"
#include "expand.h"
#include "history.h"
#include "jobs.h"
#include "number.h"
#include "range.h"
#include "pattern.h"
#include "signals.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* A block's body, in a scope of its own. */
static enum flow run_body(struct shell *sh, const struct stmt *body)
{
    scope_push(&sh->scopes);
    enum flow flow = run_stmts(sh, body);
    scope_pop(&sh->scopes);
    return flow;
}

/* A condition: its status decides, and its failures are nobody's surprise. */
static enum flow run_condition(struct shell *sh, const struct stmt *cond, bool *truth)
{
    sh->conditions++;
    enum flow flow = run_body(sh, cond);
    sh->conditions--;
    *truth = sh->status == 0;
    return flow;
}

static enum flow run_if(struct shell *sh, const struct stmt *s)
{
    for (size_t i = 0; i < s->choice.count; i++) {
        bool truth;
        enum flow flow = run_condition(sh, s->choice.branches[i].cond, &truth);
        if (flow != FLOW_NEXT)
            return flow;
        if (truth)
            return run_body(sh, s->choice.branches[i].body);
    }
    return s->choice.otherwise ? run_body(sh, s->choice.otherwise) : FLOW_NEXT;
}

/* Runs a loop's body once. False when the loop ends; *flow then says how to go on. */
static bool run_round(struct shell *sh, const struct stmt *body, enum flow *flow)
{
    sh->loops++;
    *flow = run_body(sh, body);
    sh->loops--;
    if (*flow == FLOW_BREAK) {
        *flow = FLOW_NEXT;
        return false;
    }
    if (*flow == FLOW_CONTINUE)
        *flow = FLOW_NEXT;
    return *flow == FLOW_NEXT;
}

static enum flow run_while(struct shell *sh, const struct stmt *s)
{
    for (;;) {
        bool truth;
        struct arena_mark mark = arena_mark(&sh->temp);
        enum flow flow = run_condition(sh, s->loop.cond, &truth);
        if (flow != FLOW_NEXT || !truth)
            return flow;
        if (!run_round(sh, s->loop.body, &flow))
            return flow;
        arena_release(&sh->temp, mark);
    }
}

static enum flow for_range(struct shell *sh, const struct stmt *s, const struct range *r)
{
    enum flow flow = FLOW_NEXT;
    struct buf text = {0};
    size_t names = s->each.name_count;
    for (uint64_t i = 0; i < r->count; i += names) {
        struct arena_mark mark = arena_mark(&sh->temp);
        for (size_t k = 0; k < names; k++) {
            buf_clear(&text);
            if (i + k < r->count)
                range_member(r, i + k, &text);
            if (s->each.names[k])
                scope_set(&sh->scopes, s->each.names[k], value_string(buf_text(&text)));
        }
        if (!run_round(sh, s->each.body, &flow))
            break;
        arena_release(&sh->temp, mark);
    }
    buf_free(&text);
    return flow;
}

static enum flow for_list(struct shell *sh, const struct stmt *s, const struct args *list)
{
    enum flow flow = FLOW_NEXT;
    size_t names = s->each.name_count;
    for (size_t i = 0; i < list->count; i += names) {
        struct arena_mark mark = arena_mark(&sh->temp);
        for (size_t k = 0; k < names; k++) {
            const char *text = i + k < list->count ? list->items[i + k] : "";
            if (s->each.names[k])
                scope_set(&sh->scopes, s->each.names[k], value_string(text));
        }
        if (!run_round(sh, s->each.body, &flow))
            break;
        arena_release(&sh->temp, mark);
    }
    return flow;
}

static enum flow run_for(struct shell *sh, const struct stmt *s)
{
    struct args list = {0};
    struct range r;
    if (expand_list(sh, s->each.words, s->each.word_count, &list) < 0)
        return FLOW_FATAL;
    if (list.count == 1 && range_parse(list.items[0], &r))
        return for_range(sh, s, &r);
    return for_list(sh, s, &list);
}

/* --- match --- */

/* True when every subject matches one of the patterns, each anchored at both ends. */
static bool patterns_match(const struct args *patterns, const struct args *subject)
{
    for (size_t i = 0; i < subject->count; i++) {
        bool matched = false;
        for (size_t k = 0; k < patterns->count && !matched; k++) {
            struct pattern *re = pattern_new(patterns->items[k], NULL);
            matched = re && pattern_matches_whole(re, subject->items[i]);
            pattern_free(re);
        }
        if (!matched)
            return false;
    }
    return true;
}

static enum flow run_case(struct shell *sh, const struct match_case *c, bool *taken)
{
    enum flow flow = FLOW_NEXT;
    bool truth = true;
    if (c->guard)
        flow = run_condition(sh, c->guard, &truth);
    *taken = truth || flow != FLOW_NEXT;
    return truth && flow == FLOW_NEXT ? run_body(sh, c->body) : flow;
}

/* Runs a case with the subject bound; an old value of the same kind is put back afterwards. */
static enum flow run_bound_case(struct shell *sh, const struct stmt *s, const struct match_case *c,
                                const struct args *subject, bool *taken)
{
    struct value bound = value_array();
    bool as_array = s->match.subject_count == 1 && word_is_list(&s->match.subject[0]);
    if (as_array) {
        for (size_t i = 0; i < subject->count; i++)
            array_add(&bound, subject->items[i]);
    } else {
        bound = value_string(args_join(&sh->temp, subject, " "));
    }
    const struct binding *old = scope_get(&sh->scopes, c->bind);
    bool keep = old && old->value.kind == bound.kind;
    struct value saved = {0};
    if (keep)
        saved = value_copy(&old->value);
    scope_set(&sh->scopes, c->bind, bound);
    enum flow flow = run_case(sh, c, taken);
    if (keep)
        scope_set(&sh->scopes, c->bind, saved);
    return flow;
}

static enum flow run_match(struct shell *sh, const struct stmt *s)
{
    struct args subject = {0};
    for (size_t i = 0; i < s->match.subject_count; i++) {
        const struct word *w = &s->match.subject[i];
        bool list = w->count == 1 && !w->pieces[0].quoted && piece_is_list(&w->pieces[0]);
        if ((list ? expand_list(sh, w, 1, &subject) : expand_args(sh, w, 1, &subject)) < 0)
            return FLOW_FATAL;
    }
    for (size_t i = 0; i < s->match.count; i++) {
        const struct match_case *c = &s->match.cases[i];
        struct args patterns = {0};
        bool taken;
        if (c->pattern && expand_args(sh, c->pattern, 1, &patterns) < 0)
            return FLOW_FATAL;
        if (c->pattern && !patterns_match(&patterns, &subject))
            continue;
        enum flow flow =
            c->bind ? run_bound_case(sh, s, c, &subject, &taken) : run_case(sh, c, &taken);
        if (taken)
            return flow;
    }
    return FLOW_NEXT;
}

/* --- the small ones --- */

static enum flow run_return(struct shell *sh, const struct stmt *s)
{
    struct args words = {0};
    if (expand_args(sh, s->ret.words, s->ret.count, &words) < 0)
        return FLOW_FATAL;
    if (words.count > 0 && number_is_int(words.items[0]))
        sh->status = (int)(strtoll(words.items[0], NULL, 10) & 0xff);
    return FLOW_RETURN;
}

static enum flow run_not(struct shell *sh, const struct stmt *s)
{
    enum flow flow = FLOW_NEXT;
    if (s->child) {
        sh->conditions++;
        flow = run_one(sh, s->child);
        sh->conditions--;
    }
    sh->status = sh->status == 0;
    return flow;
}

static enum flow run_time(struct shell *sh, const struct stmt *s)
{
    struct timespec start;
    struct timespec end;
    while (s->child && s->child->kind == STMT_TIME)
        s = s->child;
    clock_gettime(CLOCK_MONOTONIC, &start);
    enum flow flow = s->child ? run_one(sh, s->child) : FLOW_NEXT;
    clock_gettime(CLOCK_MONOTONIC, &end);
    long long seconds = end.tv_sec - start.tv_sec;
    long nanos = end.tv_nsec - start.tv_nsec;
    if (nanos < 0) {
        nanos += 1000000000;
        seconds--;
    }
    if (seconds >= 60)
        shell_printf(sh, "real    %lldm%lld.%09lds\n", seconds / 60, seconds % 60, nanos);
    else
        shell_printf(sh, "real    %lld.%09lds\n", seconds, nanos);
    return flow;
}

/* NAME=VALUE in front of a statement: in the environment while that runs. */
static enum flow run_env(struct shell *sh, const struct stmt *s)
{
    const char *value = expand_text(sh, &s->env.value);
    if (!value)
        return FLOW_FATAL;
    const char *old = getenv(s->env.name);
    char *saved = old ? mem_dup(old) : NULL;
    setenv(s->env.name, value, 1);
    enum flow flow = run_one(sh, s->env.child);
    if (saved)
        setenv(s->env.name, saved, 1);
    else
        unsetenv(s->env.name);
    free(saved);
    return flow;
}

static enum flow run_jump(struct shell *sh, const struct stmt *s)
{
    bool breaks = s->kind == STMT_BREAK;
    if (sh->loops > 0)
        return breaks ? FLOW_BREAK : FLOW_CONTINUE;
    shell_fail(sh, KIND_BLOCK, "'%s' outside of a loop", breaks ? "break" : "continue");
    return FLOW_FATAL;
}

/* With RECORD_SUMMARY the time that each pipeline took is printed and kept in the history. */
static bool wants_summary(const struct shell *sh)
{
    if (!sh->interactive || sh->io.capture)
        return false;
    const char *wanted = scope_string(&sh->scopes, "RECORD_SUMMARY");
    return wanted && strcmp(wanted, "1") == 0;
}

static void print_summary(struct shell *sh, const struct timespec *start)
{
    struct timespec end;
    char line[80];
    clock_gettime(CLOCK_MONOTONIC, &end);
    double seconds =
        (double)(end.tv_sec - start->tv_sec) + (double)(end.tv_nsec - start->tv_nsec) / 1e9;
    snprintf(line, sizeof line, "#summary# %.9f seconds", seconds);
    shell_printf(sh, "%s\n", line);
    history_note(sh, line);
}

static enum flow run_pipeline_stmt(struct shell *sh, const struct stmt *s)
{
    bool summary = wants_summary(sh);
    struct timespec start = {0};
    if (summary)
        clock_gettime(CLOCK_MONOTONIC, &start);
    sh->conditions += s->guarded;
    int r = run_pipeline(sh, s);
    sh->conditions -= s->guarded;
    if (summary)
        print_summary(sh, &start);
    if (r < 0)
        return FLOW_FATAL;
    if (sh->errexit && sh->status != 0 && sh->conditions == 0 && !s->guarded) {
        shell_fail(sh, KIND_PIPELINE, "early exit: pipeline failed with error code %d", sh->status);
        return FLOW_FATAL;
    }
    return FLOW_NEXT;
}

static enum flow run_kind(struct shell *sh, const struct stmt *s)
{
    switch (s->kind) {
    case STMT_PIPELINE:
        return run_pipeline_stmt(sh, s);
    case STMT_LET:
        sh->status = run_let(sh, &s->assign);
        return sh->failure.kind ? FLOW_FATAL : FLOW_NEXT;
    case STMT_EXPORT:
        sh->status = run_export(sh, &s->assign);
        return sh->failure.kind ? FLOW_FATAL : FLOW_NEXT;
    case STMT_IF:
        return run_if(sh, s);
    case STMT_WHILE:
        return run_while(sh, s);
    case STMT_FOR:
        return run_for(sh, s);
    case STMT_MATCH:
        return run_match(sh, s);
    case STMT_FN:
        scope_set(&sh->scopes, s->fn->symbol, value_function(sh->unit, s->fn));
        return FLOW_NEXT;
    case STMT_BREAK:
    case STMT_CONTINUE:
        return run_jump(sh, s);
    case STMT_RETURN:
        return run_return(sh, s);
    case STMT_NOT:
        return run_not(sh, s);
    case STMT_AND:
        return s->child && sh->status == 0 ? run_one(sh, s->child) : FLOW_NEXT;
    case STMT_OR:
        return s->child && sh->status != 0 ? run_one(sh, s->child) : FLOW_NEXT;
    case STMT_TIME:
        return run_time(sh, s);
    case STMT_ENV:
        return run_env(sh, s);
    }
    return FLOW_NEXT;
}

enum flow run_one(struct shell *sh, const struct stmt *s)
{
    if ((s->tag == TAG_AND && sh->status != 0) || (s->tag == TAG_OR && sh->status == 0))
        return FLOW_NEXT;
    struct arena_mark mark = arena_mark(&sh->temp);
    enum flow flow = run_kind(sh, s);
    arena_release(&sh->temp, mark);
    jobs_poll(sh);
    int sig = signals_take();
    if (sig && flow != FLOW_FATAL) {
        jobs_forward(sh, sig);
        shell_fail(sh, KIND_PIPELINE, "ended by signal %s", signals_name(sig));
        sh->failure.signal = sig;
        return FLOW_FATAL;
    }
    return flow;
}

enum flow run_stmts(struct shell *sh, const struct stmt *s)
{
    for (; s; s = s->next) {
        enum flow flow = run_one(sh, s);
        if (flow != FLOW_NEXT)
            return flow;
    }
    return FLOW_NEXT;
}
