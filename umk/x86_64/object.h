/*
 * Memory objects of the core: their pages, and the kernel's alias of some. An object's record
 * outlives it here while address spaces still map its pages.
 */
#ifndef UMK_X86_64_OBJECT_H
#define UMK_X86_64_OBJECT_H

#include "umk/core/machine.h"
#include "umk/paging/pages.h"

i64 object_create(struct object *o);
void object_destroy(struct object *o);
void *object_alias(struct object *o, u64 len);
struct pages *object_pages(const struct object *o);
i64 object_device(struct object *o, u64 physical, enum memory_cache cache);
i64 object_contiguous(struct object *o);
/* An object that RAM already holds: its frames, each with one reference, become the object's. */
i64 object_adopt(struct object *o, u64 physical, u64 len);

#endif
