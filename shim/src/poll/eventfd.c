/* eventfd. */
#include <sys/eventfd.h>
#include <unistd.h>
#include "shim/src/poll/counter.h"

int eventfd(unsigned int start, int flags)
{
    struct counter *c;
    i64 r = flags & ~(EFD_SEMAPHORE | EFD_NONBLOCK | EFD_CLOEXEC)
                ? -EINVAL
                : __umk_counter_new(start, flags, flags & EFD_SEMAPHORE, &c);

    return r < 0 ? (int)__umk_result(r) : c->fd;
}

int eventfd_read(int fd, eventfd_t *value)
{
    return read(fd, value, sizeof *value) == sizeof *value ? 0 : -1;
}

int eventfd_write(int fd, eventfd_t value)
{
    return write(fd, &value, sizeof value) == sizeof value ? 0 : -1;
}
