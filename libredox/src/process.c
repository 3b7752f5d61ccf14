/*
 * Processes: who they are, waiting for them, signalling them, ending and copying
 * oneself. The kernel keeps all of it; these functions only put the requests in words.
 */
#include "upper.h"

i64 rx_proc(u32 verb, u64 a, u64 b, u64 c, void *payload, size_t len)
{
    const struct gate_buf buf = {
        .in = payload, .in_len = len, .out = payload, .out_len = len, .out_fixed = true};
    i64 r = gate_call(UMK_PROC, GATE_ARGS(verb, a, b, c, len), &buf, NULL);
    /* the caller itself was hit: the gate has delivered the signal by now */
    return r == -ERESTART ? 0 : r;
}

i64 rx_limit(u32 which, const u64 *to, u64 *now)
{
    u64 ret[4] = {0};
    i64 r = 0;

    if (now)
        r = gate_call(UMK_PROC, GATE_ARGS(PROC_GETLIMIT, which), NULL, ret);
    if (r >= 0 && to)
        r = gate_call(UMK_PROC, GATE_ARGS(PROC_SETLIMIT, which, to[0], to[1]), NULL, NULL);
    if (r >= 0 && now) {
        now[0] = ret[0];
        now[1] = ret[1];
    }
    return r;
}

i64 rx_waitpid(i64 pid, u32 *status, u32 flags)
{
    u64 ret[4];
    u32 verb = pid > 0 || pid == -1 ? PROC_WAITPID : PROC_WAITPGID;
    u64 whom = pid > 0 ? (u64)pid : pid == 0 || pid == -1 ? 0 : 0 - (u64)pid;
    i64 r = gate_call(UMK_PROC, GATE_ARGS(verb, whom, flags), NULL, ret);
    if (r > 0 && status)
        *status = (u32)ret[0];
    return r;
}

size_t redox_waitpid_v1(size_t pid, int *status, u32 options)
{
    u32 word = 0;
    i64 r = rx_waitpid((i64)pid, &word, options);
    if (r > 0 && status)
        *status = (int)word;
    return (size_t)r;
}

size_t redox_kill_v1(size_t pid, u32 sig)
{
    return (size_t)rx_proc(PROC_KILL, pid, sig, 0, NULL, 0);
}

void rx_exit(u32 status)
{
    gate_exit(status);
}

i64 rx_fork(void)
{
    i64 pid = gate_fork();
    if (pid == 0)
        cwd_after_fork();
    return pid;
}

size_t redox_get_pid_v1(void)
{
    return gate_start.pid;
}

/* One of the calling process's ids, by its place in the record. All ones where the kernel refuses:
 * nobody's id, so that nobody is taken for root by mistake. */
static size_t own_id(size_t offset)
{
    struct rx_proc_meta meta;
    u32 id;
    if (rx_proc(PROC_CREDENTIALS, gate_start.pid, 0, 0, &meta, sizeof(meta)) < 0)
        return UINT32_MAX;
    __builtin_memcpy(&id, (const u8 *)&meta + offset, sizeof(id));
    return id;
}

size_t redox_get_euid_v1(void)
{
    return own_id(offsetof(struct rx_proc_meta, euid));
}

size_t redox_get_ruid_v1(void)
{
    return own_id(offsetof(struct rx_proc_meta, ruid));
}

size_t redox_get_egid_v1(void)
{
    return own_id(offsetof(struct rx_proc_meta, egid));
}

size_t redox_get_rgid_v1(void)
{
    return own_id(offsetof(struct rx_proc_meta, rgid));
}

/* cap_fd: an open /scheme/proc/proc-creds-capability. */
size_t redox_get_proc_credentials_v1(size_t cap_fd, size_t pid, u8 *buf, size_t len)
{
    const u64 meta[] = {PROC_CREDENTIALS, pid};
    if (len < sizeof(struct rx_proc_meta))
        return (size_t)-EINVAL;
    return (size_t)fd_call(cap_fd, RX_FD_NONE, CALL_READ, meta, 2, buf,
                           sizeof(struct rx_proc_meta));
}

/* A new descriptor that stands for the calling process, in the upper table and close-on-exec; the
 * caller closes it. A process has none until it asks. */
size_t redox_cur_procfd_v0(void)
{
    return (size_t)gate_call(UMK_PROC, GATE_ARGS(PROC_HANDLE), NULL, NULL);
}

/* Threads are objects of this kernel and not files: there is no descriptor. */

size_t redox_cur_thrfd_v0(void)
{
    return (size_t)-ENOSYS;
}
