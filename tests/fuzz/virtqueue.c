/*
 * Fuzzes what a device may do to a virtqueue. The input is a list of steps: the driver adds a chain
 * or takes one, or the device writes a byte anywhere. What must hold: each token comes back once at
 * most, and no more chains are out than were added.
 */
#include <stdlib.h>
#include <string.h>

#include "libhw/virtqueue.h"

#define SIZE 8u

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void add(struct virtq *q, bool *out, u8 n, u8 token)
{
    const struct virtq_segment s[4] = {{0x1000, 16, false}, {0x2000, 16, true}, {0x3000, 1, true}};

    if (out[token])
        return;
    if (virtq_add(q, s, n % 4, token) == 0)
        out[token] = true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static _Alignas(4096) u8 memory[VIRTQ_BYTES];
    bool out[256] = {false};
    struct virtq q;
    u64 token;

    memset(memory, 0, sizeof memory);
    virtq_init(&q, memory, SIZE);
    for (size_t i = 0; i + 3 < size; i += 4) {
        const u8 *step = data + i;

        if (step[0] % 4 == 0) {
            add(&q, out, step[1], step[2]);
        } else if (step[0] % 4 == 1) {
            i64 r = virtq_take(&q, &token);
            if (r < 0)
                break; /* the driver resets the device */
            if (r > 0) {
                check(token < 256 && out[token]);
                out[token] = false;
            }
        } else {
            /* mostly where the device ought to write */
            memory[step[0] % 4 == 2 ? VIRTQ_USED + step[1] % 80
                                    : (step[1] | step[2] << 8) % VIRTQ_BYTES] = step[3];
        }
    }
    return 0;
}
