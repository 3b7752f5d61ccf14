#ifndef _STRING_H
#define _STRING_H

#include <features.h>
#include <bits/locale_t.h>
#define __need_size_t
#define __need_NULL
#include <stddef.h>

__BEGIN_DECLS
void *memcpy(void *__restrict, const void *__restrict, size_t);
void *memmove(void *, const void *, size_t);
void *memset(void *, int, size_t);
int memcmp(const void *, const void *, size_t);
void *memchr(const void *, int, size_t);
char *strcpy(char *__restrict, const char *__restrict);
char *strncpy(char *__restrict, const char *__restrict, size_t);
char *strcat(char *__restrict, const char *__restrict);
char *strncat(char *__restrict, const char *__restrict, size_t);
int strcmp(const char *, const char *);
int strncmp(const char *, const char *, size_t);
int strcoll(const char *, const char *);
size_t strxfrm(char *__restrict, const char *__restrict, size_t);
char *strchr(const char *, int);
char *strrchr(const char *, int);
size_t strcspn(const char *, const char *);
size_t strspn(const char *, const char *);
char *strpbrk(const char *, const char *);
char *strstr(const char *, const char *);
char *strtok(char *__restrict, const char *__restrict);
size_t strlen(const char *);
char *strerror(int);

#if __UMK_POSIX || __STDC_VERSION__ > 201710L
void *memccpy(void *__restrict, const void *__restrict, int, size_t);
char *strdup(const char *);
char *strndup(const char *, size_t);
#endif
#if __UMK_POSIX
char *strtok_r(char *__restrict, const char *__restrict, char **__restrict);
int strerror_r(int, char *, size_t);
char *stpcpy(char *__restrict, const char *__restrict);
char *stpncpy(char *__restrict, const char *__restrict, size_t);
size_t strnlen(const char *, size_t);
char *strsignal(int);
char *strerror_l(int, locale_t);
int strcoll_l(const char *, const char *, locale_t);
size_t strxfrm_l(char *__restrict, const char *__restrict, size_t, locale_t);
void *memmem(const void *, size_t, const void *, size_t);
size_t strlcpy(char *__restrict, const char *__restrict, size_t);
size_t strlcat(char *__restrict, const char *__restrict, size_t);
#endif
#if __UMK_EXT
#include <strings.h>
char *strsep(char **, const char *);
void explicit_bzero(void *, size_t);
void *mempcpy(void *__restrict, const void *__restrict, size_t);
void *memrchr(const void *, int, size_t);
void *rawmemchr(const void *, int);
char *strchrnul(const char *, int);
char *strcasestr(const char *, const char *);
int strverscmp(const char *, const char *);
const char *strerrorname_np(int);
const char *strerrordesc_np(int);
const char *sigabbrev_np(int);
const char *sigdescr_np(int);
#define strndupa(s, n)                            \
    __extension__({                               \
        const char *__s = (s);                    \
        size_t __n = strnlen(__s, n);             \
        char *__copy = __builtin_alloca(__n + 1); \
        __copy[__n] = 0;                          \
        (char *)memcpy(__copy, __s, __n);         \
    })
#define strdupa(s)                                       \
    __extension__({                                      \
        const char *__s = (s);                           \
        size_t __n = strlen(__s) + 1;                    \
        (char *)memcpy(__builtin_alloca(__n), __s, __n); \
    })
#endif

#include <bits/fortify.h>
#if __UMK_FORTIFY
#include <bits/fortify_string.h>
#endif
__END_DECLS

#endif
