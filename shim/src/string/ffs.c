/* ffs, ffsl, ffsll: the first bit set, counted from 1. */
#include <strings.h>

#undef ffs
#undef ffsl
#undef ffsll

int ffsll(long long i)
{
    return i ? __builtin_ctzll((unsigned long long)i) + 1 : 0;
}

int ffsl(long i)
{
    return ffsll(i);
}

int ffs(int i)
{
    return ffsll(i);
}
