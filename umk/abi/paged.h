/*
 * Emulated paging (umk run --paging emulated): what the kernel and the gate of a process agree on
 * when the kernel keeps page tables for the process, as on bare hardware, and the host's mappings
 * are no more than a cache of them, as a processor's translations are.
 *
 * All memory of the system is one file, RAM, whose pages are the frames. A process starts with none
 * of it mapped. An access to a page that is not mapped, or not that way, is a signal of the host;
 * its handler puts the question into the thread's mail, sets the thread's bit in
 * paging_page.asked and rings the kernel. The answer names the page of RAM, which the handler maps.
 *
 * What the kernel takes away it writes into paging_page.drops, and `tail` counts it. The process
 * unmaps those ranges, then counts `done` up: before it uses the reply of any call, and before it
 * carries out an answer. An answer holds for the tail it names, and is void once more than that has
 * been dropped: the access is tried again then. A frame is not given to anybody else before the
 * drops that concern it are done.
 */
#ifndef UMK_ABI_PAGED_H
#define UMK_ABI_PAGED_H

#include "umk/abi/hosted.h"
#include "umk/abi/portal.h"

/* The process object goes on with a struct paging_page after the main portal; the exec block
 * follows as ordinary memory. CTL_BOOT's fourth descriptor is RAM. */
#define PAGING_PAGE_BASE (PROCESS_BASE + PAGE_SIZE + PORTAL_SIZE)
#define PAGED_BLOCK_BASE (PAGING_PAGE_BASE + PAGE_SIZE)
/* The main thread's stack, ordinary memory. */
#define PAGED_STACK_TOP 0x5e000000ull
#define PAGED_STACK_SIZE 0x800000ull
/* What a process keeps of the host's own memory: for each thread one area, in which its signal
 * handlers run. */
#define PAGED_AREAS 0x58000000ull
#define PAGED_AREA_SIZE 0x10000ull

enum paging_state { PAGING_IDLE, PAGING_ASKED, PAGING_ANSWERED };

enum paging_question {
    /* the page at address, for an access; result 0: map `offset` of RAM there, with host PROT_* */
    PAGING_READ,
    PAGING_WRITE,
    PAGING_EXEC,
    /* [address, address + len), of the program file's writable segments, becomes memory of zeros */
    PAGING_ADOPT,
    /* return addresses into the portal's fault record, by the frame pointer in `address`, from the
     * stack pointer in `len` on */
    PAGING_FRAMES,
    /* the mapping at address is a server's end of a channel, and goes */
    PAGING_FORGET,
};

struct paging_mail {
    u32 state;
    u32 question;
    u64 address;
    u64 len;
    /* the answer */
    i32 result;
    u32 prot;
    u64 offset;
    u32 tail;
    u32 pad;
};
ABI_SIZE(struct paging_mail, 48);
/* Within each portal, behind struct portal. */
#define PAGING_MAIL_OFFSET (PORTAL_PAYLOAD_OFFSET - 64u)
_Static_assert(sizeof(struct portal) <= PAGING_MAIL_OFFSET, "the mail has a place of its own");

#define DROPS_MAX 128u /* a power of two: the counters run over */
struct drop {
    u64 start, end;
};
struct paging_page {
    _Alignas(64) u64 asked[PORTALS_MAX / 64]; /* set by the process, cleared by the kernel */
    /* written by the kernel: drops so far, free running; there are more than have room */
    _Alignas(64) u32 tail;
    u32 more;
    /* written by the process */
    _Alignas(64) u32 done;
    _Alignas(64) struct drop drops[DROPS_MAX];
};
_Static_assert(sizeof(struct paging_page) <= PAGE_SIZE, "it is one page");

#endif
