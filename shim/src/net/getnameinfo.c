/* getnameinfo: the name of a host from /etc/hosts, of a port from /etc/services. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include "shim/src/net/database.h"

static bool host_name(u32 address, char *out, socklen_t size)
{
    struct database hosts = {.path = "/etc/hosts"};
    struct in_addr a;
    bool found = false;

    while (!found && __umk_database_next(&hosts))
        found = inet_pton(AF_INET, hosts.words[0], &a) == 1 && a.s_addr == address &&
                strlcpy(out, hosts.words[1], size) < size;
    __umk_database_rewind(&hosts);
    return found;
}

static int give_host(const struct sockaddr_in *a, char *out, socklen_t size, int flags)
{
    if (!out || size == 0)
        return 0;
    if (!(flags & NI_NUMERICHOST) && host_name(a->sin_addr.s_addr, out, size))
        return 0;
    if (flags & NI_NAMEREQD)
        return EAI_NONAME;
    return inet_ntop(AF_INET, &a->sin_addr, out, size) ? 0 : EAI_OVERFLOW;
}

static int give_service(const struct sockaddr_in *a, char *out, socklen_t size, int flags)
{
    const struct servent *e = NULL;

    if (!out || size == 0)
        return 0;
    if (!(flags & NI_NUMERICSERV))
        e = getservbyport(a->sin_port, flags & NI_DGRAM ? "udp" : "tcp");
    int n = e ? snprintf(out, size, "%s", e->s_name)
              : snprintf(out, size, "%u", (unsigned)ntohs(a->sin_port));
    return n >= 0 && (socklen_t)n < size ? 0 : EAI_OVERFLOW;
}

int getnameinfo(const struct sockaddr *restrict address, socklen_t len, char *restrict host,
                socklen_t host_size, char *restrict service, socklen_t service_size, int flags)
{
    struct sockaddr_in a;

    if (len < sizeof a || address->sa_family != AF_INET)
        return EAI_FAMILY;
    if ((!host || !host_size) && (!service || !service_size))
        return EAI_NONAME;
    memcpy(&a, address, sizeof a);
    int error = give_host(&a, host, host_size, flags);
    return error ? error : give_service(&a, service, service_size, flags);
}
