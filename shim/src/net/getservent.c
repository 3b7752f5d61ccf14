/* Services, protocols and networks by name and number, from the files in /etc. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/net/database.h"

static struct database services = {.path = "/etc/services"};
static struct database protocols = {.path = "/etc/protocols"};
static struct database networks = {.path = "/etc/networks"};

/* Is name the entry's own or one of its aliases? */
static bool called(const char *own, char *const *aliases, const char *name)
{
    if (strcmp(own, name) == 0)
        return true;
    while (*aliases)
        if (strcmp(*aliases++, name) == 0)
            return true;
    return false;
}

void setservent(int stay_open)
{
    (void)stay_open;
    __umk_database_rewind(&services);
}

void endservent(void)
{
    __umk_database_rewind(&services);
}

/* NAME PORT/PROTOCOL ALIAS... */
struct servent *getservent(void)
{
    static struct servent entry;

    while (__umk_database_next(&services)) {
        char *slash = strchr(services.words[1], '/');
        if (!slash)
            continue;
        *slash = 0;
        entry = (struct servent){services.words[0], services.words + 2,
                                 htons((uint16_t)atoi(services.words[1])), slash + 1};
        return &entry;
    }
    return NULL;
}

struct servent *getservbyname(const char *name, const char *protocol)
{
    struct servent *e;

    setservent(0);
    while ((e = getservent()))
        if ((!protocol || strcmp(protocol, e->s_proto) == 0) &&
            called(e->s_name, e->s_aliases, name))
            break;
    return e;
}

struct servent *getservbyport(int port, const char *protocol)
{
    struct servent *e;

    setservent(0);
    while ((e = getservent()))
        if (e->s_port == port && (!protocol || strcmp(protocol, e->s_proto) == 0))
            break;
    return e;
}

void setprotoent(int stay_open)
{
    (void)stay_open;
    __umk_database_rewind(&protocols);
}

void endprotoent(void)
{
    __umk_database_rewind(&protocols);
}

/* NAME NUMBER ALIAS... */
struct protoent *getprotoent(void)
{
    static struct protoent entry;

    if (!__umk_database_next(&protocols))
        return NULL;
    entry = (struct protoent){protocols.words[0], protocols.words + 2, atoi(protocols.words[1])};
    return &entry;
}

struct protoent *getprotobyname(const char *name)
{
    struct protoent *e;

    setprotoent(0);
    while ((e = getprotoent()))
        if (called(e->p_name, e->p_aliases, name))
            break;
    return e;
}

struct protoent *getprotobynumber(int number)
{
    struct protoent *e;

    setprotoent(0);
    while ((e = getprotoent()))
        if (e->p_proto == number)
            break;
    return e;
}

void setnetent(int stay_open)
{
    (void)stay_open;
    __umk_database_rewind(&networks);
}

void endnetent(void)
{
    __umk_database_rewind(&networks);
}

/* NAME NUMBER ALIAS... */
struct netent *getnetent(void)
{
    static struct netent entry;

    if (!__umk_database_next(&networks))
        return NULL;
    entry = (struct netent){networks.words[0], networks.words + 2, AF_INET,
                            inet_network(networks.words[1])};
    return &entry;
}

struct netent *getnetbyname(const char *name)
{
    struct netent *e;

    setnetent(0);
    while ((e = getnetent()))
        if (called(e->n_name, e->n_aliases, name))
            break;
    return e;
}

struct netent *getnetbyaddr(uint32_t net, int family)
{
    struct netent *e;

    setnetent(0);
    while ((e = getnetent()))
        if (e->n_net == net && e->n_addrtype == family)
            break;
    return e;
}
