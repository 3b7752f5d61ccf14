/* SeaHash as RedoxFS uses it: version 4, default seeds. No Debian package has it for C. */
#ifndef REDOXFS_SEAHASH_H
#define REDOXFS_SEAHASH_H

#include <stddef.h>
#include <stdint.h>

uint64_t seahash(const void *data, size_t len);

/* The same, and copies: one pass over the data in the place of two. They do not overlap. */
uint64_t seahash_copy(void *to, const void *data, size_t len);

/* Hash of a name in a directory: the low half, but never the value that marks unused entries. */
uint32_t name_hash(const char *name, size_t len);
uint32_t name_hash_of(uint64_t full); /* the same from the name's whole hash */

#endif
