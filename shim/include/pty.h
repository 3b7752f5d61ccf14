#ifndef _PTY_H
#define _PTY_H

#include <sys/ioctl.h>
#include <termios.h>

__BEGIN_DECLS
pid_t forkpty(int *, char *, const struct termios *, const struct winsize *);
int login_tty(int);
int openpty(int *, int *, char *, const struct termios *, const struct winsize *);
__END_DECLS

#endif
