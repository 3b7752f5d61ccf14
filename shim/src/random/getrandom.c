/* Random bytes from the rand scheme: getrandom, getentropy and the arc4random family. */
#include <errno.h>
#include <stdlib.h>
#include <sys/random.h>
#include "shim/src/internal/lock.h"
#include "shim/src/internal/result.h"

ssize_t getrandom(void *buf, size_t len, unsigned flags)
{
    static const char path[] = "/scheme/rand";
    size_t done = 0;

    if (flags & ~(GRND_NONBLOCK | GRND_RANDOM))
        return __umk_fail(EINVAL);
    size_t fd = redox_open_v1((const u8 *)path, sizeof path - 1, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    if (RX_IS_ERR(fd))
        return __umk_result((i64)fd);
    while (done < len) {
        size_t n = redox_read_v1(fd, (u8 *)buf + done, len - done);
        if (RX_IS_ERR(n) || n == 0) {
            redox_close_v1(fd);
            return n == 0 ? __umk_fail(EIO) : __umk_result((i64)n);
        }
        done += n;
    }
    redox_close_v1(fd);
    return (ssize_t)done;
}

int getentropy(void *buf, size_t len)
{
    if (len > 256)
        return (int)__umk_fail(EIO);
    return getrandom(buf, len, 0) == (ssize_t)len ? 0 : -1;
}

void arc4random_buf(void *buf, size_t len)
{
    if (getrandom(buf, len, 0) != (ssize_t)len)
        rx_panic("arc4random: no random bytes from /scheme/rand");
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
