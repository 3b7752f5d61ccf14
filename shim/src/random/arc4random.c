/* The arc4random family: random bytes that are always there. */
#include <stdlib.h>
#include <sys/random.h>
#include "shim/src/internal/lock.h"

void arc4random_buf(void *buf, size_t len)
{
    if (getrandom(buf, len, 0) != (ssize_t)len)
        rx_panic("arc4random: no random bytes");
}

/* Words are taken in batches: a call to the scheme for each would cost too much. */
unsigned arc4random(void)
{
    static u32 words[64];
    static u32 left, lock;

    __umk_lock(&lock);
    if (!left) {
        arc4random_buf(words, sizeof words);
        left = 64;
    }
    u32 x = words[--left];
    words[left] = 0;
    __umk_unlock(&lock);
    return x;
}

unsigned arc4random_uniform(unsigned bound)
{
    if (bound < 2)
        return 0;
    /* below this, the remainders would not be equally likely */
    u32 least = -bound % bound, x;
    do
        x = arc4random();
    while (x < least);
    return x % bound;
}
