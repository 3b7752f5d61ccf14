/* See serial.h. */
#include "umk/x86_64/serial.h"
#include "umk/x86_64/cpu.h"

enum {
    PORT = 0x3F8,
    DATA = PORT,
    ENABLE = PORT + 1,
    FIFO = PORT + 2,
    LINE = PORT + 3,
    MODEM = PORT + 4,
    STATUS = PORT + 5
};
#define STATUS_INPUT 1u
#define STATUS_ROOM 0x20u
#define ENABLE_INPUT 1u
#define ENABLE_ROOM 2u
#define FIFO_BYTES 16u
#define PATIENCE 10000u /* looks before output is put off */

static u8 enabled;

void serial_init(void)
{
    outb(ENABLE, 0);
    outb(LINE, 0x80); /* the divisor: 115200 baud */
    outb(DATA, 1);
    outb(ENABLE, 0);
    outb(LINE, 3);     /* 8 bits, no parity, one stop bit */
    outb(FIFO, 0xC7);  /* on, emptied */
    outb(MODEM, 0x0B); /* ready, and interrupts let through */
}

static bool room(void)
{
    for (u32 i = 0; i < PATIENCE; i++)
        if (inb(STATUS) & STATUS_ROOM)
            return true;
    return false;
}

size_t serial_put(const u8 *buf, size_t len)
{
    size_t done = 0;

    while (done < len && room())
        for (u32 i = 0; i < FIFO_BYTES && done < len; i++)
            outb(DATA, buf[done++]);
    return done;
}

int serial_get(void)
{
    return inb(STATUS) & STATUS_INPUT ? inb(DATA) : -1;
}

static void enable(u8 bit, bool want)
{
    u8 now = want ? enabled | bit : enabled & (u8)~bit;

    if (now != enabled)
        outb(ENABLE, enabled = now);
}

void serial_want_room(bool want)
{
    enable(ENABLE_ROOM, want);
}

void serial_want_input(bool want)
{
    enable(ENABLE_INPUT, want);
}
