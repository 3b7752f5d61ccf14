#ifndef _STDIO_H
#define _STDIO_H

#include <features.h>
#include <bits/types.h>
#include <bits/locale_t.h>
#define __need_size_t
#define __need_NULL
#include <stddef.h>
#define __need___va_list
#include <stdarg.h>

__BEGIN_DECLS
typedef struct __umk_file FILE;
typedef struct {
    __off_t __offset;
    unsigned int __state[2];
} fpos_t;

#define EOF (-1)
#define BUFSIZ 8192
#define FILENAME_MAX 4096
#define FOPEN_MAX 1000
#define TMP_MAX 238328
#define L_tmpnam 32
#define _IOFBF 0
#define _IOLBF 1
#define _IONBF 2
#define SEEK_SET 0
#define SEEK_CUR 1
#define SEEK_END 2
#define _PRINTF_NAN_LEN_MAX 4

extern FILE *const stdin;
extern FILE *const stdout;
extern FILE *const stderr;
#define stdin (stdin)
#define stdout (stdout)
#define stderr (stderr)

FILE *fopen(const char *__restrict, const char *__restrict);
FILE *freopen(const char *__restrict, const char *__restrict, FILE *__restrict);
int fclose(FILE *);
int fflush(FILE *);
void setbuf(FILE *__restrict, char *__restrict);
int setvbuf(FILE *__restrict, char *__restrict, int, size_t);
int remove(const char *);
int rename(const char *, const char *);
FILE *tmpfile(void);
char *tmpnam(char *);

int fprintf(FILE *__restrict, const char *__restrict, ...) __printf_like(2, 3);
int printf(const char *__restrict, ...) __printf_like(1, 2);
int sprintf(char *__restrict, const char *__restrict, ...) __printf_like(2, 3);
int snprintf(char *__restrict, size_t, const char *__restrict, ...) __printf_like(3, 4);
int vfprintf(FILE *__restrict, const char *__restrict, __gnuc_va_list) __printf_like(2, 0);
int vprintf(const char *__restrict, __gnuc_va_list) __printf_like(1, 0);
int vsprintf(char *__restrict, const char *__restrict, __gnuc_va_list) __printf_like(2, 0);
int vsnprintf(char *__restrict, size_t, const char *__restrict, __gnuc_va_list) __printf_like(3, 0);
int fscanf(FILE *__restrict, const char *__restrict, ...) __scanf_like(2, 3);
int scanf(const char *__restrict, ...) __scanf_like(1, 2);
int sscanf(const char *__restrict, const char *__restrict, ...) __scanf_like(2, 3);
int vfscanf(FILE *__restrict, const char *__restrict, __gnuc_va_list) __scanf_like(2, 0);
int vscanf(const char *__restrict, __gnuc_va_list) __scanf_like(1, 0);
int vsscanf(const char *__restrict, const char *__restrict, __gnuc_va_list) __scanf_like(2, 0);

int fgetc(FILE *);
char *fgets(char *__restrict, int, FILE *__restrict);
int fputc(int, FILE *);
int fputs(const char *__restrict, FILE *__restrict);
int getc(FILE *);
int getchar(void);
int putc(int, FILE *);
int putchar(int);
int puts(const char *);
int ungetc(int, FILE *);
size_t fread(void *__restrict, size_t, size_t, FILE *__restrict);
size_t fwrite(const void *__restrict, size_t, size_t, FILE *__restrict);

int fgetpos(FILE *__restrict, fpos_t *__restrict);
int fseek(FILE *, long, int);
int fsetpos(FILE *, const fpos_t *);
long ftell(FILE *);
void rewind(FILE *);
void clearerr(FILE *);
int feof(FILE *);
int ferror(FILE *);
void perror(const char *);

#if __UMK_POSIX
typedef __off_t off_t;
typedef __ssize_t ssize_t;
typedef __gnuc_va_list va_list;
#define L_ctermid 32
#define P_tmpdir "/tmp"
FILE *fdopen(int, const char *);
FILE *fmemopen(void *__restrict, size_t, const char *__restrict);
FILE *open_memstream(char **, size_t *);
FILE *popen(const char *, const char *);
int pclose(FILE *);
int fileno(FILE *);
int fseeko(FILE *, off_t, int);
off_t ftello(FILE *);
int dprintf(int, const char *__restrict, ...) __printf_like(2, 3);
int vdprintf(int, const char *__restrict, __gnuc_va_list) __printf_like(2, 0);
void flockfile(FILE *);
int ftrylockfile(FILE *);
void funlockfile(FILE *);
int getc_unlocked(FILE *);
int getchar_unlocked(void);
int putc_unlocked(int, FILE *);
int putchar_unlocked(int);
ssize_t getdelim(char **__restrict, size_t *__restrict, int, FILE *__restrict);
ssize_t getline(char **__restrict, size_t *__restrict, FILE *__restrict);
#if __UMK_EXT
int renameat2(int, const char *, int, const char *, unsigned);
#endif
int renameat(int, const char *, int, const char *);
char *ctermid(char *);
int asprintf(char **, const char *, ...) __printf_like(2, 3);
int vasprintf(char **, const char *, __gnuc_va_list) __printf_like(2, 0);
#endif
#if __UMK_XSI
char *tempnam(const char *, const char *);
#endif
#if __UMK_EXT
char *fgetln(FILE *, size_t *);
char *fgets_unlocked(char *, int, FILE *);
int fputs_unlocked(const char *, FILE *);
size_t fread_unlocked(void *, size_t, size_t, FILE *);
size_t fwrite_unlocked(const void *, size_t, size_t, FILE *);
int fgetc_unlocked(FILE *);
int fputc_unlocked(int, FILE *);
int fflush_unlocked(FILE *);
int feof_unlocked(FILE *);
int ferror_unlocked(FILE *);
void clearerr_unlocked(FILE *);
int fileno_unlocked(FILE *);
int getw(FILE *);
int putw(int, FILE *);
void setbuffer(FILE *, char *, size_t);
void setlinebuf(FILE *);

typedef __ssize_t cookie_read_function_t(void *, char *, size_t);
typedef __ssize_t cookie_write_function_t(void *, const char *, size_t);
typedef int cookie_seek_function_t(void *, __off_t *, int);
typedef int cookie_close_function_t(void *);
typedef struct {
    cookie_read_function_t *read;
    cookie_write_function_t *write;
    cookie_seek_function_t *seek;
    cookie_close_function_t *close;
} cookie_io_functions_t;
FILE *fopencookie(void *, const char *, cookie_io_functions_t);
#endif

#include <bits/fortify.h>
#if __UMK_FORTIFY
#include <bits/fortify_stdio.h>
#endif
__END_DECLS

#endif
