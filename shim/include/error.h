#ifndef _ERROR_H
#define _ERROR_H

#include <features.h>

__BEGIN_DECLS
extern unsigned int error_message_count;
/* Prints "program: message: strerror(errnum)"; ends the program when status is not 0. */
void error(int, int, const char *, ...) __printf_like(3, 4);
__END_DECLS

#endif
