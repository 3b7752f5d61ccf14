/*
 * Network interfaces: the directories in /scheme/netcfg/ifaces. Their index is their place there,
 * from 1; flags and addresses are those that the node tells.
 */
#include <arpa/inet.h>
#include <dirent.h>
#include <ifaddrs.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/env_ids/small_file.h"

#define INTERFACES "/scheme/netcfg/ifaces"
#define COUNT_MAX 64

static void drop(char **names, unsigned n)
{
    while (n)
        free(names[--n]);
}

/* How many, or -1 and errno. The names are the caller's. */
static int list(char *names[COUNT_MAX])
{
    DIR *d = opendir(INTERFACES);
    const struct dirent *e;
    unsigned n = 0;

    if (!d)
        return -1;
    while (n < COUNT_MAX && (e = readdir(d))) {
        if (e->d_name[0] == '.' || strlen(e->d_name) >= IF_NAMESIZE)
            continue;
        names[n] = strdup(e->d_name);
        if (!names[n]) {
            drop(names, n);
            closedir(d);
            return -1;
        }
        n++;
    }
    closedir(d);
    return (int)n;
}

unsigned if_nametoindex(const char *name)
{
    char *names[COUNT_MAX];
    unsigned index = 0;
    int n = list(names);

    if (n < 0)
        return 0;
    for (int i = 0; i < n; i++)
        if (strcmp(names[i], name) == 0)
            index = (unsigned)i + 1;
    drop(names, (unsigned)n);
    if (!index)
        __umk_fail(ENODEV);
    return index;
}

char *if_indextoname(unsigned index, char *out)
{
    char *names[COUNT_MAX];
    int n = list(names);
    bool found = n > 0 && index >= 1 && index <= (unsigned)n;

    if (found)
        strlcpy(out, names[index - 1], IF_NAMESIZE);
    if (n >= 0)
        drop(names, (unsigned)n);
    if (found)
        return out;
    __umk_fail(ENXIO);
    return NULL;
}

struct if_nameindex *if_nameindex(void)
{
    char *names[COUNT_MAX];
    int n = list(names);
    struct if_nameindex *out = n < 0 ? NULL : calloc((size_t)n + 1, sizeof *out);

    if (n < 0)
        return NULL;
    if (!out) {
        drop(names, (unsigned)n);
        __umk_fail(ENOBUFS);
        return NULL;
    }
    for (int i = 0; i < n; i++)
        out[i] = (struct if_nameindex){(unsigned)i + 1, names[i]};
    return out;
}

void if_freenameindex(struct if_nameindex *names)
{
    for (struct if_nameindex *i = names; i->if_name; i++)
        free(i->if_name);
    free(names);
}

struct node {
    struct ifaddrs entry;
    char name[IF_NAMESIZE];
    struct sockaddr_in address, mask;
};

/* Reads a.b.c.d/prefix; false: the interface has no address. */
static bool read_address(struct node *n)
{
    char path[sizeof INTERFACES + IF_NAMESIZE + 16], text[64];

    stpcpy(stpcpy(stpcpy(path, INTERFACES "/"), n->name), "/addr/list");
    if (__umk_small_file(path, text, sizeof text) < 0)
        return false;
    text[strcspn(text, " \r\n")] = 0;
    char *slash = strchr(text, '/');
    if (!slash)
        return false;
    *slash = 0;
    int prefix = atoi(slash + 1);
    n->address.sin_family = n->mask.sin_family = AF_INET;
    if (prefix < 0 || prefix > 32 || inet_pton(AF_INET, text, &n->address.sin_addr) != 1)
        return false;
    n->mask.sin_addr.s_addr = htonl(prefix ? UINT32_MAX << (32 - prefix) : 0);
    return true;
}

static struct ifaddrs *make_node(const char *name)
{
    struct node *n = calloc(1, sizeof *n);

    if (!n)
        return NULL;
    strlcpy(n->name, name, sizeof n->name);
    n->entry.ifa_name = n->name;
    if (read_address(n)) {
        n->entry.ifa_addr = (struct sockaddr *)(void *)&n->address;
        n->entry.ifa_netmask = (struct sockaddr *)(void *)&n->mask;
        n->entry.ifa_flags = IFF_UP | IFF_RUNNING;
    }
    if (strncmp(name, "lo", 2) == 0)
        n->entry.ifa_flags |= IFF_LOOPBACK;
    return &n->entry;
}

int getifaddrs(struct ifaddrs **out)
{
    char *names[COUNT_MAX];
    int n = list(names);
    struct ifaddrs **tail = out;

    *out = NULL;
    if (n < 0)
        return -1;
    for (int i = 0; i < n; i++) {
        *tail = make_node(names[i]);
        if (!*tail) {
            drop(names, (unsigned)n);
            freeifaddrs(*out);
            return -1;
        }
        tail = &(*tail)->ifa_next;
    }
    drop(names, (unsigned)n);
    return 0;
}

void freeifaddrs(struct ifaddrs *addresses)
{
    while (addresses) {
        struct ifaddrs *next = addresses->ifa_next;
        free(addresses);
        addresses = next;
    }
}
