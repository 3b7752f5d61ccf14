/*
 * Answers of any bytes from a name server. The first byte chooses how much of a true answer's
 * beginning the bytes get, so that what comes behind the question is reached at all. Whatever
 * comes: no byte outside the packet is read, and no more addresses come out than there is room.
 */
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size);

#include "shim/src/net/dns.c"

/* dns.c reads files with it; no file is asked here. */
i64 __umk_small_file(const char *path, char *buf, size_t room)
{
    (void)path, (void)buf, (void)room;
    return -ENOENT;
}

int LLVMFuzzerTestOneInput(const unsigned char *data, size_t size)
{
    u8 query[PACKET_MAX];
    struct host_addresses found = {0};
    int len = make_query("host.example.org", 0x1234, query);

    if (len < 0 || size < 1 || size > PACKET_MAX)
        return 0;
    /* exact room, so that the sanitizer sees a byte too many */
    size_t n = size - 1;
    u8 *packet = malloc(n ? n : 1);
    memcpy(packet, data + 1, n);
    if ((data[0] & 1) && n >= (size_t)len) {
        memcpy(packet, query, 2);
        packet[2] |= 0x80;
        if (data[0] & 2)
            packet[3] &= 0xf0;
        memcpy(packet + HEADER, query + HEADER, (size_t)len - HEADER);
    }
    int r = parse_answer(packet, n, query, (size_t)len, &found);
    if (found.count < 0 || found.count > HOST_ADDRESSES || (r == 0 && found.count == 0))
        abort();
    free(packet);

    /* the bytes as a name: the question must fit, whatever it is */
    char *name = strndup((const char *)data, size);
    len = make_query(name, 1, query);
    if (len > HEADER + 255 + 5)
        abort();
    free(name);
    return 0;
}
