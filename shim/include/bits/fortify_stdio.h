/* The checked forms of <stdio.h>; see bits/fortify.h. */
#ifndef _BITS_FORTIFY_STDIO_H
#define _BITS_FORTIFY_STDIO_H

char *__fgets_chk(char *__restrict, size_t, int, FILE *__restrict);
size_t __fread_chk(void *__restrict, size_t, size_t, size_t, FILE *__restrict);

__umk_checked char *fgets(char *__restrict __buf, int __n, FILE *__restrict __f)
{
    return __fgets_chk(__buf, __umk_room(__buf), __n, __f);
}
__umk_checked size_t fread(void *__restrict __buf, size_t __size, size_t __n, FILE *__restrict __f)
{
    return __fread_chk(__buf, __umk_room0(__buf), __size, __n, __f);
}
#ifndef __cplusplus
#define snprintf(buf, size, ...) \
    __builtin___snprintf_chk(buf, size, 0, __umk_room(buf), __VA_ARGS__)
#define sprintf(buf, ...) __builtin___sprintf_chk(buf, 0, __umk_room(buf), __VA_ARGS__)
#endif
__umk_checked int vsnprintf(char *__restrict __buf, size_t __size, const char *__restrict __format,
                            __gnuc_va_list __args)
{
    return __builtin___vsnprintf_chk(__buf, __size, 0, __umk_room(__buf), __format, __args);
}
__umk_checked int vsprintf(char *__restrict __buf, const char *__restrict __format,
                           __gnuc_va_list __args)
{
    return __builtin___vsprintf_chk(__buf, 0, __umk_room(__buf), __format, __args);
}

#endif
