/*
 * Pools of records of one size with a ceiling. Memory comes page-wise from the machine and is
 * kept; running into the ceiling is an ENOMEM for whoever asked, never a crash. A record
 * is zeroed when it is handed out.
 *
 * A record is charged to the process whose call makes it (core.asking) until the record or that
 * process is gone. One process may have an eighth of a pool; the last sixteenth is for init and for
 * what serves a scheme as root. So a program that hoards records does not stop the services.
 */
#ifndef UMK_CORE_POOL_H
#define UMK_CORE_POOL_H

#include "umk/abi/types.h"

struct pool {
    const char *name;
    u32 size; /* of a record, at least a pointer */
    u32 max;
    u32 live;
    u32 made;
    u32 id;      /* place in struct process.charged, from 1; 0: nobody was charged yet */
    void *free;  /* first free record; each begins with the address of the next */
    u32 fail_in; /* tests: the fail_in-th request from now fails; 0: none */
};

/* Who pays for a record; at its end. */
struct payer {
    u32 pid; /* 0: nobody */
    u32 serial;
};

#define POOLS_MAX 48u
#define POOL_RECORD(type) ((sizeof(struct type) + sizeof(struct payer) + 15) & ~15u)
#define POOL_INIT(type, ceiling)                                   \
    {                                                              \
        .name = #type, .size = POOL_RECORD(type), .max = (ceiling) \
    }

void *pool_get(struct pool *p);
void pool_put(struct pool *p, void *record);
/* Tests: told of each record after it was given back, and before it is handed out again, so that
 * its memory but for the first 8 bytes may be made inaccessible in between. NULL: nobody. */
extern void (*pool_watch)(void *record, u32 size, bool free);
/* Forgets all memory: for a core that starts again in one process. */
void pool_reset(struct pool *p);

#endif
