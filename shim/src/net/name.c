/* What a socket is and what it is called: between the texts of schemes and socket addresses. */
#include <arpa/inet.h>
#include <stddef.h>
#include "shim/src/net/socket.h"

#define SCHEME(path, family, type, protocol)             \
    {                                                    \
        path, sizeof(path) - 1, (family), type, protocol \
    }

const struct socket_scheme __umk_socket_schemes[KIND_COUNT] = {
    [KIND_TCP] = SCHEME("/scheme/tcp", AF_INET, SOCK_STREAM, IPPROTO_TCP),
    [KIND_UDP] = SCHEME("/scheme/udp", AF_INET, SOCK_DGRAM, IPPROTO_UDP),
    [KIND_STREAM] = SCHEME("/scheme/uds_stream", AF_UNIX, SOCK_STREAM, 0),
    [KIND_DGRAM] = SCHEME("/scheme/uds_dgram", AF_UNIX, SOCK_DGRAM, 0),
};

i64 __umk_socket_parse(const char *path, size_t len, struct socket_name *out)
{
    for (int k = 0; k < KIND_COUNT; k++) {
        const struct socket_scheme *s = &__umk_socket_schemes[k];
        size_t skip = s->path_len;
        if (len < skip || memcmp(path, s->path, skip) != 0 || (len > skip && path[skip] != '/'))
            continue;
        skip += len > skip;
        out->kind = (enum socket_kind)k;
        out->len = len - skip < sizeof out->text ? len - skip : sizeof out->text - 1;
        memmove(out->text, path + skip, out->len);
        out->text[out->len] = 0;
        return 0;
    }
    return -ENOTSOCK;
}

i64 __umk_socket_name(int fd, struct socket_name *out)
{
    char path[RX_PATH_MAX];
    i64 r = (i64)redox_fpath_v1(__umk_fd(fd), (u8 *)path, sizeof path);

    if (r < 0)
        return r == -EBADF ? r : -ENOTSOCK;
    return __umk_socket_parse(path, (size_t)r, out);
}

/* The number at *p, which moves behind it; -1: none, or more than max. */
static i64 number(const char **p, i64 max)
{
    i64 value = -1;

    for (; **p >= '0' && **p <= '9' && value <= max; ++*p)
        value = (value < 0 ? 0 : value * 10) + (**p - '0');
    return value <= max ? value : -1;
}

/* As the schemes have it, what is missing or wrong counts as zero. */
static struct sockaddr_in parse_endpoint(const char *text)
{
    struct sockaddr_in a = {.sin_family = AF_INET};
    const char *colon = strchr(text, ':');
    char dotted[INET_ADDRSTRLEN] = "";
    size_t len = colon ? (size_t)(colon - text) : strlen(text);

    if (len < sizeof dotted)
        memcpy(dotted, text, len);
    if (inet_pton(AF_INET, dotted, &a.sin_addr) != 1)
        a.sin_addr.s_addr = INADDR_ANY;
    if (colon) {
        colon++;
        i64 port = number(&colon, UINT16_MAX);
        a.sin_port = htons((uint16_t)(port < 0 ? 0 : port));
    }
    return a;
}

static void give(const void *address, size_t size, struct sockaddr *out, socklen_t *len)
{
    memcpy(out, address, size < *len ? size : *len);
    *len = (socklen_t)size;
}

static void give_unix(const struct socket_name *name, struct sockaddr *out, socklen_t *len)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};
    size_t n = name->len;

    if (n == 0) {
        give(&a, offsetof(struct sockaddr_un, sun_path), out, len);
        return;
    }
    /* the scheme's text lacks the slash at the front */
    a.sun_path[0] = '/';
    n = n < sizeof a.sun_path - 2 ? n : sizeof a.sun_path - 2;
    memcpy(a.sun_path + 1, name->text, n);
    give(&a, offsetof(struct sockaddr_un, sun_path) + n + 2, out, len);
}

void __umk_socket_address(const struct socket_name *name, bool local, struct sockaddr *out,
                          socklen_t *len)
{
    char remote[ENDPOINT_MAX] = "";
    const char *slash = strchr(name->text, '/');

    if (__umk_socket_schemes[name->kind].family == AF_UNIX) {
        give_unix(name, out, len);
        return;
    }
    size_t n = slash ? (size_t)(slash - name->text) : name->len;
    if (n < sizeof remote)
        memcpy(remote, name->text, n);
    struct sockaddr_in a = parse_endpoint(!local ? remote : slash ? slash + 1 : "");
    give(&a, sizeof a, out, len);
}

i64 __umk_endpoint(const struct sockaddr *address, socklen_t len, char out[ENDPOINT_MAX])
{
    struct sockaddr_in a;
    char digits[5];
    size_t n = 0;

    if (len < sizeof a)
        return -EINVAL;
    memcpy(&a, address, sizeof a);
    if (a.sin_family != AF_INET)
        return -EAFNOSUPPORT;
    inet_ntop(AF_INET, &a.sin_addr, out, ENDPOINT_MAX);
    char *p = out + strlen(out);
    *p++ = ':';
    for (u32 port = ntohs(a.sin_port); n == 0 || port; port /= 10)
        digits[n++] = (char)('0' + port % 10);
    while (n)
        *p++ = digits[--n];
    *p = 0;
    return p - out;
}

int getsockname(int fd, struct sockaddr *restrict address, socklen_t *restrict len)
{
    struct socket_name name;
    i64 r = __umk_socket_name(fd, &name);

    if (r == 0)
        __umk_socket_address(&name, true, address, len);
    return (int)__umk_result(r);
}

int getpeername(int fd, struct sockaddr *restrict address, socklen_t *restrict len)
{
    struct socket_name name;
    char path[RX_PATH_MAX];
    i64 r = __umk_socket_name(fd, &name);

    if (r == 0)
        r = __umk_socket_call(fd, SOCKET_PEER_NAME, 0, path, sizeof path, CALL_READ);
    if (r >= 0)
        r = __umk_socket_parse(path, strnlen(path, (size_t)r), &name);
    if (r < 0)
        return (int)__umk_result(r);
    /* an Internet socket without a peer has the address of nobody */
    if (name.kind <= KIND_UDP && (name.text[0] == '/' || strncmp(name.text, "0.0.0.0:0/", 10) == 0))
        return (int)__umk_fail(ENOTCONN);
    __umk_socket_address(&name, false, address, len);
    return 0;
}
