/* What the files taken from libsodium want from the rest of it. */
#include <stdlib.h>
#include <string.h>

void sodium_memzero(void *p, size_t len);
void sodium_misuse(void);
int sodium_memcmp(const void *a, const void *b, size_t len);

void sodium_memzero(void *p, size_t len)
{
    volatile unsigned char *b = p;

    while (len--)
        *b++ = 0;
}

/* A broken promise of the caller: nothing sensible can follow. */
void sodium_misuse(void)
{
    abort();
}
