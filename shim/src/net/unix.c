/*
 * Names of Unix sockets. The socket's scheme knows no files: a file system keeps a duplicate of
 * the socket under the name (sent to the directory's descriptor), and gives whoever connects the
 * token by which the scheme knows it.
 */
#include <fcntl.h>
#include <limits.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shim/src/net/socket.h"

/* The path of an address, which need not end in NUL. Length or negative errno. */
static i64 path_of(const struct sockaddr_un *a, socklen_t len, char out[sizeof a->sun_path + 1])
{
    size_t room;

    if (len <= offsetof(struct sockaddr_un, sun_path) || len > sizeof *a)
        return -EINVAL;
    if (a->sun_family != AF_UNIX)
        return -EAFNOSUPPORT;
    room = len - offsetof(struct sockaddr_un, sun_path);
    size_t n = strnlen(a->sun_path, room);
    /* abstract names do not exist here */
    if (n == 0)
        return -EINVAL;
    memcpy(out, a->sun_path, n);
    out[n] = 0;
    return (i64)n;
}

/* The directory of a path, canonical, and the last component. 0 or negative errno. */
static i64 split(const char *path, char dir[PATH_MAX], const char **last)
{
    char parent[sizeof(struct sockaddr_un)];
    const char *slash = strrchr(path, '/');
    size_t n = slash ? (size_t)(slash - path) : 0;

    *last = slash ? slash + 1 : path;
    if (!**last)
        return -EISDIR;
    memcpy(parent, path, n);
    parent[n] = 0;
    if (!realpath(n ? parent : slash ? "/" : ".", dir))
        return -__umk_self()->errno_value;
    return 0;
}

/* Where a canonical path's reference within its scheme begins. */
static const char *reference(const char *path)
{
    static const char schemes[] = "/scheme/";

    if (strncmp(path, schemes, sizeof schemes - 1) == 0) {
        path = strchr(path + sizeof schemes - 1, '/');
        return path ? path + 1 : "";
    }
    return path[0] == '/' ? path + 1 : path;
}

/* Gives the directory a duplicate of the socket to keep under the name it was bound to. Redox's C
 * library leaves the other word of the call at 0; here it says what of the mode is to be left out,
 * which only our own file systems look at. */
static i64 publish(int fd, const char *dir)
{
    i64 handle =
        rx_openat(RX_AT_FDCWD, dir, strlen(dir), RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);
    u64 sent = (u64)fd;

    if (handle < 0)
        return handle;
    i64 r = rx_sendfd((u64)handle, &sent, 1, CALL_FD_CLONE, __umk_umask_get());
    redox_close_v1((u64)handle);
    return r < 0 ? r : 0;
}

i64 __umk_unix_bind(int fd, const struct sockaddr_un *a, socklen_t len)
{
    char path[sizeof a->sun_path + 1], full[PATH_MAX + sizeof path + 1];
    const char *last;
    struct stat st;
    i64 r = path_of(a, len, path);

    if (r < 0)
        return r;
    r = split(path, full, &last);
    if (r < 0)
        return r;
    if (lstat(path, &st) == 0)
        return -EADDRINUSE;
    size_t dir_len = strlen(full);
    char *at = full + dir_len;
    if (dir_len > 1)
        *at++ = '/';
    strlcpy(at, last, (size_t)(full + sizeof full - at));
    const char *name = reference(full);
    r = __umk_socket_call(fd, SOCKET_BIND, 0, (char *)name, strlen(name), CALL_WRITE);
    if (r < 0)
        return r;
    full[dir_len] = 0;
    r = publish(fd, full);
    if (r < 0)
        __umk_socket_call(fd, SOCKET_UNBIND, 0, NULL, 0, CALL_WRITE);
    return r == -EEXIST ? -EADDRINUSE : r;
}

i64 __umk_unix_connect(int fd, const struct sockaddr_un *a, socklen_t len)
{
    char path[sizeof a->sun_path + 1];
    u64 token[SOCKET_TOKEN_SIZE / sizeof(u64)] = {0};
    const u64 verb = FS_CALL_CONNECT;
    i64 r = path_of(a, len, path);

    if (r < 0)
        return r;
    i64 node = __umk_openat(AT_FDCWD, path, RX_O_RDWR | RX_O_CLOEXEC, 0);
    if (node < 0)
        return node;
    r = (i64)redox_sys_call_v0((u64)node, (u8 *)token, sizeof token, CALL_READ | 1, &verb, 1);
    redox_close_v1((u64)node);
    /* what is no socket does not know the call */
    if (r == -EOPNOTSUPP || r == -EINVAL || r == -ENOSYS)
        return -ECONNREFUSED;
    if (r < 0)
        return r;
    r = __umk_socket_call(fd, SOCKET_CONNECT, 0, token, sizeof token, CALL_WRITE);
    return r < 0 ? r : 0;
}
