/* What libsodium's Argon2 strings want from the rest of it: a comparison that takes the same time
 * wherever the difference is. */
#include <stddef.h>

int sodium_memcmp(const void *a, const void *b, size_t len);

int sodium_memcmp(const void *a, const void *b, size_t len)
{
    const volatile unsigned char *x = a, *y = b;
    unsigned char differs = 0;

    while (len--)
        differs |= (unsigned char)(*x++ ^ *y++);
    return differs ? -1 : 0;
}
