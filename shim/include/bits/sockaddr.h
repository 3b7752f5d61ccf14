/* What every socket address begins with. */
#ifndef _BITS_SOCKADDR_H
#define _BITS_SOCKADDR_H

#include <bits/types.h>

typedef unsigned short sa_family_t;
typedef __socklen_t socklen_t;

#endif
