/* <aio.h>: starting requests and waiting for them. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include "shim/src/aio/aio.h"
#include "shim/src/fcntl/fd.h"
#include "shim/src/pthread/cancel.h"
#include "shim/src/time/deadline.h"

/* What can be told before the request is worked on. */
static int check(const struct aiocb *cb, enum aio_operation operation)
{
    i64 flags = (i64)redox_fcntl_v0(__umk_fd(cb->aio_fildes), RX_F_GETFL, 0);
    u32 wanted = operation == AIO_READ ? RX_O_RDONLY : RX_O_WRONLY;

    if (flags < 0)
        return EBADF;
    if (!__umk_notice_valid(&cb->aio_sigevent) || cb->aio_reqprio < 0)
        return EINVAL;
    if (operation != AIO_READ && operation != AIO_WRITE)
        return 0;
    if (!((u32)flags & wanted))
        return EBADF;
    return cb->aio_offset < 0 || cb->aio_nbytes > SSIZE_MAX ? EINVAL : 0;
}

static int start(struct aiocb *cb, enum aio_operation operation, struct aio_list *list)
{
    int error = check(cb, operation);

    if (error) {
        cb->__error = error;
        cb->__result = -1;
        return error;
    }
    return __umk_aio_start(cb, operation, list);
}

static int start_alone(struct aiocb *cb, enum aio_operation operation)
{
    int error = start(cb, operation, NULL);

    return error ? (int)__umk_fail(error) : 0;
}

int aio_read(struct aiocb *cb)
{
    return start_alone(cb, AIO_READ);
}

int aio_write(struct aiocb *cb)
{
    return start_alone(cb, AIO_WRITE);
}

int aio_fsync(int operation, struct aiocb *cb)
{
    if (operation != O_SYNC && operation != O_DSYNC)
        return (int)__umk_fail(EINVAL);
    return start_alone(cb, operation == O_SYNC ? AIO_SYNC : AIO_DATA_SYNC);
}

int aio_error(const struct aiocb *cb)
{
    return __atomic_load_n(&cb->__error, __ATOMIC_ACQUIRE);
}

ssize_t aio_return(struct aiocb *cb)
{
    int error = aio_error(cb);

    if (error == EINPROGRESS)
        return __umk_fail(EINVAL);
    return error ? __umk_fail(error) : cb->__result;
}

static bool any_ended(const struct aiocb *const list[], int n)
{
    for (int i = 0; i < n; i++)
        if (list[i] && aio_error(list[i]) != EINPROGRESS)
            return true;
    return false;
}

int aio_suspend(const struct aiocb *const list[], int n, const struct timespec *timeout)
{
    struct redox_c_timespec deadline;
    i64 r = n < 0 ? -EINVAL : timeout ? __umk_deadline_in(timeout, &deadline) : 0;

    __umk_cancel_enter();
    while (r >= 0) {
        u32 seen = __atomic_load_n(&__umk_aio_ended, __ATOMIC_ACQUIRE);
        if (any_ended(list, n))
            break;
        r = __umk_aio_wait(seen, timeout ? &deadline : NULL);
    }
    __umk_cancel_leave();
    return (int)__umk_result(r == -ETIMEDOUT ? -EAGAIN : r);
}

/* Until all of them have ended: 0, or EIO when one has failed, or EINTR. */
static int wait_for_all(struct aiocb *restrict const list[], int n)
{
    int error = 0;

    for (int i = 0; i < n; i++) {
        while (list[i] && list[i]->aio_lio_opcode != LIO_NOP) {
            u32 seen = __atomic_load_n(&__umk_aio_ended, __ATOMIC_ACQUIRE);
            int one = aio_error(list[i]);
            if (one != EINPROGRESS) {
                error = one ? EIO : error;
                break;
            }
            if (__umk_aio_wait(seen, NULL) == -EINTR)
                return EINTR;
        }
    }
    return error;
}

/* Starts all of the list: 0, or EAGAIN or EIO when one could not be started. */
static int start_all(struct aiocb *restrict const list[], int n, struct aio_list *common)
{
    int result = 0;

    for (int i = 0; i < n; i++) {
        if (!list[i] || list[i]->aio_lio_opcode == LIO_NOP)
            continue;
        int error = list[i]->aio_lio_opcode == LIO_READ    ? start(list[i], AIO_READ, common)
                    : list[i]->aio_lio_opcode == LIO_WRITE ? start(list[i], AIO_WRITE, common)
                                                           : EINVAL;
        if (!error)
            continue;
        list[i]->__error = error;
        result = error == EAGAIN ? EAGAIN : EIO;
        __umk_aio_list_done(common);
    }
    return result;
}

int lio_listio(int mode, struct aiocb *restrict const list[restrict], int n,
               struct sigevent *restrict event)
{
    struct aio_list *common = NULL;

    if ((mode != LIO_WAIT && mode != LIO_NOWAIT) || n < 0 || n > AIO_LISTIO_MAX ||
        (mode == LIO_NOWAIT && !__umk_notice_valid(event)))
        return (int)__umk_fail(EINVAL);
    if (mode == LIO_NOWAIT) {
        common = malloc(sizeof *common);
        if (!common)
            return (int)__umk_fail(EAGAIN);
        /* one for this function, so that the notice comes when all are started */
        *common = (struct aio_list){.left = 1, .notice = __umk_notice_of(event)};
        for (int i = 0; i < n; i++)
            common->left += list[i] && list[i]->aio_lio_opcode != LIO_NOP;
    }
    int error = start_all(list, n, common);
    __umk_aio_list_done(common);
    if (mode == LIO_WAIT) {
        int ended = wait_for_all(list, n);
        error = ended ? ended : error;
    }
    return error ? (int)__umk_fail(error) : 0;
}
