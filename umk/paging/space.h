/*
 * The address space of a process, page by page: regions say what belongs where, the page tables
 * what has been touched. The core decides the regions; here pages come at the first access:
 *
 *     private, no object    zeros, at the first read or write
 *     private, object       the object's page, read-only; a copy at the first write
 *     shared                the object's page
 *
 * fork gives the child the same frames, read-only on both sides where they are private; the first
 * write on either side copies, unless nobody else has the frame any more.
 *
 * Invariants: regions are sorted and do not overlap; a present entry lies in a region, and allows
 * no more than the region does; no entry is writable and executable.
 */
#ifndef UMK_PAGING_SPACE_H
#define UMK_PAGING_SPACE_H

#include "umk/paging/pages.h"
#include "umk/paging/table.h"

/* As MAPPROT_* of the core. */
#define SPACE_READ 1u
#define SPACE_WRITE 2u
#define SPACE_EXEC 4u

struct space_region {
    struct space_region *next;
    u64 start, end;
    u32 prot;
    bool shared;
    bool own;            /* a fork does not get it: portals, channels */
    bool charged;        /* private pages of it were promised (frames.h) */
    struct pages *pages; /* NULL: zeros */
    u64 first;           /* index of the object's page at start */
};

struct space {
    struct table table;
    struct space_region *regions;
    u64 resident; /* present pages */
};

enum space_access { ACCESS_READ, ACCESS_WRITE, ACCESS_EXEC };

/* An empty one; changed as in table.h. -ENOMEM. */
i64 space_init(struct space *s, void (*changed)(struct table *t, u64 address, u64 old));
/* Everything goes. */
void space_destroy(struct space *s);

/*
 * Describes [address, address+len) anew; what was there goes. what->start and end are not looked
 * at; a reference to what->pages is taken. -EINVAL: not within user space, or no whole pages.
 * -ENOMEM: nothing has changed.
 */
i64 space_map(struct space *s, u64 address, u64 len, const struct space_region *what);
i64 space_unmap(struct space *s, u64 address, u64 len);
/* Changes protection where there are regions. */
i64 space_protect(struct space *s, u64 address, u64 len, u32 prot);
/* Makes `child`, which is empty, a copy. On -ENOMEM the child is to be destroyed. */
i64 space_fork(struct space *s, struct space *child);

/*
 * The page of an access that the tables do not allow. 0: it is there now, the access may be
 * repeated. -EFAULT: not allowed; -ENXIO: past the end of the object; -ENOMEM.
 */
i64 space_fault(struct space *s, u64 address, enum space_access access);

/* Copies between the kernel and the space, as the process itself may. -EFAULT, -ENOMEM. */
i64 space_write(struct space *s, u64 address, const void *from, u64 len);
i64 space_read(struct space *s, void *to, u64 address, u64 len);
/* The physical address behind a user address, made present for `access`; or an error. */
i64 space_physical(struct space *s, u64 address, enum space_access access, u64 *physical);

/* Return addresses by frame pointers, as far as they can be read and look like a stack that
 * begins at sp; at most `max`. Result: how many. */
u32 space_walk_stack(struct space *s, u64 bp, u64 sp, u64 *frames, u32 max);

/* The region of an address, or NULL. */
const struct space_region *space_find(const struct space *s, u64 address);
/* Whether all invariants hold; for tests. */
bool space_consistent(const struct space *s);

/* References of page objects; the last one clears them and frees the record. */
struct pages *pages_new(u64 npages);
void pages_get(struct pages *p);
void pages_drop(struct pages *p);

#endif
