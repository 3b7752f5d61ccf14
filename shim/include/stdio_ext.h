#ifndef _STDIO_EXT_H
#define _STDIO_EXT_H

#include <stdio.h>

#define FSETLOCKING_QUERY 0
#define FSETLOCKING_INTERNAL 1
#define FSETLOCKING_BYCALLER 2

__BEGIN_DECLS
/* Bytes written and not yet flushed. */
size_t __fpending(FILE *);
size_t __fbufsize(FILE *);
int __freading(FILE *);
int __fwriting(FILE *);
int __freadable(FILE *);
int __fwritable(FILE *);
int __flbf(FILE *);
void __fpurge(FILE *);
void _flushlbf(void);
int __fsetlocking(FILE *, int);
/* Sets the stream's error flag. */
void __fseterr(FILE *);
/* Bytes read ahead; where they lie (NULL: none), with their count; and taking some of them. */
size_t __freadahead(FILE *);
const char *__freadptr(FILE *, size_t *);
void __freadptrinc(FILE *, size_t);
__END_DECLS

#endif
