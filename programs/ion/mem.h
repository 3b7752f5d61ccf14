/*
 * Memory of the shell: allocation that cannot fail, growing text, and an arena whose contents are
 * given back all at once.
 */
#ifndef ION_MEM_H
#define ION_MEM_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

/* Out of memory ends the shell with a message and status 1. */
void *mem_alloc(size_t size);
void *mem_zero(size_t size);
void *mem_resize(void *old, size_t size);
char *mem_copy(const char *text, size_t len);
char *mem_dup(const char *text);

/* Growing text. Zero-initialised it is empty; text[len] is NUL whenever text is not null. */
struct buf {
    char *text;
    size_t len;
    size_t cap;
};

void buf_add(struct buf *b, const char *text, size_t len);
void buf_puts(struct buf *b, const char *text);
void buf_putc(struct buf *b, char c);
__attribute__((format(printf, 2, 3))) void buf_printf(struct buf *b, const char *fmt, ...);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);
/* The text, "" when nothing was added. Stays the buffer's. */
const char *buf_text(const struct buf *b);
void buf_clear(struct buf *b);
void buf_free(struct buf *b);

/*
 * A bump allocator. What was taken after a mark is given back by releasing to it; marks nest.
 * Zero-initialised it is empty.
 */
struct arena_block;
struct arena {
    struct arena_block *top;
    size_t used; /* of the top block */
};

struct arena_mark {
    struct arena_block *block;
    size_t used;
};

void *arena_alloc(struct arena *a, size_t size);
char *arena_copy(struct arena *a, const char *text, size_t len);
char *arena_dup(struct arena *a, const char *text);
struct arena_mark arena_mark(const struct arena *a);
void arena_release(struct arena *a, struct arena_mark mark);
void arena_free(struct arena *a);

/*
 * Adds one zeroed element of `size` bytes to the array *items; the array moves when it grows.
 * Returns the new element.
 */
void *arena_push(struct arena *a, void *items, size_t *count, size_t *cap, size_t size);

/* A list of texts in an arena, the form of every expansion's result. */
struct args {
    char **items; /* items[count] is null once args_end was called */
    size_t count;
    size_t cap;
};

void args_add(struct arena *a, struct args *list, char *item);
void args_append(struct arena *a, struct args *list, const struct args *more);
/* Null-terminates for exec; the items. */
char **args_end(struct arena *a, struct args *list);
/* All items with `glue` between them. */
char *args_join(struct arena *a, const struct args *list, const char *glue);

#endif
