/* regexec */
#include <string.h>
#include "shim/src/regex/regex.h"

int regexec(const regex_t *restrict compiled, const char *restrict text, size_t nmatch,
            regmatch_t *restrict m, int flags)
{
    const struct regex *re = compiled->__program;
    regoff_t base = flags & REG_STARTEND ? m[0].rm_so : 0;
    struct subject s = {.re = re, .flags = flags};
    regmatch_t whole;
    size_t start, end;
    int result;

    s.text = (const u8 *)text + base;
    s.len = flags & REG_STARTEND ? (size_t)(m[0].rm_eo - base) : strlen(text);
    if (re->flags & REG_NOSUB)
        nmatch = 0;
    if (re->has_backref) {
        result = __umk_regex_backtrack(&s, nmatch ? m : &whole, nmatch);
    } else {
        result = __umk_regex_search(&s, &start, &end);
        if (!result && nmatch) {
            m[0] = (regmatch_t){(regoff_t)start, (regoff_t)end};
            if (nmatch > 1)
                result = __umk_regex_submatch(&s, m, nmatch);
        }
    }
    for (size_t i = 0; !result && base && i < nmatch; i++) {
        if (m[i].rm_so >= 0) {
            m[i].rm_so += base;
            m[i].rm_eo += base;
        }
    }
    return result;
}
