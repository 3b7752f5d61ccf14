/* I/O ports for drivers: all but those of devices that the kernel drives itself. */
#ifndef UMK_X86_64_PORTS_H
#define UMK_X86_64_PORTS_H

#include "umk/abi/types.h"

/* The kernel keeps these for itself, besides those it keeps on every machine. */
void ports_keep(u16 first, u16 count);
/* Effect of the core: one access. -EACCES: the kernel keeps one of the ports. */
i64 ports_access(u16 port, u32 width, u32 *value, bool write);

#endif
