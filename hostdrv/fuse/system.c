/* The system's name space by path; see fuse.h. */
#include "hostdrv/fuse/fuse.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define LIST_SIZE 32768u

static const char scheme_dir[] = "/scheme";

static bool is_scheme_dir(const char *path)
{
    return strcmp(path, scheme_dir) == 0;
}

bool system_is_storage(const char *path)
{
    static const char file[] = "/scheme/file";
    size_t len = sizeof file - 1;

    if (strncmp(path, "/scheme/", 8) != 0)
        return true;
    return strncmp(path, file, len) == 0 && (path[len] == 0 || path[len] == '/');
}

i64 system_open(const char *path, u32 flags, u32 mode)
{
    if (!system_is_storage(path) && !(flags & RX_O_DIRECTORY))
        flags |= RX_O_NONBLOCK;
    return rx_openat(RX_AT_FDCWD, path, strlen(path), flags | RX_O_CLOEXEC, mode);
}

static mode_t host_mode(u32 mode)
{
    u32 type = mode & MODE_TYPE;

    return type == MODE_DIR || type == MODE_SYMLINK ? mode : (mode & MODE_PERM) | S_IFREG;
}

i64 system_fstat(u64 fd, struct stat *st)
{
    struct rx_stat s;
    i64 r = rx_fstat(fd, &s);

    if (r < 0)
        return r;
    memset(st, 0, sizeof *st);
    st->st_ino = s.ino;
    st->st_mode = host_mode(s.mode);
    st->st_nlink = s.nlink ? s.nlink : 1;
    st->st_uid = s.uid;
    st->st_gid = s.gid;
    st->st_size = (off_t)s.size;
    st->st_blksize = s.blksize;
    st->st_blocks = (blkcnt_t)s.blocks;
    st->st_mtim = (struct timespec){(time_t)s.mtime, s.mtime_nsec};
    st->st_atim = (struct timespec){(time_t)s.atime, s.atime_nsec};
    st->st_ctim = (struct timespec){(time_t)s.ctime, s.ctime_nsec};
    return 0;
}

i64 system_stat(const char *path, struct stat *st)
{
    if (is_scheme_dir(path)) {
        memset(st, 0, sizeof *st);
        st->st_mode = S_IFDIR | 0555;
        st->st_nlink = 2;
        return 0;
    }
    i64 fd = system_open(path, RX_O_STAT | RX_O_NOFOLLOW, 0);
    if (fd < 0)
        return fd;
    i64 r = system_fstat((u64)fd, st);
    redox_close_v1((u64)fd);
    return r;
}

/* One answer of getdents. */
static i64 list_some(const u8 *list, size_t len, u64 *next,
                     int (*each)(void *arg, const char *name, u64 ino, u8 kind), void *arg)
{
    for (size_t at = 0; at + RX_DIRENT_HEADER < len;) {
        struct rx_dirent e;
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (e.reclen <= RX_DIRENT_HEADER || e.reclen > len - at || list[at + e.reclen - 1] != 0)
            return -EIO;
        if (each(arg, (const char *)list + at + RX_DIRENT_HEADER, e.ino, e.kind))
            return 1;
        *next = e.next;
        at += e.reclen;
    }
    return 0;
}

i64 system_list(const char *path, int (*each)(void *arg, const char *name, u64 ino, u8 kind),
                void *arg)
{
    u8 *list = malloc(LIST_SIZE);
    i64 fd =
        list ? system_open(is_scheme_dir(path) ? "/scheme/" : path, RX_O_RDONLY | RX_O_DIRECTORY, 0)
             : -ENOMEM;
    u64 next = 0;
    i64 r = fd;

    while (fd >= 0 && (r = (i64)redox_getdents_v0((size_t)fd, list, LIST_SIZE, next)) > 0) {
        r = list_some(list, (size_t)r, &next, each, arg);
        if (r)
            break;
    }
    if (fd >= 0)
        redox_close_v1((u64)fd);
    free(list);
    if (r >= 0 && strcmp(path, "/") == 0)
        each(arg, scheme_dir + 1, 0, DIRENT_DIR);
    return r < 0 ? r : 0;
}
