/*
 * Copying a large answer to a client on another CPU. Ordinary stores would first fetch each cache
 * line from the client's CPU, which has just read it: on two cores without a common cache that
 * takes longer than the copy. Streaming stores do not fetch. For a client on this CPU the
 * cache is the right place, and memcpy the right way.
 *
 * Between CPUs that share a cache memcpy's string move would take two thirds of the time, but
 * between others three times as long (seen: 11 and 15 us for 128 KiB, 50 and 15); where a client's
 * CPU lies is not known here.
 */
#include "scheme_lib.h"
#include <emmintrin.h>
#include <string.h>

#define LINE 64u
#define WORTH_STREAMING 16384u

void scheme_copy(void *to, const void *from, size_t len)
{
    size_t n = len & ~(size_t)(LINE - 1);
    __m128i *d = to;
    const __m128i *s = from;

    if (len < WORTH_STREAMING || (uintptr_t)to % sizeof(*d) || !serve_worth_spinning()) {
        memcpy(to, from, len);
        return;
    }
    for (size_t i = 0; i < n / sizeof(*d); i += 4) {
        __m128i a = _mm_loadu_si128(s + i), b = _mm_loadu_si128(s + i + 1);
        __m128i c = _mm_loadu_si128(s + i + 2), e = _mm_loadu_si128(s + i + 3);

        _mm_stream_si128(d + i, a);
        _mm_stream_si128(d + i + 1, b);
        _mm_stream_si128(d + i + 2, c);
        _mm_stream_si128(d + i + 3, e);
    }
    _mm_sfence(); /* streaming stores are not ordered before the answer's release by themselves */
    memcpy((u8 *)to + n, (const u8 *)from + n, len - n);
}
