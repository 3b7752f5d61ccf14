/* regcomp and regfree */
#include <stdlib.h>
#include "shim/src/internal/utf8.h"
#include "shim/src/regex/regex.h"

static void free_all(struct regex *re)
{
    for (u32 i = 0; i < re->nsets; i++)
        free(re->sets[i].ranges);
    free(re->sets);
    free(re->nodes);
    free(re->program);
    __umk_regex_automaton_free(re->automaton);
    free(re);
}

int regcomp(regex_t *restrict out, const char *restrict pattern, int flags)
{
    struct regex *re = calloc(1, sizeof *re);

    out->__program = NULL;
    out->re_nsub = 0;
    if (!re)
        return REG_ESPACE;
    re->flags = flags;
    re->bytes = __umk_locale_is_bytes();
    int error = __umk_regex_parse(re, pattern);
    if (!error)
        error = __umk_regex_compile(re);
    if (error) {
        free_all(re);
        return error;
    }
    out->re_nsub = re->ngroups;
    out->__program = re;
    return 0;
}

void regfree(regex_t *re)
{
    if (re->__program)
        free_all(re->__program);
    re->__program = NULL;
}
