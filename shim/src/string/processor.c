/* What the string functions must know of the processor and of who runs the program; see
 * internal/sse.h. */
#include <cpuid.h>
#include "shim/src/internal/sse.h"

#define SAVED_STATES 6u /* the system saves SSE and AVX registers */

bool __umk_watched;
u32 __umk_vectors;

static u32 saved_states(void)
{
    u32 low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

static bool has_avx2(void)
{
    u32 a, b, c, d;

    __cpuid(0, a, b, c, d);
    if (a < 7)
        return false;
    __cpuid(1, a, b, c, d);
    if (!(c & bit_OSXSAVE) || (saved_states() & SAVED_STATES) != SAVED_STATES)
        return false;
    __cpuid_count(7, 0, a, b, c, d);
    return (b & bit_AVX2) != 0;
}

bool __umk_vectors_ask(void)
{
    /* threads may count and ask at once: they come to the same answer */
    u32 calls = __atomic_add_fetch(&__umk_vectors, 1, __ATOMIC_RELAXED);

    if (calls < VECTORS_PATIENCE)
        return false;
    bool wide = has_avx2();
    __atomic_store_n(&__umk_vectors, wide ? VECTORS_AVX2 : VECTORS_SSE, __ATOMIC_RELAXED);
    return wide;
}
