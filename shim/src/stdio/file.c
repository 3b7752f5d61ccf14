/* Making and freeing streams, the list of them, and what exit and fork do with it. */
#include <errno.h>
#include <stdlib.h>
#include "shim/src/internal/stdio.h"
#include "shim/src/internal/start.h"

static FILE *first;
static u32 list_lock;

FILE *__umk_file_new(u32 flags, int fd, const struct stream_ops *ops, void *cookie)
{
    FILE *f = malloc(sizeof *f + UNGET_MAX + STREAM_BUFFER);

    if (!f)
        return NULL;
    *f = (FILE){
        .flags = flags,
        .fd = fd,
        .buf = (u8 *)(f + 1) + UNGET_MAX,
        .buf_size = STREAM_BUFFER,
        .ops = ops,
        .cookie = cookie,
    };
    return f;
}

void __umk_file_free(FILE *f)
{
    free(f->line);
    if (!(f->flags & F_STATIC))
        free(f);
}

void __umk_file_link(FILE *f)
{
    __umk_lock(&list_lock);
    f->prev = NULL;
    f->next = first;
    if (first)
        first->prev = f;
    first = f;
    __umk_unlock(&list_lock);
}

void __umk_file_unlink(FILE *f)
{
    __umk_lock(&list_lock);
    if (f->next)
        f->next->prev = f->prev;
    if (f->prev)
        f->prev->next = f->next;
    else if (first == f)
        first = f->next;
    __umk_unlock(&list_lock);
}

FILE *__umk_files_lock(void)
{
    __umk_lock(&list_lock);
    return first;
}

void __umk_files_unlock(void)
{
    __umk_unlock(&list_lock);
}

/* Writes what waits; gives read-ahead back to the file, so that another program may go on there. */
static void settle(FILE *f)
{
    if (f->lock)
        return; /* held by a thread that will not come back */
    if (f->wpos != f->wbase)
        __umk_flush(f);
    else if (f->rpos != f->rend)
        f->ops->seek(f, f->rpos - f->rend, SEEK_CUR);
}

void __umk_stdio_exit(void)
{
    for (FILE *f = first; f; f = f->next)
        settle(f);
    settle(stdin);
    settle(stdout);
    settle(stderr);
}

/* In the child no other thread is left that could give a stream back. */
static void set_free(FILE *f)
{
    if (f->owner != __umk_self()) {
        f->owner = NULL;
        f->depth = 0;
        f->lock = 0;
    }
}

/* Streams are not locked before a fork: one may be held by a thread that waits for input. */
void __umk_stdio_fork(int what)
{
    if (what == 0) {
        __umk_lock(&list_lock);
        return;
    }
    if (what == 2) {
        for (FILE *f = first; f; f = f->next)
            set_free(f);
        set_free(stdin);
        set_free(stdout);
        set_free(stderr);
    }
    __umk_unlock(&list_lock);
}
