/* Memory of the shell, see mem.h. */
#include "mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void out_of_memory(void)
{
    static const char text[] = "ion: out of memory\n";
    if (write(STDERR_FILENO, text, sizeof text - 1) < 0)
        _exit(2);
    _exit(1);
}

void *mem_alloc(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_zero(size_t size)
{
    void *p = calloc(1, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

void *mem_resize(void *old, size_t size)
{
    void *p = realloc(old, size ? size : 1);
    if (!p)
        out_of_memory();
    return p;
}

char *mem_copy(const char *text, size_t len)
{
    char *p = mem_alloc(len + 1);
    if (len)
        memcpy(p, text, len);
    p[len] = '\0';
    return p;
}

char *mem_dup(const char *text)
{
    return mem_copy(text, strlen(text));
}

static void reserve(struct buf *b, size_t more)
{
    if (more < b->cap - b->len)
        return;
    size_t cap = b->cap ? b->cap : 64;
    while (cap - b->len <= more) {
        if (cap > SIZE_MAX / 2)
            out_of_memory();
        cap *= 2;
    }
    b->text = mem_resize(b->text, cap);
    b->cap = cap;
}

void buf_add(struct buf *b, const char *text, size_t len)
{
    reserve(b, len);
    if (len)
        memcpy(b->text + b->len, text, len);
    b->len += len;
    b->text[b->len] = '\0';
}

void buf_puts(struct buf *b, const char *text)
{
    buf_add(b, text, strlen(text));
}

void buf_putc(struct buf *b, char c)
{
    reserve(b, 1);
    b->text[b->len++] = c;
    b->text[b->len] = '\0';
}

void buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
    va_list again;
    va_copy(again, ap);
    char small[256];
    int n = vsnprintf(small, sizeof small, fmt, ap);
    if (n >= 0 && (size_t)n < sizeof small) {
        buf_add(b, small, (size_t)n);
    } else if (n >= 0) {
        reserve(b, (size_t)n + 1);
        vsnprintf(b->text + b->len, (size_t)n + 1, fmt, again);
        b->len += (size_t)n;
    }
    va_end(again);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(b, fmt, ap);
    va_end(ap);
}

const char *buf_text(const struct buf *b)
{
    return b->text ? b->text : "";
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    if (b->text)
        b->text[0] = '\0';
}

void buf_free(struct buf *b)
{
    free(b->text);
    memset(b, 0, sizeof *b);
}

/* Blocks form a stack; the memory follows the header. */
struct arena_block {
    struct arena_block *below;
    size_t size;
};

#define ARENA_BLOCK ((size_t)8192)
#define ARENA_ALIGN ((size_t)16)

static char *block_data(struct arena_block *b)
{
    size_t header = (sizeof *b + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    return (char *)b + header;
}

void *arena_alloc(struct arena *a, size_t size)
{
    if (size > SIZE_MAX / 2)
        out_of_memory();
    size = (size + ARENA_ALIGN - 1) & ~(ARENA_ALIGN - 1);
    if (!a->top || a->top->size - a->used < size) {
        size_t room = size > ARENA_BLOCK ? size : ARENA_BLOCK;
        struct arena_block *b = mem_alloc(room + sizeof *b + ARENA_ALIGN);
        b->below = a->top;
        b->size = room;
        a->top = b;
        a->used = 0;
    }
    void *p = block_data(a->top) + a->used;
    a->used += size;
    return p;
}

char *arena_copy(struct arena *a, const char *text, size_t len)
{
    char *p = arena_alloc(a, len + 1);
    if (len)
        memcpy(p, text, len);
    p[len] = '\0';
    return p;
}

char *arena_dup(struct arena *a, const char *text)
{
    return arena_copy(a, text, strlen(text));
}

struct arena_mark arena_mark(const struct arena *a)
{
    return (struct arena_mark){a->top, a->used};
}

void arena_release(struct arena *a, struct arena_mark mark)
{
    /* The first block is kept: most statements fit into it. */
    while (a->top != mark.block && a->top->below) {
        struct arena_block *b = a->top;
        a->top = b->below;
        free(b);
    }
    a->used = a->top == mark.block ? mark.used : 0;
}

void arena_free(struct arena *a)
{
    while (a->top) {
        struct arena_block *b = a->top;
        a->top = b->below;
        free(b);
    }
    a->used = 0;
}

void *arena_push(struct arena *a, void *items, size_t *count, size_t *cap, size_t size)
{
    char **array = items;
    if (*count == *cap) {
        size_t fresh = *cap ? *cap * 2 : 4;
        char *bigger = arena_alloc(a, fresh * size);
        if (*count)
            memcpy(bigger, *array, *count * size);
        *array = bigger;
        *cap = fresh;
    }
    char *slot = *array + (*count)++ * size;
    return memset(slot, 0, size);
}

static void args_reserve(struct arena *a, struct args *list, size_t more)
{
    if (list->cap - list->count >= more)
        return;
    size_t cap = list->cap ? list->cap : 8;
    while (cap - list->count < more)
        cap *= 2;
    char **items = arena_alloc(a, cap * sizeof *items);
    if (list->count)
        memcpy(items, list->items, list->count * sizeof *items);
    list->items = items;
    list->cap = cap;
}

void args_add(struct arena *a, struct args *list, char *item)
{
    args_reserve(a, list, 1);
    list->items[list->count++] = item;
}

void args_append(struct arena *a, struct args *list, const struct args *more)
{
    args_reserve(a, list, more->count);
    for (size_t i = 0; i < more->count; i++)
        list->items[list->count++] = more->items[i];
}

char **args_end(struct arena *a, struct args *list)
{
    args_reserve(a, list, 1);
    list->items[list->count] = NULL;
    return list->items;
}

char *args_join(struct arena *a, const struct args *list, const char *glue)
{
    size_t glue_len = strlen(glue);
    size_t len = 0;
    for (size_t i = 0; i < list->count; i++)
        len += strlen(list->items[i]) + glue_len;
    char *text = arena_alloc(a, len + 1);
    char *p = text;
    for (size_t i = 0; i < list->count; i++) {
        size_t n = strlen(list->items[i]);
        if (i > 0) {
            memcpy(p, glue, glue_len);
            p += glue_len;
        }
        memcpy(p, list->items[i], n);
        p += n;
    }
    *p = '\0';
    return text;
}
