/*
 * The transfer memory of an open disk: memory that a client of the disk scheme and the driver have
 * in common, so that large reads and writes need no copy on their way (docs/STORAGE.md).
 *
 * To map a disk file, shared, gives this memory and not what is on the disk. A CALL without payload
 * and with three words of metadata then moves bytes between the two: what (enum disk_call), the
 * disk's offset, and the place in the memory. Its result is that of a read or write. The
 * memory is the client's to divide; while a call is under way its part must be left alone.
 */
#ifndef LIBBLOCK_WINDOW_H
#define LIBBLOCK_WINDOW_H

#include "umk/abi/types.h"

#define DISK_WINDOW ((u64)4 << 20) /* bytes */

enum disk_call { DISK_CALL_READ = 1, DISK_CALL_WRITE = 2 };

#define DISK_CALL_WORDS 3u
#define DISK_CALL_PLACE(at, len) ((u64)(at) << 32 | (u32)(len))
#define DISK_CALL_AT(place) ((place) >> 32)
#define DISK_CALL_LEN(place) ((place)&UINT32_MAX)

#endif
