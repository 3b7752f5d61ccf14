/* Reading and writing files the way the utilities need it. */
#ifndef COMMON_IO_H
#define COMMON_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

/* One transfer. A power of two, large enough that the cost of a request does not show. */
#define IO_BLOCK (128 * 1024)

/* Writes all; 0, or -1 with errno. */
int write_all(int fd, const void *data, size_t len);

/* read, repeated when a signal interrupts it. */
ssize_t read_some(int fd, void *data, size_t len);

/* Opens an operand for reading; "-" is standard input. Complains and returns -1 on failure. */
int open_operand(const char *name);
/* The same without a word. */
int open_quietly(const char *name);
void close_operand(int fd);

/* The same for a stdio stream; null on failure. */
FILE *fopen_operand(const char *name);
void fclose_operand(FILE *f);

/*
 * Does something with each operand, with standard input when there is none. The exit status: 1 when
 * one could not be opened or read, which is complained about.
 */
int read_operands(char **names, int count, void (*work)(FILE *f));

/* Copies fd to fd up to the end; 0, -1 (read failed) or -2 (write failed), with errno. */
int copy_fd(int from, int to);

/* A growing block of bytes; release with free(data). */
struct bytes {
    char *data;
    size_t len;
    size_t cap;
};

/* Makes room for `need` bytes in all. */
void bytes_reserve(struct bytes *b, size_t need);
void bytes_add(struct bytes *b, const void *data, size_t len);
void bytes_put(struct bytes *b, char c);

/* Output in big pieces. Starts as {.fd = ...}. */
struct writer {
    int fd;
    char *data;
    size_t len;
    int error; /* errno of the first write that failed; what comes after is dropped */
};

void writer_add(struct writer *w, const void *data, size_t len);
void writer_put(struct writer *w, char c);
/* Writes the rest and releases the memory; false, with errno, when anything was lost. */
bool writer_end(struct writer *w);

/* Input, record by record, without a copy. Starts as {.fd = ...}; release with free(data). */
struct reader {
    int fd;
    char *data;
    size_t at, len, cap;
    int error; /* errno when reading failed: it looks like the end */
};

/* The next record without its end, valid until the next call; null at the end. */
char *reader_next(struct reader *r, char delim, size_t *len);

/* Everything up to the end of f. Returns false, with errno, when reading fails. */
bool read_everything(int fd, struct bytes *out);

/* One record up to and with `delim` (the last may lack it). False at the end. */
bool read_record(FILE *f, struct bytes *out, int delim);
/* One line as text: without its newline, with a NUL behind it. False at the end. */
bool read_text_line(FILE *f, struct bytes *out);

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size); /* zeroed */
void *xrealloc(void *old, size_t size);
char *xstrdup(const char *s);
/* Grows an array of `size`-byte elements so that index *cap - 1 >= need - 1. */
void *xgrow(void *old, size_t *cap, size_t need, size_t size);

#endif
