/*
 * time() as it was when mbedtls 2.28.3 was published: the certificates of its tests have expired
 * since. Linked with -Wl,--wrap=time.
 */
#include <time.h>

#define PUBLISHED 1680000000 /* in March 2023 */

time_t __real_time(time_t *t);
time_t __wrap_time(time_t *t);

time_t __wrap_time(time_t *t)
{
    static time_t start;
    time_t now = __real_time(NULL);

    if (start == 0)
        start = now;
    now = PUBLISHED + (now - start);
    if (t)
        *t = now;
    return now;
}
