/* strtonum: a decimal number between two bounds, or the reason why not. */
#include <errno.h>
#include <stdlib.h>

long long strtonum(const char *s, long long low, long long high, const char **error)
{
    int saved = errno;
    const char *reason = NULL;
    long long x = 0;
    char *end;

    errno = 0;
    if (low > high) {
        errno = EINVAL;
        reason = "invalid";
    } else {
        x = strtoll(s, &end, 10);
        if (end == s || *end) {
            errno = EINVAL;
            reason = "invalid";
        } else if (x < low || (errno == ERANGE && x < 0)) {
            errno = ERANGE;
            reason = "too small";
        } else if (x > high || errno == ERANGE) {
            errno = ERANGE;
            reason = "too large";
        }
    }
    if (error)
        *error = reason;
    if (reason)
        return 0;
    errno = saved;
    return x;
}
