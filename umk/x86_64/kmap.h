/*
 * The kernel's half of the address space, the same in every page table: all of RAM (never
 * executable), the image (text executable, constants read-only, data not executable), and a
 * window that the kernel maps page by page: aliases of objects, stacks with guard pages, devices.
 *
 * Owns RAM's start: which frames are free is decided here.
 */
#ifndef UMK_X86_64_KMAP_H
#define UMK_X86_64_KMAP_H

#include "umk/abi/types.h"
#include "umk/x86_64/pvh.h"

/* Builds the final tables and the frame allocator. NULL, or why the machine cannot be used. */
const char *kmap_init(const struct boot_info *info);
/* Loads the kernel's own table: no process is mapped. */
void kmap_load(void);
/* Its physical address. */
u64 kmap_root(void);
/* Fills the kernel's half of a new top level table. */
void kmap_share(u32 root);

/* Physical memory through the direct map; RAM only. */
void *direct(u64 physical);
u64 direct_physical(const void *p);
/* Bytes of RAM that the kernel knows of. */
u64 ram_bytes(void);
/* Whether [start, end) touches RAM. */
bool is_ram(u64 start, u64 end);

/* Maps n frames one after the other, frame(arg, i) being the i-th; takes no references. NULL: no
 * memory. */
void *vmap(u64 n, u32 (*frame)(const void *arg, u64 i), const void *arg);
/* n fresh zeroed pages. */
void *vmap_new(u64 n);
/* Device registers, uncached. */
void *vmap_device(u64 physical, u64 len);
/* Takes a mapping of n pages back; the frames are the caller's. */
void vunmap(void *p, u64 n);
/* A kernel stack between two guard pages. Result: its top; 0: no memory. */
u64 kernel_stack(void);
/* Whether an address lies in a guard page: what a fault there means. */
bool is_guard(u64 address);

#endif
