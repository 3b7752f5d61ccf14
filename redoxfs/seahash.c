/* SeaHash. Words of 8 bytes go to four lanes in turn; lanes and length are joined at the end. */
#include "redoxfs/seahash.h"

#include "redoxfs/bytes.h"
#include "redoxfs/layout.h"

#include <string.h>

static inline uint64_t diffuse(uint64_t x)
{
    x *= 0x6eed0e9da4d94a4full;
    x ^= (x >> 32) >> (x >> 60);
    return x * 0x6eed0e9da4d94a4full;
}

/* A copy goes to `to`, unless it is NULL. Inlined for each of the two. */
static inline __attribute__((always_inline)) uint64_t hash(uint8_t *to, const uint8_t *p,
                                                           size_t len)
{
    uint64_t lane[4] = {0x16f11fe89b0d677cull, 0xb480a793d8e6c86cull, 0x6fe2e5aaf078ebc9ull,
                        0x14f994a4c5259381ull};
    size_t left = len;
    uint8_t last[8] = {0};
    unsigned turn = 0;

    for (; left >= 32; left -= 32, p += 32) {
        if (to) {
            memcpy(to, p, 32);
            to += 32;
        }
        lane[0] = diffuse(lane[0] ^ get64(p));
        lane[1] = diffuse(lane[1] ^ get64(p + 8));
        lane[2] = diffuse(lane[2] ^ get64(p + 16));
        lane[3] = diffuse(lane[3] ^ get64(p + 24));
    }
    if (to)
        memcpy(to, p, left);
    for (; left >= 8; left -= 8, p += 8, turn++)
        lane[turn] = diffuse(lane[turn] ^ get64(p));
    if (left) {
        memcpy(last, p, left);
        lane[turn] = diffuse(lane[turn] ^ get64(last));
    }
    return diffuse(lane[0] ^ lane[1] ^ lane[2] ^ lane[3] ^ len);
}

uint64_t seahash(const void *data, size_t len)
{
    return hash(NULL, data, len);
}

uint64_t seahash_copy(void *to, const void *data, size_t len)
{
    return hash(to, data, len);
}

uint32_t name_hash_of(uint64_t full)
{
    uint32_t hash = (uint32_t)full;

    return hash == NO_HASH ? NO_HASH - 1 : hash;
}

uint32_t name_hash(const char *name, size_t len)
{
    return name_hash_of(seahash(name, len));
}
