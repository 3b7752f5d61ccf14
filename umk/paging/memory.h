/*
 * What the page-level code needs from whoever it is built into: memory functions, and a way to end
 * when an invariant of its own is broken.
 */
#ifndef UMK_PAGING_MEMORY_H
#define UMK_PAGING_MEMORY_H

#include "umk/abi/types.h"
#include "umk/core/core.h"

#define paging_assert core_assert

#endif
