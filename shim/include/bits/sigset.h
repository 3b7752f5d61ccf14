/* The signal set: bit n-1 stands for signal n. */
#ifndef _BITS_SIGSET_H
#define _BITS_SIGSET_H

typedef unsigned long sigset_t;

#endif
