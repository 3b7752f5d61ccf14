/*
 * The console over the serial line, and where the log goes. How it behaves is the command line's
 * business:
 *
 *     umk.tty=1        a person sits at the line: editing, echo, signals (tty.h)
 *     umk.size=80x24   and the screen has so many columns and rows
 *     umk.stdin=dle    a program does: bytes as they are, 0x10 0x04 is the end of input, 0x10 0x10
 *                      stands for 0x10
 *     umk.err=PORT     standard error goes to this output port instead of the line
 *     umk.log=PORT     the log goes there; 0x3f8 is the line itself. Otherwise it is only kept
 *
 * Ports are byte-wide and always ready (QEMU's isa-debugcon); numbers are hexadecimal.
 */
#ifndef UMK_X86_64_CONSOLE_H
#define UMK_X86_64_CONSOLE_H

#include "umk/core/machine.h"

struct console_options {
    bool tty, framed;
    u16 rows, columns;      /* of the terminal: umk.size=COLUMNSxROWS */
    u16 err_port, log_port; /* 0: none */
};

void console_init(const struct console_options *o);
/* Input is taken from now on, and the log says so: what came before is lost. The line's interrupts
 * come through already. */
#define CONSOLE_LISTENS "umk: console listens"
void console_listen(void);
/* Effects of the core. */
i64 console_write(enum console_stream s, const void *buf, size_t len);
i64 console_read(void *buf, size_t len);
i64 console_get(enum console_setting which, void *record);
i64 console_set(enum console_setting which, const void *record);
bool console_readable(void);
void console_log(const char *line, size_t len);
void console_report_fault(struct body *b, u32 portal, const char *serving);
/* The line's interrupt. */
void console_interrupt(void);
/* A line for people, whatever else is going on. */
void console_emergency(const char *line, size_t len);
/* The last words: the status, for whoever reads the log. */
void console_end(u32 status);

#endif
