/*
 * The entry of a freestanding program: crt_start.S passes the initial stack. The same file runs on
 * every machine; the auxiliary vector tells which one this is.
 */
#include "machine.h"
#include "umk/abi/metal.h"

_Noreturn void gate_program(const u64 *sp)
{
    const u64 *p = sp + 1 + sp[0] + 1; /* past argc and argv */
    bool metal = false;

    while (*p)
        p++;
    for (const u64 *aux = p + 1; aux[0]; aux += 2)
        metal |= aux[0] == AT_UMK_PROCESS;
    if (metal)
        metal_attach(p + 1);
    else
        hosted_attach(p + 1);
    if (gate_machine->run)
        gate_machine->run(rx_program_start, &gate_start.start);
    rx_program_start(&gate_start.start);
}
