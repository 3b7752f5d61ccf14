/*
 * Intrusive doubly linked lists. A head is a node that points to itself when empty; a node
 * outside any list points to itself too, so removing twice is harmless.
 */
#ifndef UMK_CORE_LIST_H
#define UMK_CORE_LIST_H

#include "umk/abi/types.h"

struct list {
    struct list *next, *prev;
};

#define CONTAINER_OF(ptr, type, member) ((type *)((char *)(ptr)-offsetof(type, member)))

static inline void list_init(struct list *l)
{
    l->next = l->prev = l;
}

static inline bool list_empty(const struct list *l)
{
    return l->next == l;
}

static inline void list_remove(struct list *n)
{
    n->prev->next = n->next;
    n->next->prev = n->prev;
    list_init(n);
}

/* Adds n at the end. n must be in no list. */
static inline void list_add(struct list *head, struct list *n)
{
    n->prev = head->prev;
    n->next = head;
    head->prev->next = n;
    head->prev = n;
}

static inline struct list *list_first(const struct list *head)
{
    return list_empty(head) ? NULL : head->next;
}

#define LIST_ENTRY(l, type, member) CONTAINER_OF(l, type, member)
#define LIST_FOR_EACH(pos, head, member)                                                     \
    for (pos = CONTAINER_OF((head)->next, __typeof__(*pos), member); &pos->member != (head); \
         pos = CONTAINER_OF(pos->member.next, __typeof__(*pos), member))
/* The current entry may be removed in the body. */
#define LIST_FOR_EACH_SAFE(pos, tmp, head, member)                      \
    for (pos = CONTAINER_OF((head)->next, __typeof__(*pos), member),    \
        tmp = CONTAINER_OF(pos->member.next, __typeof__(*pos), member); \
         &pos->member != (head);                                        \
         pos = tmp, tmp = CONTAINER_OF(tmp->member.next, __typeof__(*pos), member))

#endif
