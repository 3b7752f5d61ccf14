/*
 * Sorting lines by their bytes: quicksort in three parts over eight bytes of each line at a time,
 * which stand beside the pointer to it, so that most comparisons touch no text. Lines with the same
 * eight bytes are sorted by the next eight. Input with many equal lines is what this is best at.
 */
#include "sort_key.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define FEW 16

struct item {
    uint64_t bytes; /* eight bytes of the text from the depth on, the first one highest; 0 beyond */
    const char *text;
    size_t len;
};

/* Items [from, from + count) agree in their first `depth` bytes, and know the eight behind. */
struct part {
    size_t from, count, depth;
};

static uint64_t bytes_at(const char *text, size_t len, size_t depth)
{
    unsigned char eight[8] = {0};
    uint64_t value;
    if (depth >= len)
        return 0;
    if (len - depth >= 8) {
        memcpy(&value, text + depth, 8);
    } else {
        memcpy(eight, text + depth, len - depth);
        memcpy(&value, eight, 8);
    }
    return __builtin_bswap64(value);
}

/* A zero byte of the text looks like its end: then the lengths, or the rest, decide. */
static int compare(const struct item *a, const struct item *b, size_t depth)
{
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? -1 : 1;
    size_t from_a = depth < a->len ? depth : a->len, from_b = depth < b->len ? depth : b->len;
    return text_compare(a->text + from_a, a->len - from_a, b->text + from_b, b->len - from_b);
}

static void insertion_sort(struct item *v, size_t n, size_t depth)
{
    for (size_t i = 1; i < n; i++) {
        struct item x = v[i];
        size_t k = i;
        for (; k > 0 && compare(&v[k - 1], &x, depth) > 0; k--)
            v[k] = v[k - 1];
        v[k] = x;
    }
}

static uint64_t middle(uint64_t a, uint64_t b, uint64_t c)
{
    uint64_t low = a < b ? a : b, high = a < b ? b : a;
    return c < low ? low : c > high ? high : c;
}

static uint64_t pivot_of(const struct item *v, size_t n)
{
    size_t s = n / 8;
    if (n < 200)
        return middle(v[0].bytes, v[n / 2].bytes, v[n - 1].bytes);
    return middle(middle(v[0].bytes, v[s].bytes, v[2 * s].bytes),
                  middle(v[3 * s].bytes, v[4 * s].bytes, v[5 * s].bytes),
                  middle(v[6 * s].bytes, v[7 * s].bytes, v[n - 1].bytes));
}

static void swap(struct item *a, struct item *b)
{
    struct item x = *a;
    *a = *b;
    *b = x;
}

/* Less than the pivot: [0, *less); equal: [*less, *more); greater: behind. */
static void split(struct item *v, size_t n, uint64_t pivot, size_t *less, size_t *more)
{
    size_t low = 0, i = 0, high = n;
    while (i < high) {
        if (v[i].bytes < pivot)
            swap(&v[low++], &v[i++]);
        else if (v[i].bytes > pivot)
            swap(&v[i], &v[--high]);
        else
            i++;
    }
    *less = low;
    *more = high;
}

/*
 * Lines with the same eight bytes: those that end within them come first, the shorter before the
 * longer (zero bytes make them look alike); the others go on with the next eight. The number of the
 * first ones.
 */
static size_t next_bytes(struct item *v, size_t n, size_t depth)
{
    size_t ended = 0;
    for (size_t i = 0; i < n; i++) {
        if (v[i].len <= depth + 8)
            swap(&v[ended++], &v[i]);
        else
            v[i].bytes = bytes_at(v[i].text, v[i].len, depth + 8);
    }
    /* At most nine lengths: as many rounds bring them in order. */
    size_t done = 0;
    for (size_t len = depth; done < ended && len <= depth + 8; len++) {
        for (size_t i = done; i < ended; i++) {
            if (v[i].len <= len)
                swap(&v[done++], &v[i]);
        }
    }
    return ended;
}

/* Parts still to be sorted, on a stack of their own: lines may have millions of equal bytes. */
struct todo {
    struct part *parts;
    size_t count, cap;
    /* How many items may still be looked at: input made to choose bad pivots is not gone on with.
     */
    uint64_t budget;
};

static bool push(struct todo *t, size_t from, size_t count, size_t depth)
{
    if (count < 2)
        return true;
    if (t->count == t->cap) {
        size_t cap = t->cap ? t->cap * 2 : 256;
        struct part *parts = realloc(t->parts, cap * sizeof *parts);
        if (!parts)
            return false;
        t->parts = parts;
        t->cap = cap;
    }
    t->parts[t->count++] = (struct part){from, count, depth};
    return true;
}

static bool sort_part(struct item *items, struct todo *t)
{
    struct part p = t->parts[--t->count];
    struct item *v = items + p.from;
    size_t less, more;
    if (t->budget < p.count)
        return false;
    t->budget -= p.count;
    if (p.count < FEW) {
        insertion_sort(v, p.count, p.depth);
        return true;
    }
    split(v, p.count, pivot_of(v, p.count), &less, &more);
    size_t ended = next_bytes(v + less, more - less, p.depth);
    return push(t, p.from, less, p.depth) &&
           push(t, p.from + less + ended, more - less - ended, p.depth + 8) &&
           push(t, p.from + more, p.count - more, p.depth);
}

int sort_text(struct line *lines, size_t count)
{
    struct item *items = calloc(count, sizeof *items);
    struct todo todo = {.budget = (uint64_t)count * 200};
    bool ok = items && push(&todo, 0, count, 0);
    for (size_t i = 0; ok && i < count; i++)
        items[i] =
            (struct item){bytes_at(lines[i].text, lines[i].len, 0), lines[i].text, lines[i].len};
    while (ok && todo.count > 0)
        ok = sort_part(items, &todo);
    for (size_t i = 0; ok && i < count; i++) {
        lines[i].text = items[i].text;
        lines[i].len = items[i].len;
        lines[i].key = items[i].text;
        lines[i].key_len = items[i].len;
    }
    free(items);
    free(todo.parts);
    return ok ? 0 : -1;
}
