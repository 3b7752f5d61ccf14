/* gethostid: a number made of the host's name. issetugid: no program has more rights than its user.
 */
#include <unistd.h>
#include "shim/src/internal/thread.h"

long gethostid(void)
{
    char name[256];
    u32 hash = 2166136261u; /* FNV-1a */

    if (gethostname(name, sizeof name) < 0)
        return 0;
    for (const char *p = name; *p; p++)
        hash = (hash ^ (u8)*p) * 16777619u;
    return (long)(i32)hash;
}

int issetugid(void)
{
    return 0;
}
