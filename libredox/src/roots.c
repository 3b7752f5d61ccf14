/*
 * Which schemes of the namespace can be asked for paths over a channel: a small table of bindings
 * to schemes' roots, filled as names are used.
 *
 * An entry's key is written once, before `used` is published; its binding changes. Entries stay
 * until the table is forgotten. Wrong entries do no harm: the server refuses a handle that the
 * kernel has ended, and the kernel is asked instead.
 */
#include "upper.h"
#include <string.h>

#define ROOTS 8u
#define NAME_LEN 24u
/* Uses of a name before its root is bound: a program that opens a file or two needs no channel. */
#define BIND_AFTER 4u
#define NEVER 0xFFFFFFFFu

static struct root {
    u64 ns;
    u32 len;
    char name[NAME_LEN];
    u32 uses; /* before it was bound; NEVER: the kernel refused */
    u64 binding;
} roots[ROOTS];
static u32 used;
static u32 adding; /* a thread adds an entry; others do without theirs meanwhile */

static struct root *find(u64 ns, struct span name)
{
    /* pairs: the release store in add */
    u32 n = __atomic_load_n(&used, __ATOMIC_ACQUIRE);

    for (u32 i = 0; i < n; i++)
        if (roots[i].ns == ns && roots[i].len == name.len &&
            memcmp(roots[i].name, name.p, name.len) == 0)
            return &roots[i];
    return NULL;
}

static struct root *add(u64 ns, struct span name)
{
    struct root *r = NULL;

    if (name.len > NAME_LEN || __atomic_exchange_n(&adding, 1, __ATOMIC_ACQUIRE))
        return NULL;
    if (used < ROOTS) {
        r = &roots[used];
        *r = (struct root){.ns = ns, .len = (u32)name.len, .binding = BINDING_NONE};
        memcpy(r->name, name.p, name.len);
        /* pairs: the acquire load in find */
        __atomic_store_n(&used, used + 1, __ATOMIC_RELEASE);
    }
    __atomic_store_n(&adding, 0, __ATOMIC_RELEASE);
    return r;
}

static u64 bind(struct root *r)
{
    const struct gate_buf buf = {.in = r->name, .in_len = r->len};
    u64 ret[4];
    i64 err = gate_call(UMK_BIND, GATE_ARGS(r->ns, r->len), &buf, ret);

    if (err < 0 || ret[0] == BINDING_NONE || !chan_attach(ret[0])) {
        __atomic_store_n(&r->uses, err < 0 ? 0 : NEVER, __ATOMIC_RELAXED);
        return BINDING_NONE;
    }
    /* pairs: the acquire load in root_binding, of a channel that is attached */
    __atomic_store_n(&r->binding, ret[0], __ATOMIC_RELEASE);
    return ret[0];
}

u64 root_binding(u64 ns, struct span name)
{
    struct root *r = find(ns, name);
    u64 b;
    u32 uses;

    if (!r)
        r = add(ns, name);
    if (!r)
        return BINDING_NONE;
    b = __atomic_load_n(&r->binding, __ATOMIC_ACQUIRE);
    uses = __atomic_load_n(&r->uses, __ATOMIC_RELAXED);
    if (b != BINDING_NONE || uses == NEVER)
        return b;
    __atomic_store_n(&r->uses, uses + 1, __ATOMIC_RELAXED);
    return uses + 1 < BIND_AFTER ? BINDING_NONE : bind(r);
}

static void unbind(struct root *r)
{
    __atomic_store_n(&r->uses, 0, __ATOMIC_RELAXED);
    __atomic_store_n(&r->binding, BINDING_NONE, __ATOMIC_RELAXED);
}

void root_refused(u64 binding)
{
    u32 n = __atomic_load_n(&used, __ATOMIC_ACQUIRE);

    for (u32 i = 0; i < n; i++)
        if (__atomic_load_n(&roots[i].binding, __ATOMIC_RELAXED) == binding)
            unbind(&roots[i]);
}

void roots_forget(u64 channel)
{
    u32 n = __atomic_load_n(&used, __ATOMIC_ACQUIRE);

    for (u32 i = 0; i < n; i++) {
        u64 b = __atomic_load_n(&roots[i].binding, __ATOMIC_RELAXED);

        if (channel == BINDING_NONE || (b != BINDING_NONE && BINDING_CHANNEL(b) == channel))
            unbind(&roots[i]);
    }
    if (channel == BINDING_NONE)
        __atomic_store_n(&adding, 0, __ATOMIC_RELEASE); /* after a fork, by a thread left behind */
}
