/*
 * redoxfs-cpio IMAGE MIB KEEP.cpio REPLACE.cpio: writes archives (cpio "newc") into a RedoxFS
 * image. An image that is not there is made, MIB large. Of KEEP, what the image has already stays
 * as it is; of REPLACE, files are replaced. Directories are never replaced.
 *
 * The image is locked meanwhile: one that a running system uses is left alone.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "redoxfs/redoxfs.h"

#define HEAD 110u /* bytes of a record before its name */

static const char *image_path;
static int image = -1;

_Noreturn static void fail(const char *what, int error)
{
    fprintf(stderr, "redoxfs-cpio: %s: %s\n", what, strerror(error));
    exit(1);
}

/* The image as a device */

static int image_read(void *ctx, uint64_t block, uint32_t count, void *buf)
{
    size_t len = (size_t)count * RFS_BLOCK;

    (void)ctx;
    ssize_t n = pread(image, buf, len, (off_t)(block * RFS_BLOCK));
    return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

static int image_write(void *ctx, uint64_t block, uint32_t count, const void *buf)
{
    size_t len = (size_t)count * RFS_BLOCK;

    (void)ctx;
    ssize_t n = pwrite(image, buf, len, (off_t)(block * RFS_BLOCK));
    return n == (ssize_t)len ? 0 : n < 0 ? -errno : -EIO;
}

static int image_flush(void *ctx)
{
    (void)ctx;
    return fdatasync(image) < 0 ? -errno : 0;
}

static void now(void *ctx, struct rfs_time *out)
{
    struct timespec t;

    (void)ctx;
    clock_gettime(CLOCK_REALTIME, &t);
    *out = (struct rfs_time){(uint64_t)t.tv_sec, (uint32_t)t.tv_nsec};
}

static void make(const struct rfs_device *d)
{
    struct rfs_format f = {0};

    if (getrandom(f.uuid, sizeof f.uuid, 0) != sizeof f.uuid)
        fail("no random numbers", errno);
    f.uuid[6] = (uint8_t)((f.uuid[6] & 0x0F) | 0x40);
    f.uuid[8] = (uint8_t)((f.uuid[8] & 0x3F) | 0x80);
    now(NULL, &f.time);
    int r = rfs_format(d, &f);
    if (r < 0)
        fail(image_path, -r);
}

static struct rfs *open_image(struct rfs_device *d, uint64_t mib)
{
    struct rfs *fs;
    struct stat st;
    const struct rfs_options o = {.base = RFS_PROBE, .cache = 64u << 20, .now = now};

    image = open(image_path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (image < 0 || fstat(image, &st) < 0)
        fail(image_path, errno);
    if (flock(image, LOCK_EX | LOCK_NB) < 0)
        fail("the image is in use", errno);
    bool is_new = st.st_size == 0;
    if (is_new && ftruncate(image, (off_t)(mib << 20)) < 0)
        fail(image_path, errno);
    *d = (struct rfs_device){.blocks = is_new ? (mib << 20) / RFS_BLOCK
                                              : (uint64_t)st.st_size / RFS_BLOCK,
                             .read = image_read,
                             .write = image_write,
                             .flush = image_flush};
    if (is_new)
        make(d);
    int r = rfs_open(&fs, d, &o);
    if (r < 0)
        fail(image_path, -r);
    return fs;
}

/* Archives */

struct record {
    uint32_t mode, uid, gid;
    const char *name;
    const uint8_t *data;
    size_t len;
};

static uint8_t *read_file(const char *path, size_t *len)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0 || fstat(fd, &st) < 0)
        fail(path, errno);
    uint8_t *bytes = malloc((size_t)st.st_size + 1);
    for (*len = 0; bytes && *len < (size_t)st.st_size;) {
        ssize_t n = read(fd, bytes + *len, (size_t)st.st_size - *len);
        if (n <= 0)
            fail(path, n < 0 ? errno : EIO);
        *len += (size_t)n;
    }
    if (!bytes)
        fail(path, ENOMEM);
    close(fd);
    return bytes;
}

