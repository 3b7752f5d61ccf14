/* copy_file_range, sendfile: through a buffer here, since no scheme copies by itself. */
#include <sys/sendfile.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

#define CHUNK 65536

static ssize_t read_part(int fd, void *buf, size_t len, const off_t *at)
{
    return at ? pread(fd, buf, len, *at) : read(fd, buf, len);
}

static ssize_t write_part(int fd, const void *buf, size_t len, const off_t *at)
{
    return at ? pwrite(fd, buf, len, *at) : write(fd, buf, len);
}

/* Writes what was read; less when the output takes less, and then the input is set back. */
static ssize_t write_all(int fd, const char *buf, ssize_t len, off_t *at)
{
    ssize_t done = 0;

    while (done < len) {
        ssize_t n = write_part(fd, buf + done, (size_t)(len - done), at);
        if (n <= 0)
            return done ? done : n;
        done += n;
        if (at)
            *at += n;
    }
    return done;
}

static ssize_t copy(int in, off_t *in_at, int out, off_t *out_at, size_t len)
{
    char buf[CHUNK];
    size_t done = 0;

    while (done < len) {
        size_t want = len - done < sizeof buf ? len - done : sizeof buf;
        ssize_t got = read_part(in, buf, want, in_at);
        if (got <= 0)
            return got < 0 && !done ? -1 : (ssize_t)done;
        ssize_t put = write_all(out, buf, got, out_at);
        if (in_at && put > 0)
            *in_at += put;
        else if (!in_at && put < got)
            lseek(in, (put < 0 ? 0 : put) - got, SEEK_CUR);
        if (put < 0)
            return done ? (ssize_t)done : -1;
        done += (size_t)put;
        if (put < got || (size_t)got < want)
            break;
    }
    return (ssize_t)done;
}

ssize_t copy_file_range(int in, off_t *in_at, int out, off_t *out_at, size_t len, unsigned flags)
{
    if (flags)
        return __umk_fail(EINVAL);
    return copy(in, in_at, out, out_at, len);
}

ssize_t sendfile(int out, int in, off_t *in_at, size_t len)
{
    return copy(in, in_at, out, NULL, len);
}
