/* redoxfs-ar: makes an image that holds the content of a folder.
 *
 *   redoxfs-ar [--owner UID:GID] DISK FOLDER [BOOTLOADER]
 *
 * DISK, an existing file, is formatted, filled and cut to whole blocks. --owner: whom everything
 * belongs to, instead of whom it belongs to on the host. Entries are taken in the order of their
 * names, so that the same folder makes the same tree. Hard links stay what they are. */
#include "hosttools/common/image.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CHUNK (1u << 20)

/* A file with several names, as the first of them was stored. */
struct linked {
    dev_t dev;
    ino_t ino;
    uint32_t id;
};

static struct rfs *fs;
static struct stat image_stat; /* of the disk, which may lie in the folder itself */
static bool owner_given;
static uint32_t owner_uid, owner_gid;
static void *links; /* a tree of struct linked */
static uint64_t bytes_done, bytes_all;

static int by_inode(const void *a, const void *b)
{
    const struct linked *x = a, *y = b;

    if (x->dev != y->dev)
        return x->dev < y->dev ? -1 : 1;
    return x->ino < y->ino ? -1 : x->ino > y->ino;
}

static void check(int64_t err, const char *path)
{
    if (err < 0)
        fail("%s: %s", path, strerror((int)-err));
}

static void copy_file(int dir, const char *name, const char *path, uint32_t id)
{
    static char buf[CHUNK];
    int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    uint64_t at = 0;
    ssize_t n = -1;

    while (fd >= 0 && (n = read(fd, buf, sizeof(buf))) > 0) {
        int64_t put = rfs_write(fs, id, at, buf, (size_t)n);

        check(put, path);
        if (put != n)
            fail("%s: %s", path, strerror(ENOSPC));
        at += (uint64_t)n;
        bytes_done += (uint64_t)n;
        progress("copying", bytes_done, bytes_all);
    }
    if (n < 0)
        fail("%s: %s", path, strerror(errno));
    close(fd);
}

static void set_attributes(const struct stat *st, const char *path, uint32_t id)
{
    struct rfs_stat v = {.mode = (uint16_t)(st->st_mode & 0xFFF),
                         .uid = owner_given ? owner_uid : st->st_uid,
                         .gid = owner_given ? owner_gid : st->st_gid,
                         .ctime = {(uint64_t)st->st_ctim.tv_sec, (uint32_t)st->st_ctim.tv_nsec},
                         .mtime = {(uint64_t)st->st_mtim.tv_sec, (uint32_t)st->st_mtim.tv_nsec}};

    v.atime = v.ctime;
    check(rfs_setattr(fs, id, &v,
                      RFS_SET_MODE | RFS_SET_UID | RFS_SET_GID | RFS_SET_CTIME | RFS_SET_MTIME |
                          RFS_SET_ATIME),
          path);
}

/* A further name of a file that is stored already. */
static bool link_known(const struct stat *st, uint32_t parent, const char *name, const char *path)
{
    struct linked key = {st->st_dev, st->st_ino, 0};
    struct linked **found = st->st_nlink > 1 ? tfind(&key, &links, by_inode) : NULL;

    if (!found)
        return false;
    check(rfs_link(fs, (*found)->id, parent, name, strlen(name)), path);
    return true;
}

static void remember(const struct stat *st, uint32_t id)
{
    struct linked *l = malloc(sizeof(*l));

    if (!l)
        fail("%s", strerror(ENOMEM));
    *l = (struct linked){st->st_dev, st->st_ino, id};
    if (!tsearch(l, &links, by_inode))
        fail("%s", strerror(ENOMEM));
}

static void copy_folder(int dir, const char *path, uint32_t id);

static void copy_entry(int dir, const char *name, const char *path, uint32_t parent)
{
    struct rfs_new attr;
    char target[4097];
    struct stat st;
    uint32_t id;
    ssize_t n;

    if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW))
        fail("%s: %s", path, strerror(errno));
    if (st.st_dev == image_stat.st_dev && st.st_ino == image_stat.st_ino) {
        progress_end();
        fprintf(stderr, "%s: %s: left out, since it is the disk itself\n", tool_name, path);
        return;
    }
    attr = (struct rfs_new){(uint16_t)(st.st_mode & 0xFFFF), 0, 0};
    if (!S_ISDIR(st.st_mode) && link_known(&st, parent, name, path))
        return;
    if (S_ISLNK(st.st_mode)) {
        n = readlinkat(dir, name, target, sizeof(target));
        if (n < 0)
            fail("%s: %s", path, strerror(errno));
        check(rfs_symlink(fs, parent, name, strlen(name), target, (size_t)n, &attr, &id), path);
    } else if (S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)) {
        check(rfs_create(fs, parent, name, strlen(name), &attr, &id), path);
    } else {
        fail("%s: neither a file nor a directory nor a link", path);
    }
    if (S_ISREG(st.st_mode)) {
        copy_file(dir, name, path, id);
    } else if (S_ISDIR(st.st_mode)) {
        int below = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

        if (below < 0)
            fail("%s: %s", path, strerror(errno));
        copy_folder(below, path, id);
    }
    set_attributes(&st, path, id);
    if (!S_ISDIR(st.st_mode) && st.st_nlink > 1)
        remember(&st, id);
}

