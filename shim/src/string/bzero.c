/* bzero, bcopy, explicit_bzero */
#include <string.h>
#include <strings.h>

void bzero(void *s, size_t n)
{
    memset(s, 0, n);
}

void bcopy(const void *src, void *dest, size_t n)
{
    memmove(dest, src, n);
}

void explicit_bzero(void *s, size_t n)
{
    memset(s, 0, n);
    /* the stores count as used */
    __asm__ volatile("" : : "r"(s) : "memory");
}
