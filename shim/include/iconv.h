/* Conversion between character sets: those of iconv/charsets.c. //IGNORE and //TRANSLIT are known.
 */
#ifndef _ICONV_H
#define _ICONV_H

#include <features.h>
#define __need_size_t
#include <stddef.h>

typedef struct __umk_iconv *iconv_t;

__BEGIN_DECLS
size_t iconv(iconv_t, char **__restrict, size_t *__restrict, char **__restrict, size_t *__restrict);
int iconv_close(iconv_t);
iconv_t iconv_open(const char *, const char *);
__END_DECLS

#endif
