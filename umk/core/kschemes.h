/* The kernel schemes' operations, one file each in umk/core/schemes, and what the rest of the
 * core tells them. */
#ifndef UMK_CORE_KSCHEMES_H
#define UMK_CORE_KSCHEMES_H

#include "umk/core/process.h"

extern const struct kscheme_ops debug_ops, memory_ops, pipe_ops, irq_ops, time_ops, sys_ops,
    proc_ops, namespace_ops;

/* memory.c: a description on an object (takes over the reference). NULL: no memory. */
struct desc *memory_desc_new(struct object *o, u64 length, u32 flags);
/* The object of a memory description and its length; NULL when d is something else. */
struct object *memory_desc_object(const struct desc *d, u64 *length);
/* proc.c: told once which scheme it is; a description that stands for a process (NULL: no memory).
 */
void proc_init(struct scheme *s);
struct desc *proc_handle_new(const struct process *p);
/* At boot, before anything is opened. */
void debug_init(void);
void irq_init(void);
/* memory.c: told once which scheme it is. */
void memory_init(struct scheme *s);
/* pipe_ring.c: UMK_BIND on a kernel scheme's file. 0 with ret[0] set (BINDING_NONE: never), or
 * -EAGAIN: perhaps later. */
i64 pipe_ring_bind(struct context *c, struct desc *d);
/* Another process got hold of d; q's table got or lost a slot with d (which may be anything). */
void pipe_held_elsewhere(struct desc *d);
void pipe_slot_changed(struct process *q, struct desc *d);
/* q is not any more a program with one thread that knows its rings. */
void pipe_rings_end(struct process *q, bool new_program);
/* debug.c: terminal signals go to this group. */
u32 debug_foreground(void);

#endif
