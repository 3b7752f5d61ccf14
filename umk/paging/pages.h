/*
 * The pages of a memory object: a tree of frames, filled at the first touch. The tree's nodes are
 * frames themselves, of 1024 frame numbers each; as many levels as the size asks for.
 *
 * Owned by reference: the core's object has one, and every region that maps it. The tree has one
 * reference to each of its frames.
 */
#ifndef UMK_PAGING_PAGES_H
#define UMK_PAGING_PAGES_H

#include "umk/abi/types.h"

struct pages {
    u64 npages;
    u32 root; /* FRAME_NONE: nothing yet */
    u32 levels;
    u32 refs;
    u32 charged; /* its frames were promised to somebody (frames.h) */
    /* device memory: frames that are no RAM; nothing is counted then. 0: ordinary */
    u64 device; /* first physical address */
    u32 cache;  /* enum cache_kind, of device memory */
    u32 pad2;
};

enum cache_kind { CACHE_WB = 0, CACHE_UC = 1, CACHE_WC = 2 };

/* One reference, no frames, not charged. */
void pages_init(struct pages *p, u64 npages);
/* The frame of page `index`, made of zeros if need be; FRAME_NONE: no memory. The reference stays
 * the tree's. */
u32 pages_frame(struct pages *p, u64 index);
/* The same without making one: FRAME_NONE when it was not touched yet. */
u32 pages_peek(const struct pages *p, u64 index);
/* Puts a frame where none is; the caller's reference becomes the tree's. -ENOMEM, -EEXIST. */
i64 pages_put(struct pages *p, u64 index, u32 frame);
/* Calls fn for each frame, those of the tree's nodes included. */
void pages_each(const struct pages *p, void (*fn)(u32 frame, void *arg), void *arg);
/* Who was promised them has given that up, while others still have them mapped. */
void pages_discharge(struct pages *p);
/* Gives all frames back. */
void pages_clear(struct pages *p);

#endif
