/*
 * Thread-local variables by module and offset, as position-independent code asks for them
 * (psABI, general and local dynamic model). A module is its record, not a number.
 */
#include <stdlib.h>
#include <string.h>
#include "shim/ldso/dso.h"

struct tls_index {
    const struct umk_tls_module *module;
    size_t offset;
};

void *__tls_get_addr(const struct tls_index *index);

static _Noreturn void no_memory(void)
{
    rx_panic("no memory for thread-local storage");
}

static void make_room(struct umk_thread *t, size_t n)
{
    struct umk_tls_late *more = realloc(t->tls_late, n * sizeof *more);

    if (!more)
        no_memory();
    memset(more + t->tls_late_count, 0, (n - t->tls_late_count) * sizeof *more);
    t->tls_late = more;
    t->tls_late_count = n;
}

/* This thread's copy of a library's that came by dlopen, made when first asked for. The number may
 * have been that of a library that has gone; the serial tells. */
static char *late(struct umk_thread *t, const struct umk_tls_module *m)
{
    size_t align = m->align > sizeof(void *) ? m->align : sizeof(void *);
    struct umk_tls_late *slot;
    char *copy;

    if (m->number > t->tls_late_count)
        make_room(t, m->number);
    slot = &t->tls_late[m->number - 1];
    if (slot->serial != m->serial) {
        free(slot->copy);
        /* room for the address to be what the linker counted on, modulo the alignment */
        copy = aligned_alloc(align, (m->skew + m->size + align - 1) & ~(align - 1));
        if (!copy)
            no_memory();
        memcpy(copy + m->skew, m->image, m->image_len);
        memset(copy + m->skew + m->image_len, 0, m->size - m->image_len);
        *slot = (struct umk_tls_late){m->serial, copy};
    }
    return (char *)slot->copy + m->skew;
}

void *__tls_get_addr(const struct tls_index *index)
{
    const struct umk_tls_module *m = index->module;
    struct umk_thread *t = __umk_self();

    if (m->offset)
        return (char *)t - m->offset + index->offset;
    return late(t, m) + index->offset;
}

void __umk_tls_thread_end(struct umk_thread *t)
{
    for (size_t i = 0; i < t->tls_late_count; i++)
        free(t->tls_late[i].copy);
    free(t->tls_late);
    t->tls_late = NULL;
    t->tls_late_count = 0;
}
