/* quick_exit: its own list of handlers, no destructors, no flushing. */
#include <stdlib.h>
#include "shim/src/internal/lock.h"

#define HANDLERS_MAX 32

static void (*handlers[HANDLERS_MAX])(void);
static size_t used;
static u32 lock;

int at_quick_exit(void (*fn)(void))
{
    int result = -1;

    __umk_lock(&lock);
    if (used < HANDLERS_MAX) {
        handlers[used++] = fn;
        result = 0;
    }
    __umk_unlock(&lock);
    return result;
}

_Noreturn void quick_exit(int status)
{
    __umk_lock(&lock);
    while (used > 0) {
        void (*fn)(void) = handlers[--used];
        __umk_unlock(&lock);
        fn();
        __umk_lock(&lock);
    }
    _Exit(status);
}
