/* The first serial port (16550), by its data sheet: the console's line. */
#ifndef UMK_X86_64_SERIAL_H
#define UMK_X86_64_SERIAL_H

#include "umk/abi/types.h"

#define SERIAL_LINE 4u

void serial_init(void);
/* Puts as much as the port takes soon. Result: bytes put. */
size_t serial_put(const u8 *buf, size_t len);
/* The next byte that came in, -1: none. */
int serial_get(void);
/* Whether an interrupt shall come when there is room for output again. */
void serial_want_room(bool want);
/* Whether interrupts shall come for input. */
void serial_want_input(bool want);

#endif
