/*
 * Event queues: files of the event scheme, and registrations of descriptions in them.
 *
 * A registration belongs to one queue and one description and dies with either. What has fired
 * and was not read yet is kept in the registration itself (flags add up), so a queue never
 * needs memory to note an event.
 */
#ifndef UMK_CORE_EVENT_H
#define UMK_CORE_EVENT_H

#include "umk/core/desc.h"

struct event_queue {
    struct list regs;    /* struct event_reg.of_queue */
    struct list ready;   /* struct event_reg.of_ready, in order of firing */
    struct list waiters; /* struct context.wait */
    struct desc *desc;
    bool timeout_set;
    u64 timeout_ms;
};

struct event_reg {
    struct list of_queue, of_desc, of_scheme, of_ready;
    struct list of_fresh; /* just fired: its queue's readers are to be woken */
    struct event_queue *queue;
    struct desc *desc;
    u64 id, data;
    u32 flags, fired;
};

extern const struct kscheme_ops event_ops;
/* Something happened to a file: fires all registrations that asked for any of `flags`. */
void event_trigger(struct desc *d, u32 flags);
/* The same by number, for user schemes. */
void event_trigger_number(struct scheme *s, u64 number, u32 flags);
void event_drop_desc(struct desc *d);
void event_init(void);

#endif
