/*
 * fcntl: duplication, descriptor and status flags go to the kernel, record locks to
 * the file's server.
 */
#include <stdarg.h>
#include <unistd.h>
#include "shim/src/fcntl/clofork.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/fcntl/lock.h"
#include "shim/src/poll/counter.h"
#include "shim/src/pthread/cancel.h"

/* The range that a struct flock means, from the start of the file. */
static i64 lock_range(u64 fd, const struct flock *fl, struct lock_range *l)
{
    i64 base = 0, start, end;

    if (fl->l_whence == SEEK_CUR) {
        base = rx_lseek(fd, 0, RX_SEEK_CUR);
    } else if (fl->l_whence == SEEK_END) {
        struct redox_c_stat st;
        i64 r = (i64)redox_fstat_v1(fd, &st);
        base = r < 0 ? r : st.size;
    } else if (fl->l_whence != SEEK_SET) {
        return -EINVAL;
    }
    if (base < 0)
        return base;
    if (__builtin_add_overflow(base, fl->l_start, &start))
        return -EOVERFLOW;
    if (fl->l_len < 0) {
        end = start;
        if (__builtin_add_overflow(start, fl->l_len, &start))
            return -EINVAL;
        l->len = (u64)(end - start);
    } else {
        if (__builtin_add_overflow(start, fl->l_len, &end))
            return -EOVERFLOW;
        l->len = (u64)fl->l_len;
    }
    if (start < 0)
        return -EINVAL;
    l->start = (u64)start;
    l->exclusive = fl->l_type == F_WRLCK;
    return 0;
}

static i64 get_lock(u64 fd, struct flock *fl, struct lock_range *l)
{
    if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK)
        return -EINVAL;
    i64 pid = __umk_lock_get(fd, l);
    if (pid == -ESRCH) {
        fl->l_type = F_UNLCK;
        return 0;
    }
    if (pid < 0)
        return pid;
    fl->l_type = l->exclusive ? F_WRLCK : F_RDLCK;
    fl->l_whence = SEEK_SET;
    fl->l_start = (off_t)l->start;
    fl->l_len = (off_t)l->len;
    fl->l_pid = pid ? (pid_t)pid : -1;
    return 0;
}

static i64 lock_command(u64 fd, int cmd, struct flock *fl)
{
    struct lock_range l = {.ofd = cmd >= F_OFD_GETLK};

    if (!fl)
        return -EFAULT;
    i64 r = lock_range(fd, fl, &l);
    if (r < 0)
        return (i64)redox_fcntl_v0(fd, RX_F_GETFD, 0) < 0 ? -EBADF : r;
    if (cmd == F_GETLK || cmd == F_OFD_GETLK)
        return get_lock(fd, fl, &l);
    if (fl->l_type == F_UNLCK)
        return __umk_lock_unset(fd, &l);
    if (fl->l_type != F_RDLCK && fl->l_type != F_WRLCK)
        return -EINVAL;
    if (cmd == F_SETLK || cmd == F_OFD_SETLK)
        return __umk_lock_set(fd, &l);
    __umk_cancel_enter();
    r = __umk_lock_wait(fd, &l);
    __umk_cancel_leave();
    return r;
}

int fcntl(int fd, int cmd, ...)
{
    u64 arg;
    va_list ap;

    va_start(ap, cmd);
    arg = va_arg(ap, u64);
    va_end(ap);
    switch (cmd) {
    case F_DUPFD_CLOFORK:
        if ((int)arg < 0 || (u32)arg >= RX_FD_MAX)
            return (int)__umk_fail(EINVAL);
        __umk_clofork_begin();
        return (int)__umk_result(
            __umk_clofork_end((i64)redox_fcntl_v0(__umk_fd(fd), RX_F_DUPFD, (u32)arg)));
    case F_DUPFD:
    case F_DUPFD_CLOEXEC:
        if ((int)arg < 0 || (u32)arg >= RX_FD_MAX)
            return (int)__umk_fail(EINVAL);
        return (int)__umk_result((i64)redox_fcntl_v0(__umk_fd(fd), (size_t)cmd, (u32)arg));
    case F_GETFD:
    case F_GETFL:
        return (int)__umk_result((i64)redox_fcntl_v0(__umk_fd(fd), (size_t)cmd, 0));
    case F_SETFL:
        if (__umk_counter_set_flags && __umk_counter_set_flags(fd, arg))
            arg |= O_NONBLOCK;
        return (int)__umk_result((i64)redox_fcntl_v0(__umk_fd(fd), (size_t)cmd, (u32)arg));
    case F_SETFD:
        return (int)__umk_result((i64)redox_fcntl_v0(__umk_fd(fd), (size_t)cmd, (u32)arg));
    case F_GETLK:
    case F_SETLK:
    case F_SETLKW:
    case F_OFD_GETLK:
    case F_OFD_SETLK:
    case F_OFD_SETLKW:
        return (int)__umk_result(lock_command(__umk_fd(fd), cmd, (struct flock *)arg));
    default:
        return (int)__umk_fail(EINVAL);
    }
}
