#ifndef _SYS_UN_H
#define _SYS_UN_H

#include <features.h>
#include <bits/sockaddr.h>

struct sockaddr_un {
    sa_family_t sun_family;
    char sun_path[108];
};

#if __UMK_EXT
#include <string.h>
#define SUN_LEN(su) (sizeof(sa_family_t) + strlen((su)->sun_path))
#endif

#endif
