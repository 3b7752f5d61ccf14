/* The line discipline: what becomes of a byte that is typed. */
#ifndef PTYD_LINE_H
#define PTYD_LINE_H

#include "servers/ptyd/pair.h"

/* Takes one byte. False: out of memory, nothing has changed. */
bool line_input(struct pair *p, u8 byte);

#endif
