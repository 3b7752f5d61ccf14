/* Real, effective and saved ids, set together: -1 keeps one. */
#ifndef SHIM_ENV_IDS_IDS_H
#define SHIM_ENV_IDS_IDS_H

#include "shim/src/internal/result.h"

#define KEEP (-1)

int __umk_set_ids(int ruid, int euid, int suid, int rgid, int egid, int sgid) __umk_hidden;
/* All the process's numbers. 0 or negative errno. */
i64 __umk_proc_meta(struct rx_proc_meta *meta) __umk_hidden;

#endif
