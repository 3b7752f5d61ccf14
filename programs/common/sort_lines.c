/* Sorting in memory; see sort_lines.h. */
#include "sort_lines.h"

#include "error.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/* Fewer lines are not worth a second thread. */
#define THREAD_LINES 20000

struct line line_of(const struct sort_rules *r, const char *text, size_t len)
{
    struct line line = {.text = text, .len = len};
    line.key = key_find(&r->keys[0], text, len, &line.key_len);
    return line;
}

int lines_compare(const struct sort_rules *r, const struct line *x, const struct line *y)
{
    int c = key_compare(&r->keys[0], x->key, x->key_len, y->key, y->key_len);
    for (size_t i = 1; c == 0 && i < r->key_count; i++) {
        size_t x_len, y_len;
        const char *a = key_find(&r->keys[i], x->text, x->len, &x_len);
        const char *b = key_find(&r->keys[i], y->text, y->len, &y_len);
        c = key_compare(&r->keys[i], a, x_len, b, y_len);
    }
    if (c || r->unique || r->stable)
        return c;
    c = text_compare(x->text, x->len, y->text, y->len);
    return r->reverse ? -c : c;
}

/* Two sorted halves of v become one; tmp has room for the first. */
static void merge_halves(const struct sort_rules *r, struct line *v, struct line *tmp, size_t half,
                         size_t n)
{
    if (lines_compare(r, &v[half - 1], &v[half]) <= 0)
        return;
    memcpy(tmp, v, half * sizeof *v);
    size_t a = 0, b = half;
    for (size_t out = 0; a < half; out++) {
        if (b < n && lines_compare(r, &v[b], &tmp[a]) < 0)
            v[out] = v[b++];
        else
            v[out] = tmp[a++];
    }
}

static void merge_sort(const struct sort_rules *r, struct line *v, struct line *tmp, size_t n)
{
    if (n < 12) {
        for (size_t i = 1; i < n; i++) {
            struct line x = v[i];
            size_t k = i;
            for (; k > 0 && lines_compare(r, &v[k - 1], &x) > 0; k--)
                v[k] = v[k - 1];
            v[k] = x;
        }
        return;
    }
    size_t half = n / 2;
    merge_sort(r, v, tmp, half);
    merge_sort(r, v + half, tmp + half, n - half);
    merge_halves(r, v, tmp, half, n);
}

struct half {
    const struct sort_rules *rules;
    struct line *lines, *tmp;
    size_t count;
};

static void *sort_half(void *arg)
{
    const struct half *h = arg;
    merge_sort(h->rules, h->lines, h->tmp, h->count);
    return NULL;
}

/* The first half in a thread of its own, when there can be one. */
static void sort_in_two(const struct sort_rules *r, struct line *v, struct line *tmp, size_t n)
{
    struct half first = {r, v, tmp, n / 2};
    pthread_t thread;
    bool threaded = pthread_create(&thread, NULL, sort_half, &first) == 0;
    if (!threaded)
        sort_half(&first);
    merge_sort(r, v + n / 2, tmp + n / 2, n - n / 2);
    if (threaded)
        pthread_join(thread, NULL);
    merge_halves(r, v, tmp, n / 2, n);
}

static void reverse(struct line *lines, size_t n)
{
    for (size_t i = 0; i < n / 2; i++) {
        struct line swap = lines[i];
        lines[i] = lines[n - 1 - i];
        lines[n - 1 - i] = swap;
    }
}

void lines_sort(const struct sort_rules *r, struct line *lines, size_t n)
{
    if (n < 2)
        return;
    /* By the bytes of the lines alone there is a faster way. */
    if (r->key_count == 1 && key_is_plain(&r->keys[0]) && sort_text(lines, n) == 0) {
        if (r->keys[0].reverse)
            reverse(lines, n);
        return;
    }
    struct line *tmp = xcalloc(n, sizeof *tmp);
    if (n < THREAD_LINES)
        merge_sort(r, lines, tmp, n);
    else
        sort_in_two(r, lines, tmp, n);
    free(tmp);
}

void lines_write(const struct sort_rules *r, const struct line *lines, size_t count,
                 struct writer *out)
{
    for (size_t i = 0; i < count; i++) {
        if (r->unique && i > 0 && lines_compare(r, &lines[i - 1], &lines[i]) == 0)
            continue;
        writer_add(out, lines[i].text, lines[i].len);
        writer_put(out, r->delim);
    }
}
