/*
 * Bodies: address space and threads of a process. Owns every struct metal_body from body_start or
 * body_fork to body_release.
 */
#ifndef UMK_X86_64_BODY_H
#define UMK_X86_64_BODY_H

#include "umk/core/machine.h"
#include "umk/paging/space.h"
#include "umk/x86_64/thread.h"

struct shared_part {
    struct pages *pages; /* NULL: none */
    void *alias;
};

struct metal_body {
    struct body *b;
    struct space space;
    struct thread *threads;
    struct shared_part process;             /* process page and main portal */
    struct shared_part portal[PORTALS_MAX]; /* the others */
    bool killed, has_died;
    u64 cpu_ticks; /* used by its threads up to when each was last taken */
    char name[32];
};

/* Effects of the core, see umk/core/machine.h. */
i64 body_start(struct body *b, const struct body_image *image);
i64 body_fork(struct body *parent, u32 parent_portal, struct body *child);
i64 body_portal_add(struct body *b, u32 n, const struct thread_begin *begin);
void body_portal_remove(struct body *b, u32 n);
void body_kill(struct body *b);
void body_release(struct body *b);
i64 body_limit(struct body *b, u64 bytes);
void body_stop(struct body *b, bool stopped);
u64 body_cpu(struct body *b);
u64 body_thread_cpu(struct body *b, u32 portal);
void body_nudge(struct body *b, u32 portal);
void body_reply(struct body *b, u32 n);
void body_preempt(struct body *b, u32 n);
void body_resume(struct body *b, u32 n);
bool body_has_come_in(const struct body *b, u32 n);
i64 body_map(struct body *b, struct object *o, u64 addr, u64 offset, u64 len, u32 prot,
             bool shared);
i64 body_map_anon(struct body *b, u64 addr, u64 len, u32 prot);
i64 body_channel(struct body *client, u32 client_number, u64 client_addr, struct body *server,
                 u32 server_number, u64 server_addr, struct object *o);
void body_channel_drop(struct body *server, u64 server_addr);
i64 body_translate(struct body *b, u64 address, u64 *physical);
i64 body_protect(struct body *b, u64 addr, u64 len, u32 prot);
i64 body_unmap(struct body *b, u64 addr, u64 len);

/* Ends it because of what it did: as a signal would. */
void body_fail(struct metal_body *m, u32 signal);
struct body_event;
extern struct body_event *body_first_event; /* what has happened to bodies, NULL: nothing */
/* Tells the core of the first of that, see body_events. */
void body_tell_event(void);
/* Tells the core of what has happened to bodies. True: there was something. Every way out of the
 * kernel asks. */
static inline bool body_events(void)
{
    if (!body_first_event)
        return false;
    body_tell_event();
    return true;
}
/* The page that all processes read the clock from. */
struct kernel_page *body_kernel_page(void);
i64 body_init(void);
/* The space whose table this is. */
void space_changed(struct table *t, u64 address, u64 old);

#endif
