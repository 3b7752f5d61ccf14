/* regexec, with REG_STARTEND as BSD has it */
#include <string.h>
#include "shim/src/regex/regex.h"

int regexec(const regex_t *restrict compiled, const char *restrict text, size_t nmatch,
            regmatch_t *restrict m, int flags)
{
    const struct regex *re = compiled->__program;
    regoff_t base = flags & REG_STARTEND ? m[0].rm_so : 0;
    struct subject s = {.re = re, .text = (const u8 *)text, .flags = flags};
    regmatch_t whole;
    size_t from, start, end;
    int result;

    s.len = flags & REG_STARTEND ? (size_t)m[0].rm_eo : strlen(text);
    if (flags & REG_NOTBOL) {
        /* Who goes on within a text, and says so, has its assertions see what is before. */
        s.from = (size_t)base;
        base = 0;
    } else {
        s.text += base;
        s.len -= (size_t)base;
    }
    if (re->flags & REG_NOSUB)
        nmatch = 0;
    if (re->has_backref) {
        result = __umk_regex_backtrack(&s, nmatch ? m : &whole, nmatch);
    } else {
        enum regex_found found = __umk_regex_automaton(&s, &from);
        if (found == REGEX_NONE)
            return REG_NOMATCH;
        if (found == REGEX_FOUND && nmatch == 0)
            return 0;
        result = __umk_regex_search(&s, found == REGEX_FOUND ? from : s.from, &start, &end);
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
