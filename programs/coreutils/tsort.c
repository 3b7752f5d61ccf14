/* tsort: brings words into an order that fits the pairs "before after" it reads. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char usage[] =
    "Usage: tsort [FILE]\nWrite the words of pairs so that the first of each "
    "pair stands before the second.\n";

struct node {
    char *name;
    size_t *after; /* nodes that come later */
    size_t count, cap;
    size_t before; /* nodes still to be written first */
    bool done;
};

static struct node *nodes;
static size_t nnodes, cap;
static size_t *table; /* open addressing; node number + 1 */
static size_t table_size;

static size_t hash_of(const char *s)
{
    size_t h = 5381;
    while (*s)
        h = h * 33 + (unsigned char)*s++;
    return h;
}

static void table_grow(void)
{
    table_size = table_size ? table_size * 2 : 256;
    free(table);
    table = calloc(table_size, sizeof *table);
    if (!table)
        die(1, "memory exhausted");
    for (size_t i = 0; i < nnodes; i++) {
        size_t at = hash_of(nodes[i].name) & (table_size - 1);
        while (table[at])
            at = (at + 1) & (table_size - 1);
        table[at] = i + 1;
    }
}

static size_t node_of(const char *name)
{
    if (nnodes * 2 >= table_size)
        table_grow();
    size_t at = hash_of(name) & (table_size - 1);
    for (; table[at]; at = (at + 1) & (table_size - 1)) {
        if (strcmp(nodes[table[at] - 1].name, name) == 0)
            return table[at] - 1;
    }
    nodes = xgrow(nodes, &cap, nnodes + 1, sizeof *nodes);
    nodes[nnodes] = (struct node){.name = xstrdup(name)};
    table[at] = ++nnodes;
    return nnodes - 1;
}

static void add_pair(size_t a, size_t b)
{
    struct node *n = &nodes[a];
    if (a == b)
        return;
    n->after = xgrow(n->after, &n->cap, n->count + 1, sizeof *n->after);
    n->after[n->count++] = b;
    nodes[b].before++;
}

static void read_pairs(FILE *f, const char *name)
{
    struct bytes word = {0};
    size_t first = 0, words = 0;
    for (int c = 0; c != EOF;) {
        c = getc(f);
        if (c != EOF && !isspace(c)) {
            bytes_put(&word, (char)c);
            continue;
        }
        if (!word.len)
            continue;
        bytes_put(&word, '\0');
        size_t n = node_of(word.data);
        word.len = 0;
        if (words++ % 2)
            add_pair(first, n);
        first = n;
    }
    free(word.data);
    if (words % 2)
        die(1, "%s: input contains an odd number of tokens", name);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(nodes[*(const size_t *)a].name, nodes[*(const size_t *)b].name);
}

/* One that waits for another of the loop, found by going back from any that is left. */
static void break_loop(const char *name, const size_t *order)
{
    size_t at = 0;
    while (nodes[order[at]].done)
        at++;
    size_t *from = xmalloc(nnodes * sizeof *from);
    bool *seen = calloc(nnodes, sizeof *seen);
    if (!seen)
        die(1, "memory exhausted");
    for (size_t i = 0; i < nnodes; i++) {
        for (size_t k = 0; !nodes[i].done && k < nodes[i].count; k++)
            from[nodes[i].after[k]] = i;
    }
    size_t n = order[at];
    for (; !seen[n]; n = from[n])
        seen[n] = true;
    warn_text("%s: input contains a loop:", name);
    size_t start = n;
    do {
        warn_text("%s", nodes[n].name);
        n = from[n];
    } while (n != start);
    struct node *last = &nodes[from[start]];
    for (size_t k = 0; k < last->count; k++) {
        if (last->after[k] == start) {
            last->after[k] = last->after[--last->count];
            nodes[start].before--;
            break;
        }
    }
    free(from);
    free(seen);
}

/* Words without any before them, in the order of their names; then those that they set free. */
static bool write_sorted(const char *name)
{
    size_t *order = xmalloc((nnodes + 1) * sizeof *order);
    size_t *queue = xmalloc((nnodes + 1) * sizeof *queue);
    size_t head = 0, tail = 0;
    bool ok = true;
    for (size_t i = 0; i < nnodes; i++)
        order[i] = i;
    qsort(order, nnodes, sizeof *order, by_name);
    while (head < nnodes) {
        for (size_t i = 0; head == tail && i < nnodes; i++) {
            if (!nodes[order[i]].done && nodes[order[i]].before == 0) {
                nodes[order[i]].done = true;
                queue[tail++] = order[i];
            }
        }
        if (head == tail) {
            break_loop(name, order);
            ok = false;
            continue;
        }
        const struct node *n = &nodes[queue[head++]];
        puts(n->name);
        for (size_t k = n->count; k-- > 0;) {
            struct node *next = &nodes[n->after[k]];
            if (--next->before == 0) {
                next->done = true;
                queue[tail++] = n->after[k];
            }
        }
    }
    free(order);
    free(queue);
    return ok;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    prog_start(argv);
    opt_next(&o);
    if (opt_count(&o) > 1)
        die_usage(1, "extra operand '%s'", opt_operands(&o)[1]);
    const char *name = opt_count(&o) ? opt_operands(&o)[0] : "-";
    FILE *f = fopen_operand(name);
    if (!f)
        return 1;
    read_pairs(f, name);
    fclose_operand(f);
    return finish(write_sorted(name) ? 0 : 1);
}
