/*
 * Reading a cpio archive of the "newc" form (magic 070701) that lies in memory. The
 * archive may be anything: no access leaves the span, and an entry is either whole or an error.
 */
#ifndef INITFS_NEWC_H
#define INITFS_NEWC_H

#include "umk/abi/types.h"

struct newc {
    const u8 *base;
    size_t len;
    size_t at; /* of the next header */
};

/* Pointers lead into the archive. */
struct newc_entry {
    const char *name; /* without leading "./" or "/"; not NUL-terminated */
    size_t name_len;  /* 0: the root directory itself */
    const u8 *data;
    size_t size;
    u32 ino, mode, uid, gid, nlink, mtime;
};

/* 1: *out is the next entry; 0: the end record was reached; -EBADMSG: damaged or cut off. */
int newc_next(struct newc *archive, struct newc_entry *out);

#endif
