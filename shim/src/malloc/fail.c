/* The end of a program whose heap is damaged: one line that says how, then abort. */
#include <string.h>
#include "shim/src/malloc/heap.h"

_Noreturn void __umk_heap_fail(const char *what, const void *block)
{
    static const char digits[] = "0123456789abcdef";
    char line[128] = "malloc: ";
    size_t n = strlen(line), len = strlen(what);

    memcpy(line + n, what, len);
    n += len;
    memcpy(line + n, ": 0x", 4);
    n += 4;
    for (int shift = 44; shift >= 0; shift -= 4)
        line[n++] = digits[(uintptr_t)block >> shift & 15];
    line[n] = 0;
    rx_panic(line);
}
