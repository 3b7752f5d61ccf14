/* The Internet's addresses and protocol numbers. Numbers in an address are in network order. */
#ifndef _NETINET_IN_H
#define _NETINET_IN_H

#include <features.h>
#include <sys/socket.h>
#include <stdint.h>

typedef uint16_t in_port_t;
typedef uint32_t in_addr_t;

struct in_addr {
    in_addr_t s_addr;
};
struct sockaddr_in {
    sa_family_t sin_family;
    in_port_t sin_port;
    struct in_addr sin_addr;
    unsigned char sin_zero[8];
};
struct in6_addr {
    union {
        uint8_t __bytes[16];
        uint16_t __halves[8];
        uint32_t __words[4];
    } __address;
};
#define s6_addr __address.__bytes
#define s6_addr16 __address.__halves
#define s6_addr32 __address.__words
struct sockaddr_in6 {
    sa_family_t sin6_family;
    in_port_t sin6_port;
    uint32_t sin6_flowinfo;
    struct in6_addr sin6_addr;
    uint32_t sin6_scope_id;
};
struct ipv6_mreq {
    struct in6_addr ipv6mr_multiaddr;
    unsigned ipv6mr_interface;
};
struct ip_mreq {
    struct in_addr imr_multiaddr;
    struct in_addr imr_interface;
};

#define IPPROTO_IP 0
#define IPPROTO_ICMP 1
#define IPPROTO_TCP 6
#define IPPROTO_UDP 17
#define IPPROTO_IPV6 41
#define IPPROTO_ICMPV6 58
#define IPPROTO_RAW 255

#define IPPORT_RESERVED 1024

#define INADDR_ANY ((in_addr_t)0x00000000)
#define INADDR_BROADCAST ((in_addr_t)0xffffffff)
#define INADDR_NONE ((in_addr_t)0xffffffff)
#define INADDR_LOOPBACK ((in_addr_t)0x7f000001)
#define INET_ADDRSTRLEN 16
#define INET6_ADDRSTRLEN 46
#define IN6ADDR_ANY_INIT                                       \
    {                                                          \
        {                                                      \
            {                                                  \
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 \
            }                                                  \
        }                                                      \
    }
#define IN6ADDR_LOOPBACK_INIT                                  \
    {                                                          \
        {                                                      \
            {                                                  \
                0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 \
            }                                                  \
        }                                                      \
    }

#define IP_TOS 1
#define IP_TTL 2
#define IP_HDRINCL 3
#define IP_MULTICAST_IF 32
#define IP_MULTICAST_TTL 33
#define IP_MULTICAST_LOOP 34
#define IP_ADD_MEMBERSHIP 35
#define IP_DROP_MEMBERSHIP 36
#define IPV6_UNICAST_HOPS 16
#define IPV6_MULTICAST_IF 17
#define IPV6_MULTICAST_HOPS 18
#define IPV6_MULTICAST_LOOP 19
#define IPV6_JOIN_GROUP 20
#define IPV6_LEAVE_GROUP 21
#define IPV6_V6ONLY 26

#define IN_CLASSA(a) (((in_addr_t)(a)&0x80000000u) == 0)
#define IN_CLASSA_NET 0xff000000u
#define IN_CLASSA_NSHIFT 24
#define IN_CLASSA_HOST 0x00ffffffu
#define IN_CLASSB(a) (((in_addr_t)(a)&0xc0000000u) == 0x80000000u)
#define IN_CLASSB_NET 0xffff0000u
#define IN_CLASSB_NSHIFT 16
#define IN_CLASSB_HOST 0x0000ffffu
#define IN_CLASSC(a) (((in_addr_t)(a)&0xe0000000u) == 0xc0000000u)
#define IN_CLASSC_NET 0xffffff00u
#define IN_CLASSC_NSHIFT 8
#define IN_CLASSC_HOST 0x000000ffu
#define IN_MULTICAST(a) (((in_addr_t)(a)&0xf0000000u) == 0xe0000000u)

#define __UMK_IN6_ZERO(a, from, to)               \
    __extension__({                               \
        unsigned __any = 0;                       \
        for (int __i = (from); __i < (to); __i++) \
            __any |= (a)->s6_addr[__i];           \
        __any == 0;                               \
    })
#define IN6_IS_ADDR_UNSPECIFIED(a) __UMK_IN6_ZERO(a, 0, 16)
#define IN6_IS_ADDR_LOOPBACK(a) (__UMK_IN6_ZERO(a, 0, 15) && (a)->s6_addr[15] == 1)
#define IN6_IS_ADDR_MULTICAST(a) ((a)->s6_addr[0] == 0xff)
#define IN6_IS_ADDR_LINKLOCAL(a) ((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0x80)
#define IN6_IS_ADDR_SITELOCAL(a) ((a)->s6_addr[0] == 0xfe && ((a)->s6_addr[1] & 0xc0) == 0xc0)
#define IN6_IS_ADDR_V4MAPPED(a) \
    (__UMK_IN6_ZERO(a, 0, 10) && (a)->s6_addr[10] == 0xff && (a)->s6_addr[11] == 0xff)
#define IN6_IS_ADDR_V4COMPAT(a) (__UMK_IN6_ZERO(a, 0, 12) && !__UMK_IN6_ZERO(a, 12, 15))
#define __UMK_IN6_MC(a, scope) (IN6_IS_ADDR_MULTICAST(a) && ((a)->s6_addr[1] & 0xf) == (scope))
#define IN6_IS_ADDR_MC_NODELOCAL(a) __UMK_IN6_MC(a, 0x1)
#define IN6_IS_ADDR_MC_LINKLOCAL(a) __UMK_IN6_MC(a, 0x2)
#define IN6_IS_ADDR_MC_SITELOCAL(a) __UMK_IN6_MC(a, 0x5)
#define IN6_IS_ADDR_MC_ORGLOCAL(a) __UMK_IN6_MC(a, 0x8)
#define IN6_IS_ADDR_MC_GLOBAL(a) __UMK_IN6_MC(a, 0xe)

__BEGIN_DECLS
extern const struct in6_addr in6addr_any, in6addr_loopback;
uint32_t htonl(uint32_t);
uint16_t htons(uint16_t);
uint32_t ntohl(uint32_t);
uint16_t ntohs(uint16_t);
__END_DECLS

#endif
