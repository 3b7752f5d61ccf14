/* posix_devctl: the requests of ioctl, whose data must have room. */
#include <devctl.h>
#include <errno.h>
#include <sys/ioctl.h>
#include <termios.h>

/* What a request reads or writes at its data. */
static size_t data_size(int request)
{
    switch (request) {
    case TCGETS:
    case TCSETS:
    case TCSETSW:
    case TCSETSF:
        return sizeof(struct termios);
    case TIOCGWINSZ:
    case TIOCSWINSZ:
        return sizeof(struct winsize);
    case TCSBRK:
    case TCXONC:
    case TCFLSH:
    case TIOCSCTTY:
    case FIOCLEX:
    case FIONCLEX:
        return 0; /* the pointer is a number, or not looked at */
    default:
        return sizeof(int);
    }
}

int posix_devctl(int fd, int request, void *restrict data, size_t n, int *restrict info)
{
    int saved = errno, result;
    size_t wanted = data_size(request);

    if (n < wanted || (wanted && !data))
        return EINVAL;
    result = ioctl(fd, (unsigned long)(unsigned)request, data);
    if (result < 0) {
        result = errno;
        errno = saved;
        return result;
    }
    if (info)
        *info = result;
    return 0;
}
