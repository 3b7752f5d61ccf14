/* Packets; see queue.h. */
#include "servers/ptyd/queue.h"

#include <stdlib.h>
#include <string.h>

#define SHARED_SIZE 4096u

bool queue_full(const struct queue *q)
{
    return q->count >= QUEUE_PACKETS || q->bytes >= QUEUE_BYTES;
}

static struct packet *add(struct queue *q, u8 tag, size_t size)
{
    struct packet *p = malloc(sizeof *p + size);
    if (!p)
        return NULL;
    *p = (struct packet){.tag = tag, .size = (u32)size};
    if (q->last)
        q->last->next = p;
    else
        q->first = p;
    q->last = p;
    q->count++;
    return p;
}

static void fill(struct queue *q, struct packet *p, const void *data, size_t len)
{
    if (len)
        memcpy(p->data + p->len, data, len);
    p->len += (u32)len;
    q->bytes += (u32)len;
}

bool queue_put(struct queue *q, u8 tag, const void *data, size_t len)
{
    struct packet *p = len <= QUEUE_BYTES ? add(q, tag, len) : NULL;
    if (p)
        fill(q, p, data, len);
    return p;
}

bool queue_append(struct queue *q, u8 tag, const void *data, size_t len)
{
    struct packet *p = q->last;
    if (!p || p->tag != tag || p->size - p->len < len)
        p = len <= QUEUE_BYTES ? add(q, tag, len > SHARED_SIZE ? len : SHARED_SIZE) : NULL;
    if (p)
        fill(q, p, data, len);
    return p;
}

size_t queue_take(struct queue *q, void *to, size_t len)
{
    struct packet *p = q->first;
    if (!p)
        return 0;
    size_t n = p->len - p->start;
    if (n > len)
        n = len;
    memcpy(to, p->data + p->start, n);
    p->start += (u32)n;
    q->bytes -= (u32)n;
    if (p->start == p->len) {
        q->first = p->next;
        if (!q->first)
            q->last = NULL;
        q->count--;
        free(p);
    }
    return n;
}

void queue_clear(struct queue *q)
{
    while (q->first) {
        struct packet *next = q->first->next;
        free(q->first);
        q->first = next;
    }
    *q = (struct queue){0};
}
