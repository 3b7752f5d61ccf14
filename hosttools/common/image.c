/* Images as devices, and opening what is on them. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD_TRIES 10

static int image_read(void *ctx, uint64_t block, uint32_t count, void *buf)
{
    const struct image *i = ctx;
    size_t len = (size_t)count * RFS_BLOCK, done = 0;

    while (done < len) {
        ssize_t n = pread(i->fd, (char *)buf + done, len - done, (off_t)(block * RFS_BLOCK + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n ? -errno : -EIO;
        done += (size_t)n;
    }
    return 0;
}

static int image_write(void *ctx, uint64_t block, uint32_t count, const void *buf)
{
    const struct image *i = ctx;
    size_t len = (size_t)count * RFS_BLOCK, done = 0;

    while (done < len) {
        ssize_t n =
            pwrite(i->fd, (const char *)buf + done, len - done, (off_t)(block * RFS_BLOCK + done));

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -errno;
        done += (size_t)n;
    }
    return 0;
}

static int image_flush(void *ctx)
{
    const struct image *i = ctx;

    return fdatasync(i->fd) ? -errno : 0;
}

static void image_prefetch(void *ctx, uint64_t block, uint32_t count)
{
    const struct image *i = ctx;

    posix_fadvise(i->fd, (off_t)(block * RFS_BLOCK), (off_t)count * RFS_BLOCK, POSIX_FADV_WILLNEED);
}

/* O_NONBLOCK: who waits at a pipe for a writer learns nothing. O_EXCL: a block device to be written
 * to must not be mounted. */
static int open_flags(const struct stat *st, bool write)
{
    int flags = (write ? O_RDWR : O_RDONLY) | O_CLOEXEC | O_NONBLOCK;

    return write && S_ISBLK(st->st_mode) ? flags | O_EXCL : flags;
}

void image_open(struct image *i, const char *path, bool write)
{
    struct stat st;
    uint64_t size;

    *i = (struct image){.path = path};
    i->fd = stat(path, &st) ? -1 : open(path, open_flags(&st, write));
    if (i->fd < 0 || fstat(i->fd, &st))
        fail("%s: %s", path, errno == EBUSY ? "in use by the host" : strerror(errno));
    if (flock(i->fd, (write ? LOCK_EX : LOCK_SH) | LOCK_NB))
        fail("%s: %s", path, errno == EWOULDBLOCK ? "in use" : strerror(errno));
    if (S_ISBLK(st.st_mode)) {
        if (ioctl(i->fd, BLKGETSIZE64, &size))
            fail("%s: %s", path, strerror(errno));
    } else if (S_ISREG(st.st_mode)) {
        size = (uint64_t)st.st_size;
    } else {
        fail("%s: neither a file nor a block device", path);
    }
    i->dev = (struct rfs_device){.ctx = i,
                                 .blocks = size / RFS_BLOCK,
                                 .read = image_read,
                                 .write = write ? image_write : NULL,
                                 .flush = write ? image_flush : NULL,
                                 .prefetch = image_prefetch};
}

void image_close(struct image *i)
{
    if (close(i->fd))
        fail("%s: %s", i->path, strerror(errno));
}

static void host_now(void *ctx, struct rfs_time *out)
{
    struct timespec now;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct rfs_time){(uint64_t)now.tv_sec, (uint32_t)now.tv_nsec};
}

struct rfs_options image_options(const char *base)
{
    struct rfs_options opt = {.cache = 64u << 20, .base = RFS_PROBE, .now = host_now};
    char *end;

    if (base) {
        errno = 0;
        opt.base = strtoull(base, &end, 16);
        if (errno || end == base || *end || opt.base == RFS_PROBE)
            fail("%s: not a block number in hexadecimal", base);
    }
    return opt;
}

void image_password(struct rfs_options *opt, char *password, unsigned again)
{
    char prompt[64];

    if (again)
        fprintf(stderr, "%s: incorrect password (%u/%d)\n", tool_name, again, PASSWORD_TRIES);
    if (again == PASSWORD_TRIES)
        fail("giving up");
    snprintf(prompt, sizeof(prompt), "%s: password: ", tool_name);
    if (!ask_password(prompt, password, 256))
        fail("empty password, giving up");
    opt->password = password;
    opt->password_len = strlen(password);
}

struct rfs *image_mount(const struct image *i, struct rfs_options *opt, char *password)
{
    struct rfs *fs = NULL;
    int err = rfs_open(&fs, &i->dev, opt);

    for (unsigned tried = 0; err == -ENOKEY; tried++) {
        image_password(opt, password, tried);
        err = rfs_open(&fs, &i->dev, opt);
    }
    if (err == -ENOENT)
        fail("%s: no RedoxFS found", i->path);
    if (err)
        fail("%s: %s", i->path, strerror(-err));
    return fs;
}
