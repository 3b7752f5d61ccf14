/*
 * Fuzzes what the dynamic loader does with a file before it runs any of its code: checking headers,
 * finding tables, looking symbols up, relocating. Whatever the bytes: an error or an image of which
 * nothing outside its own segments was read or written. The image lies in one block of the heap, as
 * big as the plan says, so that the sanitizer sees a step outside.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shim/ldso/dso.h"

#define SPAN_MAX (1u << 20) /* more is only more memory */

/* What the loader has besides, and a file that does not run never comes to. */
u64 __umk_dl_choose(u64 chooser)
{
    return chooser;
}

void __umk_dl_lazy_entry(void)
{
}

_Noreturn void __umk_dl_fatal(const struct dl_text *t)
{
    (void)t;
    abort();
}

void __umk_dl_clear(struct dl_text *t)
{
    t->len = 0;
}

void __umk_dl_say(struct dl_text *t, const char *subject, const char *message, const char *detail)
{
    __umk_dl_clear(t);
    /* all of it must be readable */
    t->len = strlen(message) + (subject ? strlen(subject) : 0) + (detail ? strlen(detail) : 0);
}

static void look_up(const struct dso *d)
{
    static const char *const names[] = {"main", "", "a", "deep_add", "whose"};
    struct dso_symbol found;

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (__umk_dso_find(d, names[i], &found) && (found.sym < d->tables.syms || found.dso != d))
            abort();
    for (u32 i = 0; i < d->tables.nhashed && i < 200; i++) {
        const char *name = __umk_elf_string(&d->tables, d->tables.syms[i].name);

        if (name)
            __umk_dso_find(d, name, &found);
    }
}

static void fill(struct dso *d, u8 *memory, const u8 *data)
{
    const struct elf_plan *p = &d->image.plan;

    for (u32 i = 0; i < p->nsegments; i++)
        memcpy(memory + (p->segments[i].vaddr - p->low), data + p->segments[i].offset,
               p->segments[i].filesz);
    d->image.bias = (u64)(uintptr_t)memory - p->low;
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    struct dso d = {.path = "fuzzed", .global = true};
    const char *why = NULL;
    struct dl_text text;
    u8 *memory;
    u64 span;
    i64 r =
        __umk_elf_plan(data, size < ELF_HEAD_MAX ? size : ELF_HEAD_MAX, size, &d.image.plan, &why);

    if ((r == 0) != (why == NULL))
        abort();
    if (r < 0)
        return 0;
    span = d.image.plan.high - d.image.plan.low;
    if (span > SPAN_MAX)
        return 0;
    memory = aligned_alloc(PAGE_SIZE, span);
    if (!memory)
        return 0;
    memset(memory, 0, span);
    fill(&d, memory, data);
    if (__umk_elf_tables(&d.image, &d.tables, &why) == 0) {
        __umk_dsos = &d;
        look_up(&d);
        d.lazy = size & 1;
        __umk_dso_relocate(&d, &text);
        __umk_dsos = NULL;
    }
    free(memory);
    return 0;
}
