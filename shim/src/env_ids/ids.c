/* The one call behind the set...id functions, and the record behind the getres ones. */
#include "shim/src/env_ids/ids.h"

int __umk_set_ids(int ruid, int euid, int suid, int rgid, int egid, int sgid)
{
    u32 ids[6] = {(u32)ruid, (u32)euid, (u32)suid, (u32)rgid, (u32)egid, (u32)sgid};

    return (int)__umk_result(rx_proc(PROC_SETRESUGID, 0, 0, 0, ids, sizeof ids));
}

i64 __umk_proc_meta(struct rx_proc_meta *meta)
{
    i64 r = rx_proc(PROC_CREDENTIALS, 0, 0, 0, meta, sizeof *meta);

    return r < 0 ? r : 0;
}
