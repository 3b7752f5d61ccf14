/* strspn, strcspn and strpbrk */
#include "shim/src/internal/string.h"

size_t strspn(const char *s, const char *accept)
{
    struct byte_set set = __umk_byte_set(accept);
    const char *p = s;

    while (*p && __umk_in_set(&set, (u8)*p))
        p++;
    return (size_t)(p - s);
}

size_t strcspn(const char *s, const char *reject)
{
    if (!reject[0] || !reject[1])
        return (size_t)(__umk_strchrnul(s, *reject) - s);
    struct byte_set set = __umk_byte_set(reject);
    const char *p = s;
    while (*p && !__umk_in_set(&set, (u8)*p))
        p++;
    return (size_t)(p - s);
}

char *strpbrk(const char *s, const char *accept)
{
    s += strcspn(s, accept);
    return *s ? (char *)s : NULL;
}
