/* Calls of functions, see eval.h. */
#include "eval.h"

#include "types.h"

#include <stdlib.h>
#include <string.h>

/* Deep enough for any honest recursion, and less than the stack holds. */
#define CALLS_MAX 1000

bool call_find_symbol(struct shell *sh, const struct symbol *symbol, struct call *call)
{
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    if (!b || b->value.kind != VALUE_FUNCTION)
        return false;
    *call = (struct call){
        .unit = unit_ref(b->value.fn.unit), .def = b->value.fn.def, .depth = b->depth};
    return true;
}

bool call_find(struct shell *sh, const char *name, struct call *call)
{
    return call_find_symbol(sh, symbol_find(name), call);
}

/* Releases the first `count` arguments and the reference. */
static void release(struct call *call, size_t count)
{
    for (size_t i = 0; i < count; i++)
        value_free(&call->args[i]);
    free(call->args);
    unit_drop(call->unit);
}

static bool check_count(struct shell *sh, struct call *call, size_t count)
{
    size_t want = call->def->param_count;
    call->args = mem_zero(want * sizeof *call->args);
    if (count == want)
        return true;
    shell_fail(sh, KIND_FUNCTION, "function '%s' takes %zu argument%s but got %zu",
               call->def->symbol->name, want, want == 1 ? "" : "s", count);
    release(call, 0);
    return false;
}

static int wrong_type(struct shell *sh, const struct type *type, const char *word)
{
    struct buf name = {0};
    type_name(type, &name);
    shell_fail(sh, KIND_FUNCTION, "argument has invalid type: expected %s, found value '%s'",
               buf_text(&name), word);
    buf_free(&name);
    return -1;
}

int call_take_words(struct shell *sh, struct call *call, const struct word *words, size_t count)
{
    if (!check_count(sh, call, count))
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct type *type = call->def->params[i].type;
        struct buf why = {0};
        enum type_result r = type_take(sh, type, &words[i], &call->args[i], &why);
        buf_free(&why);
        if (r == TYPE_FITS)
            continue;
        if (r == TYPE_MISMATCH)
            wrong_type(sh, type, words[i].raw);
        release(call, i);
        return -1;
    }
    return 0;
}

int call_take_texts(struct shell *sh, struct call *call, char *const *texts, size_t count)
{
    if (!check_count(sh, call, count))
        return -1;
    for (size_t i = 0; i < count; i++) {
        const struct type *type = call->def->params[i].type;
        struct buf why = {0};
        enum type_result r = type_take_text(type, texts[i], &call->args[i], &why);
        buf_free(&why);
        if (r == TYPE_FITS)
            continue;
        wrong_type(sh, type, texts[i]);
        release(call, i);
        return -1;
    }
    return 0;
}

void call_drop(struct call *call)
{
    release(call, call->def->param_count);
}

int call_run(struct shell *sh, struct call *call)
{
    if (sh->calls >= CALLS_MAX) {
        shell_fail(sh, KIND_FUNCTION, "function calls are nested too deeply");
        call_drop(call);
        return -1;
    }
    struct unit *unit = sh->unit;
    unsigned loops = sh->loops;
    unsigned depth = sh->scopes.count;
    sh->unit = call->unit;
    sh->loops = 0;
    sh->calls++;
    scope_push_call(&sh->scopes, call->depth);
    for (size_t i = 0; i < call->def->param_count; i++)
        scope_set_at(&sh->scopes, depth, call->def->params[i].symbol, call->args[i]);
    enum flow flow = run_stmts(sh, call->def->body);
    scope_pop(&sh->scopes);
    sh->calls--;
    sh->loops = loops;
    sh->unit = unit;
    release(call, 0);
    return flow == FLOW_FATAL ? -1 : 0;
}

bool call_hook(struct shell *sh, const char *name, const char *arg)
{
    struct call call;
    char *texts[] = {(char *)arg};
    if (!call_find(sh, name, &call))
        return false;
    if (call_take_texts(sh, &call, texts, arg != NULL) < 0 || call_run(sh, &call) < 0)
        shell_report(sh);
    return true;
}
