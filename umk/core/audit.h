/*
 * Counting what lives. Tests take the counts before and after: whatever was made must be gone when
 * its users are. The structural check walks all tables and panics on a broken invariant.
 */
#ifndef UMK_CORE_AUDIT_H
#define UMK_CORE_AUDIT_H

#include "umk/core/pool.h"

#define AUDIT_POOLS 32u

struct audit_counts {
    u32 n;
    const char *name[AUDIT_POOLS];
    u32 live[AUDIT_POOLS];
    u64 memory_used;
};

void core_audit_counts(struct audit_counts *out);
void core_audit_check(void);
/* The pool with this record type's name, for failing its allocations on purpose; NULL: none. */
struct pool *core_audit_pool(const char *name);
/* Forgets everything, for a core that boots again within one test program. */
void core_audit_reset(void);

#endif
