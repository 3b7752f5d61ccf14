/*
 * The namespace: which scheme names the process sees. "The" namespace is a descriptor
 * that the process remembers (gate_start.ns_fd) and hands on at fork, spawn and exec;
 * making and changing namespaces are named dups of such a descriptor.
 */
#include "upper.h"

#define REQUEST_MAX 4096u

u64 namespace_fd(void)
{
    return __atomic_load_n(&gate_start.ns_fd, __ATOMIC_ACQUIRE);
}

size_t redox_get_ens_v0(void)
{
    return 1;
}

size_t redox_get_ns_v0(void)
{
    u64 fd = namespace_fd();
    return fd == RX_FD_NONE ? (size_t)-ENODEV : fd;
}

size_t redox_setns_v0(size_t fd)
{
    return __atomic_exchange_n(&gate_start.ns_fd, fd, __ATOMIC_ACQ_REL);
}

/* A request being put together: words and bytes, one after the other. */
struct request {
    size_t len;
    u8 bytes[REQUEST_MAX];
};

static bool request_add(struct request *r, const void *bytes, size_t len)
{
    if (len > sizeof(r->bytes) - r->len)
        return false;
    __builtin_memcpy(r->bytes + r->len, bytes, len);
    r->len += len;
    return true;
}

static bool request_add_word(struct request *r, u64 word)
{
    return request_add(r, &word, sizeof(word));
}

/* A new namespace with those names of the current one; a trailing `*` stands for any rest. The
 * caller owns the descriptor. E2BIG: the names exceed a page. */
size_t redox_mkns_v1(const struct redox_iovec *names, size_t n, u32 flags)
{
    u64 ns = namespace_fd();
    if (flags != 0)
        return (size_t)-EINVAL;
    if (ns == RX_FD_NONE)
        return (size_t)-ENODEV;
    struct request req = {.len = 0};
    bool fits = request_add_word(&req, NSDUP_FORK);
    for (size_t i = 0; fits && i < n; i++)
        fits =
            request_add_word(&req, names[i].len) && request_add(&req, names[i].base, names[i].len);
    if (!fits)
        return (size_t)-E2BIG;
    return (size_t)fd_dup(ns, req.bytes, req.len, RX_FD_UPPER, 0);
}

/* Makes ns the process's namespace and lets go of the one before. */
static size_t replace_namespace(u64 ns)
{
    u64 old = redox_setns_v0(ns);
    if (old != RX_FD_NONE && old != ns)
        fd_close(old);
    return 0;
}

size_t redox_setrens_v1(size_t rns, size_t ens)
{
    static const struct redox_iovec least[] = {{"memory", 6}, {"pipe", 4}};
    (void)rns; /* Redox knows no real namespace any more */
    if (ens != 0)
        return replace_namespace(ens);
    size_t ns = redox_mkns_v1(least, sizeof(least) / sizeof(least[0]), 0);
    return RX_IS_ERR(ns) ? ns : replace_namespace(ns);
}

/* cap_fd is consumed, whatever the result. EEXIST: name taken; EACCES: ns does not permit it. */
size_t redox_register_scheme_to_ns_v0(size_t ns, const u8 *name, size_t len, size_t cap_fd)
{
    struct request req = {.len = 0};
    i64 r = -ENAMETOOLONG;
    if (request_add_word(&req, NSDUP_REGISTER) && request_add(&req, name, len))
        r = fd_dup(ns, req.bytes, req.len, RX_FD_UPPER, RX_FD_CLOEXEC);
    if (r < 0) {
        fd_close(cap_fd);
        return (size_t)r;
    }
    u64 registration = (u64)r;
    const u64 cap = cap_fd;
    r = rx_sendfd(registration, &cap, 1, 0, 0); /* takes cap out of the table first */
    fd_close(registration);
    return (size_t)(r < 0 ? r : 0);
}
