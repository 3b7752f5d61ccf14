/* The older functions that look up hosts, over the same two sources. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/net/database.h"

int *__h_errno_location(void)
{
    static _Thread_local int error;

    return &error;
}

static int old_error(int error)
{
    switch (error) {
    case EAI_NONAME:
        return HOST_NOT_FOUND;
    case EAI_AGAIN:
        return TRY_AGAIN;
    default:
        return NO_RECOVERY;
    }
}

/* What a record of a host needs besides its name. */
struct pieces {
    char *aliases[1];
    char *list[HOST_ADDRESSES + 1];
    u32 addresses[HOST_ADDRESSES];
    char name[256];
};

static int fill(const struct host_addresses *h, struct hostent *out, char *buf, size_t size)
{
    size_t skip = -(uintptr_t)buf % _Alignof(struct pieces);
    struct pieces *p = (struct pieces *)(void *)(buf + skip);

    if (size < skip + sizeof *p)
        return ERANGE;
    p->aliases[0] = NULL;
    for (int i = 0; i < h->count; i++) {
        p->addresses[i] = h->address[i];
        p->list[i] = (char *)&p->addresses[i];
    }
    p->list[h->count] = NULL;
    memcpy(p->name, h->canonical, sizeof p->name);
    *out = (struct hostent){p->name, p->aliases, AF_INET, 4, p->list};
    return 0;
}

int gethostbyname_r(const char *name, struct hostent *entry, char *buf, size_t size,
                    struct hostent **result, int *error)
{
    struct host_addresses h = {0};
    struct in_addr a;
    int r = 0;

    *result = NULL;
    if (inet_aton(name, &a)) {
        h.address[h.count++] = a.s_addr;
        strlcpy(h.canonical, name, sizeof h.canonical);
    } else {
        r = __umk_resolve(name, &h);
    }
    if (r) {
        *error = old_error(r);
        return *error == HOST_NOT_FOUND ? 0 : EAGAIN;
    }
    r = fill(&h, entry, buf, size);
    if (r == 0)
        *result = entry;
    return r;
}

int gethostbyaddr_r(const void *address, socklen_t len, int family, struct hostent *entry,
                    char *buf, size_t size, struct hostent **result, int *error)
{
    struct host_addresses h = {.count = 1};
    struct sockaddr_in a = {.sin_family = AF_INET};

    *result = NULL;
    *error = HOST_NOT_FOUND;
    if (family != AF_INET || len != 4) {
        *error = NO_RECOVERY;
        return EINVAL;
    }
    memcpy(&a.sin_addr, address, 4);
    h.address[0] = a.sin_addr.s_addr;
    if (getnameinfo((const struct sockaddr *)(const void *)&a, sizeof a, h.canonical,
                    sizeof h.canonical, NULL, 0, NI_NAMEREQD))
        return 0;
    int r = fill(&h, entry, buf, size);
    if (r == 0)
        *result = entry;
    return r;
}

static struct hostent record;
static char record_buffer[sizeof(struct pieces) + _Alignof(struct pieces)];

struct hostent *gethostbyname(const char *name)
{
    struct hostent *result;

    gethostbyname_r(name, &record, record_buffer, sizeof record_buffer, &result, &h_errno);
    return result;
}

struct hostent *gethostbyname2(const char *name, int family)
{
    if (family == AF_INET)
        return gethostbyname(name);
    h_errno = NO_DATA;
    return NULL;
}

struct hostent *gethostbyaddr(const void *address, socklen_t len, int family)
{
    struct hostent *result;

    gethostbyaddr_r(address, len, family, &record, record_buffer, sizeof record_buffer, &result,
                    &h_errno);
    return result;
}

static struct database hosts = {.path = "/etc/hosts"};

void sethostent(int stay_open)
{
    (void)stay_open;
    __umk_database_rewind(&hosts);
}

void endhostent(void)
{
    __umk_database_rewind(&hosts);
}

struct hostent *gethostent(void)
{
    struct host_addresses h = {.count = 1};

    while (__umk_database_next(&hosts)) {
        struct in_addr a;
        if (inet_pton(AF_INET, hosts.words[0], &a) != 1)
            continue;
        h.address[0] = a.s_addr;
        strlcpy(h.canonical, hosts.words[1], sizeof h.canonical);
        fill(&h, &record, record_buffer, sizeof record_buffer);
        record.h_aliases = hosts.words + 2;
        return &record;
    }
    return NULL;
}

const char *hstrerror(int error)
{
    static const char *const texts[] = {"Success", "Unknown host", "Host name lookup failure",
                                        "Unknown server error", "No address associated with name"};

    return error >= 0 && error <= NO_DATA ? texts[error] : "Unknown error";
}

void herror(const char *prefix)
{
    if (prefix && *prefix)
        fprintf(stderr, "%s: ", prefix);
    fprintf(stderr, "%s\n", hstrerror(h_errno));
}
