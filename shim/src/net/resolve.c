/* A host's addresses: /etc/hosts, and then the name server. */
#include <arpa/inet.h>
#include <netdb.h>
#include <string.h>
#include <strings.h>
#include "shim/src/net/database.h"

static bool named(char *const *words, const char *name)
{
    for (int i = 1; words[i]; i++)
        if (strcasecmp(words[i], name) == 0)
            return true;
    return false;
}

/* ADDRESS NAME ALIAS...; the first name is the canonical one. */
static bool in_hosts(const char *name, struct host_addresses *out)
{
    struct database hosts = {.path = "/etc/hosts"};
    struct in_addr a;

    while (out->count < HOST_ADDRESSES && __umk_database_next(&hosts)) {
        if (!named(hosts.words, name) || inet_pton(AF_INET, hosts.words[0], &a) != 1)
            continue;
        if (out->count == 0)
            strlcpy(out->canonical, hosts.words[1], sizeof out->canonical);
        out->address[out->count++] = a.s_addr;
    }
    __umk_database_rewind(&hosts);
    return out->count > 0;
}

int __umk_resolve(const char *name, struct host_addresses *out)
{
    size_t len = strlen(name);

    memset(out, 0, sizeof *out);
    if (len == 0 || len >= sizeof out->canonical)
        return EAI_NONAME;
    if (in_hosts(name, out))
        return 0;
    memcpy(out->canonical, name, len + 1);
    /* this name must never leave the machine (RFC 6761) */
    if (strcasecmp(name, "localhost") == 0) {
        out->address[out->count++] = htonl(INADDR_LOOPBACK);
        return 0;
    }
    return __umk_dns_query(name, out);
}
