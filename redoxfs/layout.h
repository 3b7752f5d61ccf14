/* Where things are in blocks: RedoxFS format version 8 (docs/REDOXFS.md). Constants only. */
#ifndef REDOXFS_LAYOUT_H
#define REDOXFS_LAYOUT_H

#include "redoxfs/bytes.h"
#include "redoxfs/redoxfs.h"

#include <string.h>

/* Address word: bits 0..3 level (2^level blocks), 4..7 decompressed level, 8..63 index. */
#define ADDR_LEVEL(a) ((unsigned)((a)&15))
#define ADDR_EXPANDED(a) ((unsigned)((a) >> 4 & 15))
#define ADDR_INDEX(a) ((a) >> 8)
#define ADDR(index, level, expanded) ((index) << 8 | (uint64_t)(expanded) << 4 | (level))

#define LEVEL_MAX 5u /* largest record: 128 KiB */
#define RECORD_MAX (RFS_BLOCK << LEVEL_MAX)

struct ptr {
    uint64_t addr; /* null when its index is 0 */
    uint64_t hash; /* SeaHash of the whole block as stored, before encryption */
};
#define PTR_SIZE 16u

/* Header ring: generation g is in slot g mod 256; the block behind the ring is never used. */
#define RING 256u
#define FIRST_BLOCK 257u
#define VERSION 8u
#define SIGNATURE "RedoxFS" /* with its NUL: 8 bytes */
enum {
    HDR_VERSION = 8,
    HDR_UUID = 16,
    HDR_SIZE = 32,
    HDR_GENERATION = 40,
    HDR_TREE = 48,
    HDR_ALLOC = 64,
    HDR_SLOTS = 80,
    HDR_RELEASE = 3152,
    HDR_SEALED = 4072, /* encrypted hash, 16 bytes */
    HDR_HASH = 4088,
};
#define KEY_SLOTS 64u
#define KEY_SLOT_SIZE 48u

/* Object tree: four levels of blocks of 254 pointers and a bitmap. */
#define TREE_LEVELS 4u
#define TREE_PTRS 254u
#define TREE_BITMAP 4064u

/* Node block. */
enum {
    NODE_MODE = 0,
    NODE_UID = 2,
    NODE_GID = 6,
    NODE_LINKS = 10,
    NODE_SIZE = 14,
    NODE_BLOCKS = 22,
    NODE_CTIME = 30, /* seconds, then nanoseconds in 4 bytes */
    NODE_MTIME = 42,
    NODE_ATIME = 54,
    NODE_RECORD_LEVEL = 66,
    NODE_FLAGS = 70,
    NODE_AREA = 128, /* level tables, or inline data */
};
#define NODE_INLINE 1u
#define AREA_SIZE (RFS_BLOCK - NODE_AREA)
/* The level tables: direct pointers, then one to four indirections. */
#define MAP_DEPTHS 5u
#define DIR_MARKER NODE_AREA              /* direct pointer 0 of a directory: depth of its H-tree */
#define DIR_TOP (NODE_AREA + PTR_SIZE)    /* direct pointer 1: the list or the H-tree's root */
#define MARKER_ADDR 0xFFFFFFFFFFFFFFF0ull /* or depth */
#define MARKER_HASH UINT64_MAX
#define HTREE_DEPTH_MAX 15u

#define LIST_PTRS 256u /* pointers of an indirection block */

/* Directory list: packed entries (id, length, name), counters at the end. */
#define DIRLIST_BYTES 4092u
#define DIRLIST_COUNT 4092u
#define DIRLIST_USED 4094u
#define ENTRY_HEAD 5u

/* H-tree block: entries of a hash and a pointer, sorted; those not used have hash NO_HASH. */
#define HTREE_ENTRIES 204u
#define HENTRY_SIZE 20u
#define NO_HASH 0xFFFFFFFFu

/* Allocation log and release list: a pointer to the older block, then entries. */
#define LOG_ENTRIES 255u
#define LOG_ENTRY_SIZE 16u
#define RELEASE_IDS 1020u

static inline struct ptr get_ptr(const uint8_t *p)
{
    return (struct ptr){get64(p), get64(p + 8)};
}

static inline void put_ptr(uint8_t *p, struct ptr v)
{
    put64(p, v.addr);
    put64(p + 8, v.hash);
}

static inline bool is_null(struct ptr p)
{
    return ADDR_INDEX(p.addr) == 0;
}

/* Smallest level whose block holds that many bytes. */
static inline unsigned level_for(uint64_t bytes)
{
    unsigned level = 0;

    while (((uint64_t)RFS_BLOCK << level) < bytes)
        level++;
    return level;
}

static inline uint64_t ceil_div(uint64_t a, uint64_t b)
{
    return a / b + (a % b != 0);
}

#endif