/* Copies what is in the folder; closes dir. */
static void copy_folder(int dir, const char *path, uint32_t id)
{
    struct dirent **entry;
    int n = scandirat(dir, ".", &entry, NULL, alphasort);

    if (n < 0)
        fail("%s: %s", path, strerror(errno));
    for (int i = 0; i < n; i++) {
        const char *name = entry[i]->d_name;

        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            char *full;

            if (asprintf(&full, "%s/%s", path, name) < 0)
                fail("%s", strerror(ENOMEM));
            copy_entry(dir, name, full, id);
            free(full);
        }
        free(entry[i]);
    }
    free(entry);
    close(dir);
}

/* How much there is to copy, for the bar; what cannot be read is told later. */
static void measure(int dir)
{
    DIR *d = fdopendir(dir);
    struct dirent *e;
    struct stat st;

    while (d && (e = readdir(d))) {
        if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
            continue;
        if (fstatat(dir, e->d_name, &st, AT_SYMLINK_NOFOLLOW))
            continue;
        if (S_ISREG(st.st_mode))
            bytes_all += (uint64_t)st.st_size;
        if (S_ISDIR(st.st_mode)) {
            int below = openat(dir, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);

            if (below >= 0)
                measure(below);
        }
    }
    if (d)
        closedir(d);
    else
        close(dir);
}

static void take_owner(const char *text)
{
    char end;

    if (sscanf(text, "%u:%u%c", &owner_uid, &owner_gid, &end) != 2)
        fail("%s: not UID:GID", text);
    owner_given = true;
}

static void fill(const struct image *image, int dir, const char *folder)
{
    struct rfs_options opt = image_options(NULL);
    int err;

    measure(fcntl(dir, F_DUPFD_CLOEXEC, 3));
    fs = image_mount(image, &opt, NULL);
    lseek(dir, 0, SEEK_SET);
    copy_folder(dir, folder, RFS_ROOT);
    err = rfs_close(fs);
    progress_end();
    if (err)
        fail("%s: %s", image->path, strerror(-err));
}

int main(int argc, char **argv)
{
    struct rfs_format f = {0};
    struct image image;
    char uuid[37];
    int at = 1, folder, err;

    tool_name = "redoxfs-ar";
    if (argc > 2 && !strcmp(argv[1], "--owner")) {
        take_owner(argv[2]);
        at = 3;
    }
    if (argc - at < 2 || argc - at > 3 || argv[at][0] == '-')
        usage(argc, argv, "redoxfs-ar [--owner UID:GID] DISK FOLDER [BOOTLOADER]");
    /* Before the disk is changed. */
    folder = open(argv[at + 1], O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder < 0)
        fail("%s: %s", argv[at + 1], strerror(errno));
    image_open(&image, argv[at], true);
    if (fstat(image.fd, &image_stat))
        fail("%s: %s", argv[at], strerror(errno));
    if (argv[at + 2])
        f.reserved = read_whole(argv[at + 2], &f.reserved_len);
    fill_format(&f);
    err = rfs_format(&image.dev, &f);
    if (err)
        fail("%s: %s", argv[at], err == -ENOSPC ? "too small" : strerror(-err));
    fill(&image, folder, argv[at + 1]);
    if (ftruncate(image.fd, (off_t)(image.dev.blocks * RFS_BLOCK)) && errno != EINVAL)
        fail("%s: %s", argv[at], strerror(errno));
    image_close(&image);
    print_uuid(uuid, f.uuid);
    printf("redoxfs-ar: stored %s on %s, size %llu MB, uuid %s\n", argv[at + 1], argv[at],
           (unsigned long long)(image.dev.blocks * RFS_BLOCK / 1000000), uuid);
    return 0;
}
