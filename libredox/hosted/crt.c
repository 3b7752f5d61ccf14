/* The entry of a freestanding program: crt.S passes the host's initial stack. */
#include "hosted.h"

_Noreturn void hosted_start(const u64 *sp)
{
    const u64 *p = sp + 1 + sp[0] + 1; /* past argc and argv */

    while (*p)
        p++;
    hosted_attach(p + 1);
    rx_program_start(&gate_start.start);
}
