/*
 * RAM of a system with emulated paging: one memory file whose pages are the frames of umk/paging.
 * The kernel has all of it mapped; whoever gets its descriptor could, too: emulated paging is for
 * debugging, and separates nobody.
 */
#ifndef UMK_HOST_RAM_H
#define UMK_HOST_RAM_H

#include "umk/paging/pages.h"

/* Makes RAM for a system with that much memory, and some for what the core does not charge: page
 * tables, programs' own data, stacks. -errno. */
i64 ram_open(u64 memory);
/* True after ram_open(): the system's memory is RAM. */
bool ram_emulated(void);
int ram_fd(void);

/* All pages of an object in one piece in the kernel, made if need be; NULL: no memory. */
void *ram_alias(struct pages *p);
void ram_unalias(void *alias, u64 npages);
/* How many pages from `index` on lie one after the other in RAM; their first frame. They are there
 * already. */
u64 ram_run(const struct pages *p, u64 index, u32 *frame);
/* Makes pages [first, first + n), in as few pieces as can be. -ENOMEM. */
i64 ram_fill(struct pages *p, u64 first, u64 n);

#endif
