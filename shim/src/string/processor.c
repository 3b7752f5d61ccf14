/* What the string functions must know of the processor and of who runs the program; see
 * internal/sse.h. */
#include <cpuid.h>
#include "shim/src/internal/sse.h"

#define SAVED_STATES 6u /* the system saves SSE and AVX registers */

bool __umk_watched;
bool __umk_avx2;

static u32 saved_states(void)
{
    u32 low, high;

    __asm__("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
    return low;
}

void __umk_processor_start(void)
{
    u32 a, b, c, d;

    if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & bit_OSXSAVE) ||
        (saved_states() & SAVED_STATES) != SAVED_STATES)
        return;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d))
        __umk_avx2 = (b & bit_AVX2) != 0;
}
