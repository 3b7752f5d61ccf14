/* An AHCI adapter (sections 3.1 and 10 of the specification); see ahci.h. */
#include "servers/ahcid/ahci.h"
#include "umk/abi/errno.h"

#define CONTROL 0x04u
#define CONTROL_RESET 0x1u
#define CONTROL_INTERRUPTS 0x2u
#define CONTROL_AHCI 0x80000000u
#define INTERRUPTS 0x08u
#define IMPLEMENTED 0x0Cu
#define CAPABILITIES_MORE 0x24u
#define MORE_HANDOFF 0x1u
#define HANDOFF 0x28u
#define HANDOFF_FIRMWARE 0x1u
#define HANDOFF_SYSTEM 0x2u
#define PORT_REGISTERS 0x100u
#define PORT_SIZE 0x80u
#define REGISTERS_BAR 5u
#define RESET_WAIT 1000000000ull
#define HANDOFF_WAIT 2000000000ull

static i64 wait_clear(const struct ahci *h, u32 at, u32 bits, u64 limit)
{
    u64 end = hw_now() + limit;

    while (hw_read32(h->registers, at) & bits) {
        if (hw_now() > end)
            return -ETIMEDOUT;
        hw_pause();
    }
    return 0;
}

static i64 reset(struct ahci *h)
{
    volatile u8 *r = h->registers;

    if (hw_read32(r, CAPABILITIES_MORE) & MORE_HANDOFF) {
        hw_write32(r, HANDOFF, hw_read32(r, HANDOFF) | HANDOFF_SYSTEM);
        wait_clear(h, HANDOFF, HANDOFF_FIRMWARE, HANDOFF_WAIT); /* it had its time */
    }
    hw_write32(r, CONTROL, CONTROL_AHCI);
    hw_write32(r, CONTROL, CONTROL_AHCI | CONTROL_RESET);
    i64 done = wait_clear(h, CONTROL, CONTROL_RESET, RESET_WAIT);
    hw_write32(r, CONTROL, CONTROL_AHCI);
    return done;
}

/* How many ports' registers lie within those that the adapter has. */
static i64 map(struct ahci *h, u32 *ports)
{
    struct pci_bar bar;
    i64 r = pci_bar(&h->function.config, REGISTERS_BAR, &bar);

    if (r < 0)
        return r;
    if (bar.size < PORT_REGISTERS)
        return -EINVAL;
    u64 fit = (bar.size - PORT_REGISTERS) / PORT_SIZE;
    *ports = fit < AHCI_PORTS ? (u32)fit : AHCI_PORTS;
    return hw_bar_map(&h->function, REGISTERS_BAR, 0, PORT_REGISTERS + (size_t)*ports * PORT_SIZE,
                      &h->registers);
}

i64 ahci_open(struct ahci *h, const char *name)
{
    u32 nports, implemented;
    i64 r = hw_function_open(&h->function, name);

    if (r < 0 || (r = map(h, &nports)) < 0 || (r = hw_messages(&h->function)) < 0)
        return r;
    h->irq = (u64)r;
    if ((r = reset(h)) < 0)
        return r;
    implemented = hw_read32(h->registers, IMPLEMENTED);
    for (u32 i = 0; i < nports; i++) {
        struct ahci_port *p = &h->ports[i];

        if (!(implemented >> i & 1))
            continue;
        p->registers = h->registers + PORT_REGISTERS + (size_t)i * PORT_SIZE;
        if (ahci_port_open(p) < 0)
            p->registers = NULL; /* no disk there, or none that can be driven: the others can */
    }
    hw_write32(h->registers, INTERRUPTS, UINT32_MAX);
    hw_write32(h->registers, CONTROL, CONTROL_AHCI | CONTROL_INTERRUPTS);
    return 0;
}

/* Ports first, then the adapter's word of them: what a port says in between is there again. */
bool ahci_acknowledge(struct ahci *h)
{
    u32 which = hw_read32(h->registers, INTERRUPTS);

    if (which == UINT32_MAX)
        return false;
    hw_write32(h->registers, INTERRUPTS, which);
    return which != 0;
}
