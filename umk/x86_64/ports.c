/* See ports.h. */
#include "umk/x86_64/ports.h"
#include "umk/core/core.h"
#include "umk/x86_64/cpu.h"

#define KEPT_MAX 16u

struct kept {
    u32 first, end;
};

/* Interrupt controllers, the timer and what gates it, the terminal's serial line. */
static struct kept kept[KEPT_MAX] = {
    {0x20, 0x22}, {0x40, 0x44}, {0x61, 0x62}, {0xA0, 0xA2}, {0x3F8, 0x400}};
static u32 nkept = 5;

void ports_keep(u16 first, u16 count)
{
    if (nkept < KEPT_MAX)
        kept[nkept++] = (struct kept){first, (u32)first + count};
}

static u32 in(u16 port, u32 width)
{
    return width == 1 ? inb(port) : width == 2 ? inw(port) : inl(port);
}

static void out(u16 port, u32 width, u32 value)
{
    if (width == 1)
        outb(port, (u8)value);
    else if (width == 2)
        outw(port, (u16)value);
    else
        outl(port, value);
}

i64 ports_access(u16 port, u32 width, u32 *value, bool write)
{
    for (u32 i = 0; i < nkept; i++)
        if (port < kept[i].end && port + width > kept[i].first)
            return -EACCES;
    if (write)
        out(port, width, *value);
    else
        *value = in(port, width);
    return 0;
}
