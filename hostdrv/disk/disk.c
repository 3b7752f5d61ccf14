/*
 * disk MODE,FD[,OVERLAY]... on the host; `disk NAME` in the system: images and block devices of the
 * host as disks 0, 1, ... of the scheme disk.NAME. MODE is rw, ro or snapshot; the numbers are
 * descriptors that umk has opened.
 */
#include "hostdrv/common/driver.h"
#include "hostdrv/disk/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "disk"
#define DISKS_MAX 16u
#define BLOCK 512u
#define BOUNCE ((size_t)1 << 20) /* for buffers that lie askew: 1 MiB at a time */

static struct image images[DISKS_MAX];
static struct disk disks[DISKS_MAX];
static struct disk_scheme scheme_disks = {.disks = disks};
static struct scheme *scheme;
static bool waits_itself; /* the kernel alone wakes the loop: see rx_outside_watch */

/* Opening */

static u64 size_of(int fd, u32 *block_size)
{
    struct stat st;
    u64 bytes = 0;
    int block = 0;

    *block_size = BLOCK;
    if (fstat(fd, &st) < 0)
        return 0;
    if (!S_ISBLK(st.st_mode))
        return (u64)st.st_size;
    if (ioctl(fd, BLKGETSIZE64, &bytes) < 0)
        return 0;
    if (ioctl(fd, BLKSSZGET, &block) == 0 && (block == 1024 || block == 2048 || block == 4096))
        *block_size = (u32)block;
    return bytes;
}

static i64 read_now(void *ctx, u64 offset, void *buf, size_t len)
{
    const struct image *m = ctx;
    u8 *aligned = aligned_alloc(4096, (len + 4095) & ~(size_t)4095);

    if (!aligned)
        return -ENOMEM;
    ssize_t n = pread(m->fd, aligned, len, (off_t)offset);
    i64 r = n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
    if (!r)
        memcpy(buf, aligned, len);
    free(aligned);
    return r;
}

static void find_partitions(struct disk *d, struct image *m)
{
    const struct partition_disk p = {d->block_size, d->size, read_now, m};
    i64 n = partitions_find(&p, d->parts);

    d->nparts = n > 0 ? (u32)n : 0;
}

static void add_disk(unsigned i, const char *word)
{
    struct image *m = &images[i];
    struct disk *d = &disks[i];
    char mode[16];
    int overlay = -1;

    if (sscanf(word, "%15[a-z],%d,%d", mode, &m->fd, &overlay) < 2)
        driver_fail(NAME, "'%s' is no disk", word);
    d->driver = m;
    d->size = size_of(m->fd, &d->block_size);
    d->size -= d->size % d->block_size;
    d->read_only = strcmp(mode, "ro") == 0;
    m->align = fcntl(m->fd, F_GETFL) & O_DIRECT ? d->block_size : 1;
    if (overlay >= 0 && !(m->overlay = overlay_open(overlay, d->size)))
        driver_fail(NAME, "there is no room for the changes of a snapshot");
    find_partitions(d, m);
}

/* Serving */

static i64 sync_io(const struct image *m, bool write, u64 offset, u8 *buf, size_t len)
{
    if (m->overlay)
        return overlay_io(m->overlay, m->fd, write, offset, buf, len);
    for (size_t done = 0; done < len;) {
        ssize_t n = write ? pwrite(m->fd, buf + done, len - done, (off_t)(offset + done))
                          : pread(m->fd, buf + done, len - done, (off_t)(offset + done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? -errno : -EIO;
        done += (size_t)n;
    }
    return (i64)len;
}

/* Through memory that lies as the host wants it. */
static i64 bounce(const struct image *m, bool write, u64 offset, u8 *buf, size_t len)
{
    static u8 *memory;

    if (!memory && !(memory = aligned_alloc(4096, BOUNCE)))
        return -ENOMEM;
    for (size_t done = 0, n; done < len; done += n) {
        n = len - done < BOUNCE ? len - done : BOUNCE;
        if (write)
            memcpy(memory, buf + done, n);
        i64 r = sync_io(m, write, offset + done, memory, n);
        if (r < 0)
            return r;
        if (!write)
            memcpy(buf + done, memory, n);
    }
    return (i64)len;
}

static i64 start(struct disk *d, enum disk_op op, u64 offset, void *buf, size_t len, u64 request)
{
    const struct image *m = d->driver;

    if (op == DISK_FLUSH && m->overlay)
        return 0; /* it is thrown away with the system */
    if (op != DISK_FLUSH && ((uintptr_t)buf % m->align || m->overlay))
        return bounce(m, op == DISK_WRITE, offset, buf, len);
    i64 r = engine_start((unsigned)(d - disks), op, offset, buf, len, request);
    if (r == -ENOMEM) {
        engine_drain();
        r = engine_start((unsigned)(d - disks), op, offset, buf, len, request);
    }
    return r;
}

static void done(u64 request, i64 result)
{
    scheme_answer(scheme, request, result);
}

static bool poll(void *arg)
{
    (void)arg;
    if (!waits_itself)
        return engine_poll();
    bool any = engine_poll();
    engine_drain();
    return any;
}

static void open_all(int argc, char **argv)
{
    int fds[DISKS_MAX];

    if (argc < 2 || argc > (int)DISKS_MAX + 1)
        driver_fail(NAME, "between 1 and %u disks", DISKS_MAX);
    scheme_disks.ndisks = (u32)argc - 1;
    for (u32 i = 0; i < scheme_disks.ndisks; i++) {
        add_disk(i, argv[i + 1]);
        fds[i] = images[i].fd;
    }
    int r = engine_open(fds, scheme_disks.ndisks, done);
    if (r)
        driver_fail(NAME, "no io_uring on this host: %s", strerror(-r));
}

int main(int argc, char **argv)
{
    static const int calls[] = {SCMP_SYS(io_uring_enter), SCMP_SYS(pread64), SCMP_SYS(pwrite64)};
    static char name[64];

    open_all(argc, argv);
    const struct rx_start *s = driver_attach();
    snprintf(name, sizeof name, "disk.%s", s->argc > 1 ? s->argv[1] : "host");
    scheme_disks.name = name;
    scheme_disks.start = start;
    scheme_disks.cancel = engine_forget;
    i64 r = scheme_create(&disk_scheme_ops, &scheme_disks, DISK_SCHEME_ROOT, &scheme);
    if (r < 0)
        driver_fail(NAME, "cannot make the scheme: %s", strerror((int)-r));
    waits_itself = rx_outside_watch(engine_bell()) < 0;
    scheme_poll(poll, NULL);
    if (driver_confine(calls, sizeof calls / sizeof calls[0]) < 0)
        driver_fail(NAME, "Linux does not accept the filter");
    r = scheme_publish(scheme, name);
    if (r < 0)
        driver_fail(NAME, "cannot publish the scheme: %s", strerror((int)-r));
    scheme_run();
}
