/* What sim.c and machine.c share. */
#ifndef UMK_SIM_MACHINE_H
#define UMK_SIM_MACHINE_H

#include "umk/sim/sim.h"

enum sim_event_kind { SIM_STARTED, SIM_DIED };

struct sim_pending {
    struct sim_pending *next;
    enum sim_event_kind kind;
    struct body *b;
    i64 arg; /* result of the start, or signal */
};

/* Memory that lives as long as its object or a mapping, as a memory file of the host does. */
struct sim_memory {
    struct sim_memory *next;
    u8 *bytes;
    u32 refs;
};

struct sim_map {
    u64 addr, len;
    u8 *memory;
    struct sim_memory *held; /* NULL: the boot archive */
};

struct sim_body {
    bool killed, stopped;
    u32 rings, nudges;
    u64 cpu_ns;                 /* what body_cpu() tells; tests set it */
    u64 thread_ns[PORTALS_MAX]; /* thread_cpu(), ditto */
    struct sim_map *maps;       /* later ones win */
    u32 nmaps;
};

struct sim_block {
    struct sim_block *next;
    void *p;
};

struct sim_state {
    u64 now, timer, seed;
    u32 fail_in, next_id, wakes, faults, status;
    bool stopped, console_full;
    char typed[1024];
    struct sim_pending *events;
    struct sim_block *blocks;
    struct sim_memory *memories;
    struct object initfs;
};
extern struct sim_state sim;
extern const struct machine sim_machine;
/* The same, with what bare hardware has. */
extern struct machine sim_bare_machine;
/* What the core asked of the bare machine last. */
extern struct sim_hardware {
    u64 physical; /* of the last device object */
    enum memory_cache cache;
    u32 contiguous; /* objects in one piece that were made */
    bool listens[IRQS_MAX];
    u32 done[IRQS_MAX];
    u64 real_offset;
    u8 ports[0x10000]; /* those below 0x100 are the kernel's */
} sim_hardware;

void sim_watch_pools(void *record, u32 size, bool is_free);
void sim_memory_put(struct sim_memory *m);
void sim_later(enum sim_event_kind kind, struct body *b, i64 arg);

#endif
