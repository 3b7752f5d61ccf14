/* The checked forms of <string.h>; see bits/fortify.h. */
#ifndef _BITS_FORTIFY_STRING_H
#define _BITS_FORTIFY_STRING_H

__umk_checked void *memcpy(void *__restrict __d, const void *__restrict __s, size_t __n)
{
    return __builtin___memcpy_chk(__d, __s, __n, __umk_room0(__d));
}
__umk_checked void *memmove(void *__d, const void *__s, size_t __n)
{
    return __builtin___memmove_chk(__d, __s, __n, __umk_room0(__d));
}
__umk_checked void *memset(void *__d, int __c, size_t __n)
{
    return __builtin___memset_chk(__d, __c, __n, __umk_room0(__d));
}
__umk_checked char *strcpy(char *__restrict __d, const char *__restrict __s)
{
    return __builtin___strcpy_chk(__d, __s, __umk_room(__d));
}
__umk_checked char *strcat(char *__restrict __d, const char *__restrict __s)
{
    return __builtin___strcat_chk(__d, __s, __umk_room(__d));
}
__umk_checked char *strncpy(char *__restrict __d, const char *__restrict __s, size_t __n)
{
    return __builtin___strncpy_chk(__d, __s, __n, __umk_room(__d));
}
__umk_checked char *strncat(char *__restrict __d, const char *__restrict __s, size_t __n)
{
    return __builtin___strncat_chk(__d, __s, __n, __umk_room(__d));
}
#if __UMK_POSIX
__umk_checked char *stpcpy(char *__restrict __d, const char *__restrict __s)
{
    return __builtin___stpcpy_chk(__d, __s, __umk_room(__d));
}
__umk_checked char *stpncpy(char *__restrict __d, const char *__restrict __s, size_t __n)
{
    return __builtin___stpncpy_chk(__d, __s, __n, __umk_room(__d));
}
#endif
#if __UMK_EXT
__umk_checked void *mempcpy(void *__restrict __d, const void *__restrict __s, size_t __n)
{
    return __builtin___mempcpy_chk(__d, __s, __n, __umk_room0(__d));
}
#endif

#endif
