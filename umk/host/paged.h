/*
 * Spaces of bodies with emulated paging (umk/abi/paged.h): what the core maps goes into
 * umk/paging's regions and tables as on bare hardware; processes ask for pages as they touch them.
 *
 * A body outside the system (a tool, a driver of the host) is not asked to take part: it gets all
 * pages of an object at once, and its space says only which objects it must keep.
 *
 * Always true: a frame that a process may still have mapped has a reference, in its tables or in
 * the list of frames held until its drops are done.
 */
#ifndef UMK_HOST_PAGED_H
#define UMK_HOST_PAGED_H

#include "umk/abi/paged.h"
#include "umk/host/host.h"
#include "umk/paging/space.h"

struct held_frame {
    u32 frame;
    u32 drop; /* until this many are done */
};

struct paged {
    struct space space;
    struct host_body *h;
    struct paging_page *page; /* NULL: outside the system */
    u64 adoptable;            /* bytes of the program's writable segments not adopted yet */
    u32 tail;                 /* drops published */
    struct drop *waiting;     /* drops after those, in order */
    u32 nwaiting, waiting_room;
    struct held_frame *held; /* by drop */
    u32 nheld, held_room;
};

/* A body's empty space. page: NULL for a body outside. -ENOMEM. */
i64 paged_new(struct host_body *h, struct paging_page *page, struct paged **out);
/* When no process can use it any more. */
void paged_free(struct paged *p);
/* Stack and exec block of a program. -ENOMEM. */
i64 paged_start(struct paged *p, const struct exec_image *x, const void *block, u64 len);
/* The child's space becomes a copy of the parent's. -ENOMEM. */
i64 paged_fork(struct paged *parent, struct paged *child);
/* Answers what the process has asked. True: there was something. */
bool paged_serve(struct body *b);

/* Effects of the core, see umk/core/machine.h. */
i64 paged_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
              bool shared);
i64 paged_map_anon(struct body *b, u64 addr, u64 len, u32 prot);
i64 paged_protect(struct body *b, u64 addr, u64 len, u32 prot);
i64 paged_unmap(struct body *b, u64 addr, u64 len);
/* One end of a channel; fills in m what the process needs to map by itself. -ENOMEM. */
i64 paged_channel_end(struct host_body *h, struct object *o, struct ctl_message *m);

/* Between paged.c and paged_ask.c: publishes drops that have room; gives back held frames whose
 * drops are done. */
void paged_settle(struct paged *p);

/* Counts every reference to every frame. False: the account is wrong, and the log says where. */
bool paged_audit(void);

#endif
