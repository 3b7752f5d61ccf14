#ifndef _ERROR_H
#define _ERROR_H

#include <features.h>

__BEGIN_DECLS
extern unsigned int error_message_count;
/* Not 0: error_at_line is silent about a line it has spoken of. */
extern int error_one_per_line;
/* If set, prints what stands before the message in the place of the program's name. */
extern void (*error_print_progname)(void);
/* Prints "program: message: strerror(errnum)"; ends the program when status is not 0. */
void error(int, int, const char *, ...) __printf_like(3, 4);
/* The same, with "file:line: " before the message. */
void error_at_line(int, int, const char *, unsigned int, const char *, ...) __printf_like(5, 6);
__END_DECLS

#endif