static uint32_t field(const uint8_t *record, unsigned i)
{
    char text[9] = {0};

    memcpy(text, record + 6 + (size_t)i * 8, 8);
    return (uint32_t)strtoul(text, NULL, 16);
}

/* The record at *at, which moves on behind it; false at the archive's end. */
static bool next_record(const uint8_t *bytes, size_t len, size_t *at, struct record *r)
{
    const uint8_t *p = bytes + *at;

    if (len - *at < HEAD || memcmp(p, "070701", 6) != 0)
        fail("the archive is damaged", EBADMSG);
    size_t name_len = field(p, 11), data = (HEAD + name_len + 3) & ~(size_t)3;
    *r = (struct record){.mode = field(p, 1),
                         .uid = field(p, 2),
                         .gid = field(p, 3),
                         .name = (const char *)p + HEAD,
                         .data = p + data,
                         .len = field(p, 6)};
    if (name_len == 0 || name_len > 4096 || data > len - *at || r->len > len - *at - data ||
        p[HEAD + name_len - 1] != 0)
        fail("the archive is damaged", EBADMSG);
    *at += (data + r->len + 3) & ~(size_t)3;
    return strcmp(r->name, "TRAILER!!!") != 0;
}

/* Writing */

/* The directory that a path's last name is in; *name is that. */
static uint32_t parent_of(struct rfs *fs, const char *path, const char **name)
{
    uint32_t dir = RFS_ROOT;

    for (const char *slash; (slash = strchr(path, '/')) != NULL; path = slash + 1) {
        int r = rfs_lookup(fs, dir, path, (size_t)(slash - path), &dir);
        if (r < 0)
            fail(path, -r);
    }
    *name = path;
    return dir;
}

static void write_content(struct rfs *fs, uint32_t id, const struct record *r)
{
    for (size_t done = 0; done < r->len;) {
        int64_t n = rfs_write(fs, id, done, r->data + done, r->len - done);
        if (n <= 0)
            fail(r->name, n < 0 ? (int)-n : ENOSPC);
        done += (size_t)n;
    }
}

static void put(struct rfs *fs, const struct record *r, bool replace)
{
    const char *name;
    uint32_t dir = parent_of(fs, r->name, &name), id;
    size_t len = strlen(name);
    const struct rfs_new attr = {.mode = (uint16_t)r->mode, .uid = r->uid, .gid = r->gid};
    int found = rfs_lookup(fs, dir, name, len, &id);

    if (found == 0 && (!replace || (r->mode & RFS_TYPE) == RFS_DIR))
        return;
    int e = found == 0 ? rfs_unlink(fs, dir, name, len, RFS_UNLINK_NODE) : 0;
    if (!e)
        e = (r->mode & RFS_TYPE) == RFS_LINK
                ? rfs_symlink(fs, dir, name, len, (const char *)r->data, r->len, &attr, &id)
                : rfs_create(fs, dir, name, len, &attr, &id);
    if (e < 0)
        fail(r->name, -e);
    if ((r->mode & RFS_TYPE) == RFS_FILE)
        write_content(fs, id, r);
}

static void put_archive(struct rfs *fs, const char *path, bool replace)
{
    size_t len, at = 0;
    uint8_t *bytes = read_file(path, &len);
    struct record r;

    while (next_record(bytes, len, &at, &r))
        put(fs, &r, replace);
    free(bytes);
}

int main(int argc, char **argv)
{
    struct rfs_device device;
    char *end = NULL;
    unsigned long mib = argc == 5 ? strtoul(argv[2], &end, 10) : 0;

    if (argc != 5 || *end || mib < 2 || mib > 1u << 20) {
        fputs("usage: redoxfs-cpio IMAGE MIB KEEP.cpio REPLACE.cpio\n", stderr);
        return 2;
    }
    image_path = argv[1];
    struct rfs *fs = open_image(&device, mib);
    put_archive(fs, argv[3], false);
    put_archive(fs, argv[4], true);
    int r = rfs_close(fs);
    if (r < 0)
        fail(image_path, -r);
    return 0;
}
