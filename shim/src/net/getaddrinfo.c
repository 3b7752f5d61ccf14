/* getaddrinfo: every address of the host with every kind of socket that fits. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/net/database.h"

static const struct {
    int type, protocol;
    const char *name;
} kinds[] = {
    {SOCK_STREAM, IPPROTO_TCP, "tcp"},
    {SOCK_DGRAM, IPPROTO_UDP, "udp"},
};
#define KINDS (sizeof kinds / sizeof kinds[0])

/* One allocation: the record, the address, the name. */
struct node {
    struct addrinfo info;
    struct sockaddr_in address;
};

static bool kind_fits(size_t k, const struct addrinfo *hints)
{
    return (!hints->ai_socktype || hints->ai_socktype == kinds[k].type) &&
           (!hints->ai_protocol || hints->ai_protocol == kinds[k].protocol);
}

static int check_hints(const struct addrinfo *h)
{
    const int known = AI_PASSIVE | AI_CANONNAME | AI_NUMERICHOST | AI_NUMERICSERV | AI_V4MAPPED |
                      AI_ALL | AI_ADDRCONFIG;

    if (h->ai_flags & ~known)
        return EAI_BADFLAGS;
    if (h->ai_family != AF_UNSPEC && h->ai_family != AF_INET && h->ai_family != AF_INET6)
        return EAI_FAMILY;
    for (size_t k = 0; k < KINDS; k++)
        if (kind_fits(k, h))
            return 0;
    return EAI_SOCKTYPE;
}

/* The port in network order, for a kind of socket; -1: the service is unknown there. */
static int find_port(const char *service, size_t k, int flags)
{
    char *end;

    if (!service)
        return 0;
    unsigned long port = strtoul(service, &end, 10);
    if (*service >= '0' && *service <= '9' && !*end)
        return port <= UINT16_MAX ? htons((uint16_t)port) : -1;
    if (flags & AI_NUMERICSERV)
        return -1;
    const struct servent *e = getservbyname(service, kinds[k].name);
    return e ? e->s_port : -1;
}

static int find_host(const char *host, const struct addrinfo *hints, struct host_addresses *out)
{
    struct in_addr a;

    memset(out, 0, sizeof *out);
    /* there is no network of the sixth version here */
    if (hints->ai_family == AF_INET6)
        return EAI_NONAME;
    if (!host) {
        out->address[out->count++] =
            htonl(hints->ai_flags & AI_PASSIVE ? INADDR_ANY : INADDR_LOOPBACK);
        return 0;
    }
    if (inet_aton(host, &a)) {
        out->address[out->count++] = a.s_addr;
        strlcpy(out->canonical, host, sizeof out->canonical);
        return 0;
    }
    return hints->ai_flags & AI_NUMERICHOST ? EAI_NONAME : __umk_resolve(host, out);
}

static int append(struct addrinfo ***tail, u32 address, int port, size_t k)
{
    struct node *n = calloc(1, sizeof *n);

    if (!n)
        return EAI_MEMORY;
    n->address = (struct sockaddr_in){
        .sin_family = AF_INET, .sin_port = (in_port_t)port, .sin_addr = {address}};
    n->info = (struct addrinfo){.ai_family = AF_INET,
                                .ai_socktype = kinds[k].type,
                                .ai_protocol = kinds[k].protocol,
                                .ai_addrlen = sizeof n->address,
                                .ai_addr = (struct sockaddr *)(void *)&n->address};
    **tail = &n->info;
    *tail = &n->info.ai_next;
    return 0;
}

static int build(const struct host_addresses *h, const char *service, const struct addrinfo *hints,
                 struct addrinfo ***tail)
{
    int error = EAI_SERVICE;

    for (int i = 0; i < h->count; i++) {
        for (size_t k = 0; k < KINDS; k++) {
            int port = kind_fits(k, hints) ? find_port(service, k, hints->ai_flags) : -1;
            if (port < 0)
                continue;
            error = append(tail, h->address[i], port, k);
            if (error)
                return error;
        }
    }
    if (error == EAI_SERVICE && hints->ai_flags & AI_NUMERICSERV)
        return EAI_NONAME;
    return error;
}

int getaddrinfo(const char *restrict host, const char *restrict service,
                const struct addrinfo *restrict hints, struct addrinfo **restrict out)
{
    static const struct addrinfo none = {0};
    struct addrinfo *list = NULL, **tail = &list;
    struct host_addresses h;
    int error;

    if (!hints)
        hints = &none;
    if (!host && !service)
        return EAI_NONAME;
    error = check_hints(hints);
    if (!error && (hints->ai_flags & AI_CANONNAME) && !host)
        error = EAI_BADFLAGS;
    if (!error)
        error = find_host(host, hints, &h);
    if (!error)
        error = build(&h, service, hints, &tail);
    if (!error && (hints->ai_flags & AI_CANONNAME) && !(list->ai_canonname = strdup(h.canonical)))
        error = EAI_MEMORY;
    if (error)
        freeaddrinfo(list);
    else
        *out = list;
    return error;
}

void freeaddrinfo(struct addrinfo *list)
{
    while (list) {
        struct addrinfo *next = list->ai_next;
        free(list->ai_canonname);
        free(list);
        list = next;
    }
}

const char *gai_strerror(int error)
{
    static const struct {
        int number;
        const char *text;
    } texts[] = {
        {0, "Success"},
        {EAI_BADFLAGS, "Bad value for ai_flags"},
        {EAI_NONAME, "Name or service not known"},
        {EAI_AGAIN, "Temporary failure in name resolution"},
        {EAI_FAIL, "Non-recoverable failure in name resolution"},
        {EAI_FAMILY, "ai_family not supported"},
        {EAI_SOCKTYPE, "ai_socktype not supported"},
        {EAI_SERVICE, "Service not available for this kind of socket"},
        {EAI_MEMORY, "Out of memory"},
        {EAI_SYSTEM, "System error"},
        {EAI_OVERFLOW, "Buffer too small"},
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].number == error)
            return texts[i].text;
    return "Unknown error";
}
