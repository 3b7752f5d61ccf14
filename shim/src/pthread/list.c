/* The list of threads. */
#include "shim/src/process/atfork.h"
#include "shim/src/pthread/threads.h"

u32 __umk_threads_lock;
struct umk_thread *__umk_threads;
u32 __umk_threads_count = 1;
u32 __umk_main_ended;

void __umk_threads_add(struct umk_thread *t)
{
    t->prev = NULL;
    t->next = __umk_threads;
    if (t->next)
        t->next->prev = t;
    __umk_threads = t;
    __umk_threads_count++;
}

u32 __umk_threads_remove(struct umk_thread *t)
{
    if (t != __umk_main_thread) {
        if (t->prev)
            t->prev->next = t->next;
        else
            __umk_threads = t->next;
        if (t->next)
            t->next->prev = t->prev;
        t->next = t->prev = NULL;
    }
    return --__umk_threads_count;
}

/*
 * The memory of the threads that fork left behind stays: what the surviving one uses may lie on
 * their stacks. The caller is the child's main thread to the kernel, but keeps its block.
 */
void __umk_threads_fork_child(void)
{
    struct umk_thread *self = __umk_self();

    __umk_threads_lock = 0;
    __umk_main_ended = 0;
    __umk_threads = NULL;
    __umk_threads_count = 1;
    __umk_main_thread = self;
    self->next = self->prev = NULL;
}
