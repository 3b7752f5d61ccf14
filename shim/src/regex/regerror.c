/* regerror */
#include <string.h>
#include "shim/src/regex/regex.h"

static const char *const texts[] = {
    [REG_OK] = "Success",
    [REG_NOMATCH] = "No match",
    [REG_BADPAT] = "Invalid regular expression",
    [REG_ECOLLATE] = "Invalid collation character",
    [REG_ECTYPE] = "Invalid character class name",
    [REG_EESCAPE] = "Trailing backslash",
    [REG_ESUBREG] = "Invalid back reference",
    [REG_EBRACK] = "Unmatched [, [^, [:, [., or [=",
    [REG_EPAREN] = "Unmatched ( or \\(",
    [REG_EBRACE] = "Unmatched \\{",
    [REG_BADBR] = "Invalid content of \\{\\}",
    [REG_ERANGE] = "Invalid range end",
    [REG_ESPACE] = "Memory exhausted",
    [REG_BADRPT] = "Invalid preceding regular expression",
};

size_t regerror(int error, const regex_t *restrict re, char *restrict buf, size_t size)
{
    bool known = error >= 0 && (size_t)error < sizeof texts / sizeof texts[0];
    const char *text = known ? texts[error] : "Unknown error";
    size_t len = strlen(text);

    (void)re;
    if (size) {
        size_t n = len < size ? len : size - 1;
        memcpy(buf, text, n);
        buf[n] = 0;
    }
    return len + 1;
}
