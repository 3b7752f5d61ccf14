/* Powers of five, approximated to 128 bits: a table in steps of 27, times a small exact power. */
#include "shim/src/number/fp_power.h"
#include "shim/src/number/fp_powers.h"

/* floor(log2(5^n)), checked for |n| < 400 */
static int log2_of_5(int n)
{
    return (int)((n * 9972605231L) >> 32);
}

unsigned __int128 __umk_fp_power_of_5(int n, int *exponent)
{
    int i = n >= 0 ? n / FP_POWER_STEP : -((FP_POWER_STEP - 1 - n) / FP_POWER_STEP);
    int j = n - i * FP_POWER_STEP;
    const u64 *big = fp_powers[i - FP_POWER_FIRST];
    u64 small = 1;

    while (j-- > 0)
        small *= 5;
    unsigned __int128 low = (unsigned __int128)big[1] * small;
    unsigned __int128 high = (unsigned __int128)big[0] * small + (u64)(low >> 64);
    *exponent = log2_of_5(n) - 127;
    /* the product is high * 2^64 + (u64)low */
    if (!(high >> 64))
        return high << 64 | (u64)low;
    int shift = __builtin_clzll((u64)(high >> 64));
    return shift ? high << shift | (u64)low >> (64 - shift) : high;
}

bool __umk_fp_has_power(long n)
{
    return n >= FP_POWER_FIRST * FP_POWER_STEP && n < (FP_POWER_LAST + 1) * FP_POWER_STEP;
}
