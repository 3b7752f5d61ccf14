/*
 * Memory objects and address spaces.
 *
 * An address space is a sorted list of regions that do not overlap. The core chooses
 * addresses and accounts: private memory by reservation (the whole region when it is made
 * writable and private), objects until the last reference is gone. What the pages hold is
 * the machine's business.
 */
#ifndef UMK_CORE_ASPACE_H
#define UMK_CORE_ASPACE_H

#include "umk/core/desc.h"

struct region {
    struct list link;      /* in aspace.regions, by address */
    u64 start, end;        /* page-aligned, start < end */
    u32 prot;              /* RX_PROT_* */
    u32 flags;             /* RX_MAP_SHARED or RX_MAP_PRIVATE */
    struct object *object; /* NULL: private zeroed memory */
    u64 offset;            /* of start within the object */
    struct desc *file;     /* the mapped file of a user scheme, or NULL */
    u64 file_offset;
};

struct aspace {
    struct list regions;
    u64 low, high;     /* where mappings may be placed; 0: not yet known */
    u64 private_bytes; /* reserved private memory */
    u64 shared_bytes;
    u32 nregions;
};

/* A zeroed object of `size` bytes (rounded up to pages), charged to the system's memory.
 * -ENOMEM. One reference. */
i64 object_new(u64 size, struct object **out);
/* The same, of pages that lie one after the other in physical memory; of physical memory that is no
 * RAM. For machines that have those. */
i64 object_new_contiguous(u64 size, struct object **out);
i64 object_new_device(u64 physical, u64 size, enum memory_cache cache, struct object **out);
void object_get(struct object *o);
void object_put(struct object *o);

void aspace_init(struct aspace *as);
/* Finds room for len bytes, or takes `address` as flags say (RX_MAP_FIXED replaces what is there
 * once the caller calls aspace_unmap; NOREPLACE: -EEXIST). Result: address. */
i64 aspace_place(struct aspace *as, u64 address, u64 len, u32 flags);
/* Adds a region at a place found by aspace_place; takes references of its own. Charges. */
i64 aspace_map(struct aspace *as, const struct region *what);
/* Removes [start, end), splitting; tells servers whose files go. -ENOMEM when a split fails. */
i64 aspace_unmap(struct process *p, struct aspace *as, u64 start, u64 end);
/* Tells the server of r's file, if it has one, that the mapping has ended, or has not come to be
 * after the server had granted it. */
void aspace_tell_unmapped(u32 pid, const struct region *r);
i64 aspace_protect(struct aspace *as, u64 start, u64 end, u32 prot);
/* The region that holds the address, or NULL. */
struct region *aspace_find(const struct aspace *as, u64 address);
/* Copies all regions for a fork, charging, to p's address space. Servers of mapped files hear of
 * the copies, as they will of their ends. */
i64 aspace_copy(struct process *p, struct aspace *to, const struct aspace *from);
void aspace_clear(struct process *p, struct aspace *as);

#endif
