/*
 * Streams. A stream is idle, reading (rpos..rend hold bytes read ahead) or writing
 * (wpos..wend is room in the buffer, wbase..wpos waits to be written). Only one of the
 * two pointer pairs is set at a time; switching drops read-ahead, or writes what waits.
 * All fields but the list's belong to the holder of the stream's lock.
 */
#ifndef SHIM_INTERNAL_STDIO_H
#define SHIM_INTERNAL_STDIO_H

#include <stdio.h>
#include <wchar.h>
#include "shim/src/internal/lock.h"

#define UNGET_MAX 8 /* bytes before the buffer, for ungetc */
#define STREAM_BUFFER 8192

#define F_READ 1u  /* may be read */
#define F_WRITE 2u /* may be written */
#define F_APPEND 4u
#define F_EOF 8u
#define F_ERROR 16u
#define F_LINE 32u /* flush at newlines */
#define F_UNBUFFERED 64u
#define F_STATIC 256u /* the FILE is not from malloc */
#define F_CALLER_LOCKS 512u
#define F_ASK_TTY 1024u /* line-buffered if the first write finds a terminal */
#define F_UTF8 2048u    /* wide characters are UTF-8 here whatever the locale is */

struct stream_ops {
    /* Up to len bytes, 0 at the end, or a negative errno. */
    i64 (*read)(FILE *f, void *buf, size_t len);
    /* Bytes taken, at least 1, or a negative errno. */
    i64 (*write)(FILE *f, const void *buf, size_t len);
    i64 (*seek)(FILE *f, i64 offset, int whence);
    i64 (*close)(FILE *f);
};

struct __umk_file {
    u32 flags;
    int fd; /* -1 when there is none */
    u8 *rpos, *rend;
    u8 *wpos, *wend, *wbase;
    u8 *buf;
    size_t buf_size;
    const struct stream_ops *ops;
    void *cookie;
    /* lock */
    struct umk_thread *owner;
    u32 lock;
    u32 depth;
    /* list of all open streams, under its own lock */
    FILE *next, *prev;
    int orientation; /* fwide */
    mbstate_t wide_state;
    int child;  /* popen: pid, otherwise 0 */
    char *line; /* fgetln's */
    size_t line_size;
};

void __umk_file_lock_slow(FILE *f) __umk_hidden;

static inline void __umk_file_lock(FILE *f)
{
    if (f->flags & F_CALLER_LOCKS)
        return;
    if (f->owner == __umk_self()) {
        f->depth++;
        return;
    }
    __umk_lock(&f->lock);
    f->owner = __umk_self();
    f->depth = 1;
}

static inline void __umk_file_unlock(FILE *f)
{
    if (f->flags & F_CALLER_LOCKS)
        return;
    if (--f->depth == 0) {
        f->owner = NULL;
        __umk_unlock(&f->lock);
    }
}

extern const struct stream_ops __umk_fd_ops __umk_hidden;

/* Everything below wants the lock held. */
/* Fills the read buffer. Result: the next byte, taken, or EOF with the flag set. */
int __umk_underflow(FILE *f) __umk_hidden;
/* Makes room and puts one byte; EOF and errno on failure. */
int __umk_overflow(FILE *f, int c) __umk_hidden;
/* Ready to write: drops read-ahead. 0, or EOF with errno. */
int __umk_to_write(FILE *f) __umk_hidden;
int __umk_to_read(FILE *f) __umk_hidden;
/* Writes len bytes by the rules of the stream's buffering. Result: bytes taken. */
size_t __umk_fwrite(const void *data, size_t len, FILE *f) __umk_hidden;
size_t __umk_fread(void *data, size_t len, FILE *f) __umk_hidden;
/* Writes out what waits. 0 or EOF. */
int __umk_flush(FILE *f) __umk_hidden;
int __umk_fseek(FILE *f, i64 offset, int whence) __umk_hidden;
i64 __umk_ftell(FILE *f) __umk_hidden;

static inline int __umk_getc(FILE *f)
{
    return f->rpos != f->rend ? *f->rpos++ : __umk_underflow(f);
}

static inline int __umk_putc(int c, FILE *f)
{
    if (f->wpos != f->wend && !((f->flags & F_LINE) && c == '\n'))
        return *f->wpos++ = (u8)c;
    return __umk_overflow(f, c);
}

/* Open streams: the list is complete but for the three standard ones. */
void __umk_file_link(FILE *f) __umk_hidden;
void __umk_file_unlink(FILE *f) __umk_hidden;
FILE *__umk_files_lock(void) __umk_hidden;
void __umk_files_unlock(void) __umk_hidden;

/* A new stream with buffer, not linked; NULL and errno. */
FILE *__umk_file_new(u32 flags, int fd, const struct stream_ops *ops, void *cookie) __umk_hidden;
void __umk_file_free(FILE *f) __umk_hidden;
/* fopen's mode: open flags for *open_flags, stream flags as result; 0 and EINVAL. */
u32 __umk_parse_mode(const char *mode, int *open_flags) __umk_hidden;

#endif
