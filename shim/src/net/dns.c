/*
 * A question to the name server: A records of a name, by UDP, recursion asked for (RFC 1035). The
 * server's address is in /scheme/netcfg/resolv/nameserver, or else in /etc/net/dns. What comes back
 * is foreign: every length and pointer is checked against the packet.
 */
#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>
#include "shim/src/env_ids/small_file.h"
#include "shim/src/net/database.h"

#define PACKET_MAX 512
#define HEADER 12
#define TYPE_A 1
#define CLASS_IN 1
#define RCODE_NAME 3 /* no such name */
#define TRIES 3
#define WAIT_MS 2000
#define DNS_PORT 53

/* The question's packet; its length, or -1 for a name that cannot be one. */
static int make_query(const char *name, u16 id, u8 *out)
{
    const u8 header[HEADER] = {(u8)(id >> 8), (u8)id, 1, 0, 0, 1};
    size_t at = HEADER;

    memcpy(out, header, HEADER);
    while (*name) {
        size_t len = strcspn(name, ".");
        if (len == 0 || len > 63 || at + len + 6 > 255 + HEADER)
            return -1;
        out[at++] = (u8)len;
        memcpy(out + at, name, len);
        at += len;
        name += len + (name[len] == '.');
    }
    const u8 tail[5] = {0, 0, TYPE_A, 0, CLASS_IN};
    memcpy(out + at, tail, sizeof tail);
    return (int)(at + sizeof tail);
}

/* Behind a name, which ends in a zero or a pointer; 0 when it runs out of the packet. */
static size_t skip_name(const u8 *p, size_t len, size_t at)
{
    while (at < len) {
        if (p[at] == 0)
            return at + 1;
        if (p[at] >= 0xc0)
            return at + 2 <= len ? at + 2 : 0;
        at += 1u + p[at];
    }
    return 0;
}

static unsigned word(const u8 *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

/* The addresses in an answer to the query. 0, EAI_*; -100: not the answer to it. */
static int parse_answer(const u8 *p, size_t len, const u8 *query, size_t query_len,
                        struct host_addresses *out)
{
    size_t at = query_len;

    if (len < query_len || memcmp(p, query, 2) != 0 || !(p[2] & 0x80) ||
        memcmp(p + HEADER, query + HEADER, query_len - HEADER) != 0)
        return -100;
    if ((p[3] & 15) == RCODE_NAME)
        return EAI_NONAME;
    if (p[3] & 15)
        return EAI_AGAIN;
    out->count = 0;
    for (unsigned left = word(p + 6); left && out->count < HOST_ADDRESSES; left--) {
        at = skip_name(p, len, at);
        if (at == 0 || at + 10 > len)
            return EAI_FAIL;
        size_t size = word(p + at + 8);
        if (size > len - at - 10)
            return EAI_FAIL;
        if (word(p + at) == TYPE_A && word(p + at + 2) == CLASS_IN && size == 4)
            memcpy(&out->address[out->count++], p + at + 10, 4);
        at += 10 + size;
    }
    return out->count ? 0 : EAI_NONAME;
}

static bool read_server(const char *path, struct in_addr *out)
{
    char text[64];

    if (__umk_small_file(path, text, sizeof text) < 0)
        return false;
    text[strcspn(text, " \t\r\n")] = 0;
    return inet_pton(AF_INET, text, out) == 1;
}

static int ask(int fd, const u8 *query, size_t query_len, struct host_addresses *out)
{
    u8 answer[PACKET_MAX];
    struct pollfd p = {.fd = fd, .events = POLLIN};

    for (int i = 0; i < TRIES; i++) {
        if (send(fd, query, query_len, 0) < 0)
            return EAI_AGAIN;
        while (poll(&p, 1, WAIT_MS) > 0) {
            ssize_t n = recv(fd, answer, sizeof answer, 0);
            int r = n < 0 ? EAI_AGAIN : parse_answer(answer, (size_t)n, query, query_len, out);
            if (r != -100)
                return r;
        }
    }
    return EAI_AGAIN;
}

int __umk_dns_query(const char *name, struct host_addresses *out)
{
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(DNS_PORT)};
    u8 query[PACKET_MAX];
    u16 id = 0;

    if (!read_server("/scheme/netcfg/resolv/nameserver", &server.sin_addr) &&
        !read_server("/etc/net/dns", &server.sin_addr))
        return EAI_AGAIN;
    if (getrandom(&id, sizeof id, 0) < 0)
        return EAI_SYSTEM;
    int len = make_query(name, id, query);
    if (len < 0)
        return EAI_NONAME;
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return EAI_AGAIN;
    int r = connect(fd, (const struct sockaddr *)(const void *)&server, sizeof server) < 0
                ? EAI_AGAIN
                : ask(fd, query, (size_t)len, out);
    close(fd);
    return r;
}
