/*
 * Page tables of four levels in the format of x86_64, in frames. The entries of the upper half of
 * the address space are the kernel's and not looked at here.
 *
 * A present entry holds one reference to its frame, except device entries (ENTRY_DEVICE), whose
 * frames are not counted. `changed` is called after an entry that was present has changed, with
 * what it was, before the old frame's reference is given back: the translation may be cached
 * somewhere, and who needs the frame until it is not takes a reference of its own.
 */
#ifndef UMK_PAGING_TABLE_H
#define UMK_PAGING_TABLE_H

#include "umk/abi/types.h"

#define ENTRY_PRESENT 0x1ull
#define ENTRY_WRITE 0x2ull
#define ENTRY_USER 0x4ull
#define ENTRY_PWT 0x8ull   /* with PAT as set up at boot: write-combining */
#define ENTRY_PCD 0x10ull  /* uncached */
#define ENTRY_USED 0x60ull /* accessed, written to: set by hardware */
#define ENTRY_LARGE 0x80ull
#define ENTRY_GLOBAL 0x100ull
#define ENTRY_DEVICE 0x200ull /* ignored by hardware: the frame is not counted */
#define ENTRY_NX (1ull << 63)
#define ENTRY_FRAME_MASK 0x000FFFFFFFFFF000ull
#define USER_END 0x7FFFFFFFF000ull

struct table {
    u32 root; /* frame of the top level */
    void (*changed)(struct table *t, u64 address, u64 old);
};

static inline u32 entry_frame(u64 e)
{
    return (u32)((e & ENTRY_FRAME_MASK) / PAGE_SIZE);
}

/* A root of zeros; -ENOMEM. */
i64 table_init(struct table *t, void (*changed)(struct table *t, u64 address, u64 old));
/* The entry for an address; 0 when there is none. */
u64 table_get(const struct table *t, u64 address);
/*
 * Sets the entry for an address, whose reference the caller hands over; the old entry's is given
 * back. An entry of 0 clears. -ENOMEM (never when clearing, or when an entry was there).
 */
i64 table_set(struct table *t, u64 address, u64 entry);
/* The first address in [from, to) with a present entry; to: there is none. */
u64 table_next(const struct table *t, u64 from, u64 to);
/* Calls fn for the frame of each table of the lower half, the root included. */
void table_each(const struct table *t, void (*fn)(u32 frame, void *arg), void *arg);
/* Clears all entries below USER_END and frees the lower tables and the root. */
void table_destroy(struct table *t);

#endif
