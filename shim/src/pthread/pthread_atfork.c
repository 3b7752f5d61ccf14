/* pthread_atfork. */
#include <stdlib.h>
#include "shim/src/process/atfork.h"
#include "shim/src/pthread/threads.h"

struct handlers {
    void (*fn[3])(void); /* before, in the parent, in the child */
    struct handlers *newer, *older;
};

static u32 lock;
static struct handlers *newest, *oldest;

int pthread_atfork(void (*before)(void), void (*parent)(void), void (*child)(void))
{
    struct handlers *h = malloc(sizeof *h);

    if (!h)
        return ENOMEM;
    *h = (struct handlers){.fn = {before, parent, child}};
    __umk_lock(&lock);
    h->older = newest;
    if (newest)
        newest->newer = h;
    else
        oldest = h;
    newest = h;
    __umk_unlock(&lock);
    return 0;
}

static bool is_of(const struct handlers *h, u64 low, u64 high)
{
    for (int i = 0; i < 3; i++) {
        uintptr_t at;

        __builtin_memcpy(&at, &h->fn[i], sizeof at);
        if (at >= low && at < high)
            return true;
    }
    return false;
}

void __umk_atfork_forget(u64 low, u64 high)
{
    __umk_lock(&lock);
    for (struct handlers *h = newest, *older; h; h = older) {
        older = h->older;
        if (!is_of(h, low, high))
            continue;
        *(h->newer ? &h->newer->older : &newest) = h->older;
        *(h->older ? &h->older->newer : &oldest) = h->newer;
        free(h);
    }
    __umk_unlock(&lock);
}

/* Preparation goes from the newest to the oldest, the rest the other way; the lock is held
 * throughout, so that both see the same list. */
void __umk_atfork_run(int what)
{
    if (what == 0) {
        __umk_lock(&lock);
        for (struct handlers *h = newest; h; h = h->older)
            if (h->fn[0])
                h->fn[0]();
        return;
    }
    for (struct handlers *h = oldest; h; h = h->newer)
        if (h->fn[what])
            h->fn[what]();
    __umk_unlock(&lock);
}
