/*
 * Handlers to run at exit, last in first out, with an argument each. Blocks of 32;
 * the first is static, so that atexit's guaranteed 32 need no memory.
 */
#include <stdlib.h>
#include "shim/src/internal/start.h"
#include "shim/src/internal/lock.h"

#define BLOCK_HANDLERS 32

struct handler_block {
    struct handler_block *next;
    size_t used;
    struct {
        void (*fn)(void *);
        void *arg;
    } handlers[BLOCK_HANDLERS];
};

static struct handler_block first;
static struct handler_block *head = &first;
static u32 lock;

int __cxa_atexit(void (*fn)(void *), void *arg, void *dso);

int __cxa_atexit(void (*fn)(void *), void *arg, void *dso)
{
    int result = -1;

    (void)dso;
    __umk_lock(&lock);
    if (head->used == BLOCK_HANDLERS) {
        struct handler_block *b = calloc(1, sizeof *b);
        if (!b)
            goto out;
        b->next = head;
        head = b;
    }
    head->handlers[head->used].fn = fn;
    head->handlers[head->used].arg = arg;
    head->used++;
    result = 0;
out:
    __umk_unlock(&lock);
    return result;
}

static void call_plain(void *arg)
{
    void (*fn)(void);

    /* a function's address travels as data: POSIX guarantees that it fits */
    __builtin_memcpy(&fn, &arg, sizeof fn);
    fn();
}

int atexit(void (*fn)(void))
{
    void *arg;

    __builtin_memcpy(&arg, &fn, sizeof arg);
    return __cxa_atexit(call_plain, arg, NULL);
}

void __umk_atexit_run(void)
{
    __umk_lock(&lock);
    while (head) {
        if (head->used == 0) {
            if (!head->next)
                break;
            head = head->next;
            continue;
        }
        head->used--;
        void (*fn)(void *) = head->handlers[head->used].fn;
        void *arg = head->handlers[head->used].arg;
        __umk_unlock(&lock);
        fn(arg);
        __umk_lock(&lock);
    }
    __umk_unlock(&lock);
}

void __umk_atexit_fork(int what)
{
    if (what == 0)
        __umk_lock(&lock);
    else
        __umk_unlock(&lock);
}
