/*
 * Page frames of RAM: who has how many references to which. A frame is named by its number
 * (physical address / PAGE_SIZE); number 0 is never handed out and stands for "none".
 *
 * Free frames are kept in buddies: naturally aligned runs of 2^order frames, so that drivers and
 * pools can have runs. A frame in use has at least one reference; each present page table entry
 * for it, each object that holds it, and whoever allocated it, has one.
 *
 * The code runs on bare hardware and in tests alike: the owner says where a frame's bytes are.
 */
#ifndef UMK_PAGING_FRAMES_H
#define UMK_PAGING_FRAMES_H

#include "umk/abi/types.h"

#define FRAME_NONE 0u
#define FRAME_ORDERS 11u /* runs of up to 2^10 frames: 4 MiB */

/* One record a frame, in a table that the owner provides. */
struct frame {
    u32 refs; /* 0: free, or not RAM */
    u32 next, prev;
    u8 order;   /* of a free run, in its first frame */
    u8 state;   /* enum frame_state */
    u8 charged; /* see frame_charge */
    u8 pad;
};
ABI_SIZE(struct frame, 16);

/*
 * Takes over n records, for frames 0 to n-1: none of them is RAM yet. memory is where frame 0's
 * bytes are; those of all others follow.
 */
void frames_init(struct frame *records, u32 n, u8 *memory);
/* Frames first to first+count-1 are free RAM. Those already known, and those past the table,
 * are left as they are. */
void frames_add(u32 first, u32 count);
/* The same, but in use with one reference each. */
void frames_add_used(u32 first, u32 count);

/* 2^order frames in a run, one reference each, contents undefined; FRAME_NONE: there is none. */
u32 frames_take(u32 order);
/* One frame filled with zeros, or FRAME_NONE. */
u32 frame_take_zeroed(void);
void frame_get(u32 frame);
/* Gives a reference back; the last one frees the frame. */
void frame_put(u32 frame);
u32 frame_refs(u32 frame);
/* Where its bytes are. */
void *frame_bytes(u32 frame);
/* Whether this is a frame of RAM that is in use: what a table entry for RAM may hold. */
bool frame_used(u32 frame);

u32 frames_free(void);
u32 frames_total(void);

/*
 * Memory is promised in advance: who has reserved some may touch it whenever it likes. Frames that
 * make a promise good are marked as charged, until they are free again; all others in use (tables,
 * stacks, programs' images, kernel records) nobody has promised.
 */
void frame_charge(u32 frame);
/* It is in use still, but nobody's promise any more. */
void frame_discharge(u32 frame);
u32 frames_charged(void);
/* How many frames are promised in all, those charged already included; set by the owner. NULL:
 * nothing is. */
extern u64 (*frames_promised)(void);
/* Whether n frames more are free than may still be asked for by who was promised some. */
bool frames_spare(u32 n);
/* Tests: the n-th allocation from now on fails; 0: none does. */
void frames_fail_in(u32 n);
/* Whether free lists and counts agree; for tests. */
bool frames_consistent(void);

#endif
