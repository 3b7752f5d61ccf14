/*
 * The core under programs and servers that mostly make sense and do anything in any order: each
 * two bytes of input are a choice of umk/sim/chaos.c. core_calls.c goes for odd bytes instead.
 */
#include "umk/sim/chaos.h"

#include <stdio.h>
#include <stdlib.h>

struct input {
    const u8 *p;
    size_t n;
};

/* Two bytes, spread over the word, so that a choice among few or many depends on both. */
static u64 draw(void *arg)
{
    struct input *in = arg;
    u64 v = 0;

    for (u32 i = 0; i < 2 && in->n; i++, in->p++, in->n--)
        v |= (u64)*in->p << (8 * i);
    return v < 0xFF00 ? v : v << 47 ^ ~v;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct input in = {data, size};
    struct chaos c = {.draw = draw, .arg = &in};
    const char *left;

    chaos_begin(&c);
    while (in.n && chaos_step(&c))
        ;
    if ((left = chaos_end(&c))) {
        fprintf(stderr, "left over: %s\n", left);
        abort();
    }
    return 0;
}
