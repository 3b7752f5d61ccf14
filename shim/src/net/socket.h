/*
 * Sockets over schemes (Redox's protocol of network and Unix sockets): what a socket is, its scheme
 * tells in the text that fpath gives, and everything but reading and writing is a named dup or a
 * remote call with one of the verbs of umk/abi/sockets.h.
 */
#ifndef SHIM_NET_SOCKET_H
#define SHIM_NET_SOCKET_H

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "shim/src/fcntl/fd.h"
#include "umk/abi/sockets.h"

enum socket_kind { KIND_TCP, KIND_UDP, KIND_STREAM, KIND_DGRAM, KIND_COUNT };

struct socket_scheme {
    const char *path; /* without a slash at the end */
    size_t path_len;
    int family, type, protocol;
};
extern const struct socket_scheme __umk_socket_schemes[KIND_COUNT] __umk_hidden;

/* A socket as its scheme describes it. */
struct socket_name {
    enum socket_kind kind;
    size_t len;
    char text[RX_PATH_MAX]; /* NUL-terminated: what follows the scheme's path and one slash */
};

/* Takes apart a path that fpath or a scheme's call gave; -ENOTSOCK when it is no socket's. */
i64 __umk_socket_parse(const char *path, size_t len, struct socket_name *out) __umk_hidden;
/* What fd is. 0, -EBADF or -ENOTSOCK. */
i64 __umk_socket_name(int fd, struct socket_name *out) __umk_hidden;
/*
 * A name as an address, cut to *len, which gets the full length. Of an Internet socket's two
 * endpoints, REMOTE/LOCAL, `local` takes the second.
 */
void __umk_socket_address(const struct socket_name *name, bool local, struct sockaddr *out,
                          socklen_t *len) __umk_hidden;
/* "a.b.c.d:port" of an Internet address. Result: length, -EAFNOSUPPORT, -EINVAL. */
#define ENDPOINT_MAX 24
i64 __umk_endpoint(const struct sockaddr *address, socklen_t len,
                   char out[ENDPOINT_MAX]) __umk_hidden;
/* Replaces the open file behind fd by its named dup; flags of file and descriptor stay. */
i64 __umk_socket_become(int fd, const char *name, size_t len) __umk_hidden;
/* A call on a socket with a verb and another word. */
i64 __umk_socket_call(int fd, enum socket_call verb, u64 word, void *payload, size_t len,
                      u32 direction) __umk_hidden;
/* The flags that accept and recvmsg give new descriptors. */
i64 __umk_socket_flags(i64 fd, int flags) __umk_hidden;

/* One read or write of a socket with flags of the call. */
i64 __umk_socket_read(int fd, void *buf, size_t len, int flags) __umk_hidden;
i64 __umk_socket_write(int fd, const void *buf, size_t len, int flags) __umk_hidden;
/* EPIPE raises SIGPIPE unless MSG_NOSIGNAL forbids it. */
ssize_t __umk_sent(i64 result, int flags) __umk_hidden;

/* Unix sockets have names in the file system (unix.c). 0 or negative errno. */
i64 __umk_unix_bind(int fd, const struct sockaddr_un *a, socklen_t len) __umk_hidden;
i64 __umk_unix_connect(int fd, const struct sockaddr_un *a, socklen_t len) __umk_hidden;

#endif
