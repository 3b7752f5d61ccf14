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

/* Runs a handler once, without the lock. One that has run already is passed over. */
static void call(struct handler_block *b, size_t i)
{
    void (*fn)(void *) = b->handlers[i].fn;
    void *arg = b->handlers[i].arg;

    if (!fn)
        return;
    b->handlers[i].fn = NULL;
    __umk_unlock(&lock);
    fn(arg);
    __umk_lock(&lock);
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
        call(head, head->used);
    }
    __umk_unlock(&lock);
}

static bool lies_within(const void *p, u64 low, u64 high)
{
    return (uintptr_t)p >= low && (uintptr_t)p < high;
}

/* The newest handler of, or for, what is in [low, high); the lock is held. */
static bool call_one_within(u64 low, u64 high)
{
    for (struct handler_block *b = head; b; b = b->next)
        for (size_t i = b->used; i > 0; i--) {
            const void *fn;

            if (!b->handlers[i - 1].fn)
                continue;
            __builtin_memcpy(&fn, &b->handlers[i - 1].fn, sizeof fn);
            if (lies_within(fn, low, high) || lies_within(b->handlers[i - 1].arg, low, high)) {
                call(b, i - 1);
                return true;
            }
        }
    return false;
}

void __umk_atexit_run_within(u64 low, u64 high)
{
    __umk_lock(&lock);
    while (call_one_within(low, high))
        ;
    __umk_unlock(&lock);
}

void __umk_atexit_fork(int what)
{
    if (what == 0)
        __umk_lock(&lock);
    else
        __umk_unlock(&lock);
}
