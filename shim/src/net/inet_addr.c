/*
 * The older functions on IPv4 addresses, which also take octal and hexadecimal numbers and fewer
 * than four parts, the last of which fills the rest.
 */
#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>

/* Up to four numbers separated by dots; how many, or 0. *end is what follows them. */
static int parse_parts(const char *s, unsigned long parts[4], const char **end)
{
    int n = 0;

    for (;;) {
        char *stop;
        if (n == 4 || !isdigit((unsigned char)*s))
            return 0;
        parts[n++] = strtoul(s, &stop, 0);
        s = stop;
        if (*s != '.')
            break;
        s++;
    }
    *end = s;
    return n;
}

int inet_aton(const char *s, struct in_addr *out)
{
    unsigned long parts[4];
    const char *end;
    int n = parse_parts(s, parts, &end);
    uint32_t address = 0;

    if (n == 0 || (*end && !isspace((unsigned char)*end)))
        return 0;
    for (int i = 0; i < n - 1; i++) {
        if (parts[i] > 255)
            return 0;
        address |= (uint32_t)parts[i] << (24 - 8 * i);
    }
    if (parts[n - 1] > UINT32_MAX >> (8 * (n - 1)))
        return 0;
    out->s_addr = htonl(address | (uint32_t)parts[n - 1]);
    return 1;
}

in_addr_t inet_addr(const char *s)
{
    struct in_addr a;

    return inet_aton(s, &a) ? a.s_addr : INADDR_NONE;
}

/* Every part is one byte here, and the result is in host order. */
in_addr_t inet_network(const char *s)
{
    unsigned long parts[4];
    const char *end;
    int n = parse_parts(s, parts, &end);
    in_addr_t net = 0;

    if (n == 0 || *end)
        return INADDR_NONE;
    for (int i = 0; i < n; i++) {
        if (parts[i] > 255)
            return INADDR_NONE;
        net = net << 8 | (in_addr_t)parts[i];
    }
    return net;
}

char *inet_ntoa(struct in_addr a)
{
    static char text[INET_ADDRSTRLEN];

    return (char *)inet_ntop(AF_INET, &a, text, sizeof text);
}

static unsigned class_shift(in_addr_t host_order)
{
    return IN_CLASSA(host_order)   ? IN_CLASSA_NSHIFT
           : IN_CLASSB(host_order) ? IN_CLASSB_NSHIFT
                                   : IN_CLASSC_NSHIFT;
}

in_addr_t inet_netof(struct in_addr a)
{
    in_addr_t host = ntohl(a.s_addr);

    return host >> class_shift(host);
}

in_addr_t inet_lnaof(struct in_addr a)
{
    in_addr_t host = ntohl(a.s_addr);

    return host & ((1u << class_shift(host)) - 1);
}

struct in_addr inet_makeaddr(in_addr_t net, in_addr_t host)
{
    unsigned shift = net < 128     ? IN_CLASSA_NSHIFT
                     : net < 65536 ? IN_CLASSB_NSHIFT
                                   : IN_CLASSC_NSHIFT;

    return (struct in_addr){htonl(net << shift | (host & ((1u << shift) - 1)))};
}
