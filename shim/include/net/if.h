/* Network interfaces: the directories of /scheme/netcfg/ifaces, numbered from 1 in their order. */
#ifndef _NET_IF_H
#define _NET_IF_H

#include <features.h>
#include <sys/socket.h>

#define IF_NAMESIZE 16

struct if_nameindex {
    unsigned if_index;
    char *if_name;
};

#if __UMK_EXT
#define IFNAMSIZ IF_NAMESIZE
#define IFF_UP 0x1
#define IFF_BROADCAST 0x2
#define IFF_LOOPBACK 0x8
#define IFF_POINTOPOINT 0x10
#define IFF_RUNNING 0x40
#define IFF_MULTICAST 0x1000
struct ifreq {
    char ifr_name[IFNAMSIZ];
    union {
        struct sockaddr __address;
        int __number;
        short __flags;
        char *__data;
    } __value;
};
#define ifr_addr __value.__address
#define ifr_dstaddr __value.__address
#define ifr_broadaddr __value.__address
#define ifr_netmask __value.__address
#define ifr_hwaddr __value.__address
#define ifr_flags __value.__flags
#define ifr_ifindex __value.__number
#define ifr_mtu __value.__number
#define ifr_data __value.__data
#endif

__BEGIN_DECLS
void if_freenameindex(struct if_nameindex *);
char *if_indextoname(unsigned, char *);
struct if_nameindex *if_nameindex(void);
unsigned if_nametoindex(const char *);
__END_DECLS

#endif
