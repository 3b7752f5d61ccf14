/* timespec_getres: C23's name for the resolution of a clock. */
#include <time.h>

int timespec_getres(struct timespec *out, int base)
{
    if (base != TIME_UTC || (out && clock_getres(CLOCK_REALTIME, out) < 0))
        return 0;
    return base;
}
