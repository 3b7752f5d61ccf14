/*
 * The text of one file in a pager, line by line, read no further than was asked for. A regular file
 * is read where it is needed; what comes from a pipe is kept. The last line may still grow.
 */
#ifndef COMMON_PAGER_TEXT_H
#define COMMON_PAGER_TEXT_H

#include "../io.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct pager_text {
    int fd; /* below 0: all there is is in `kept` */
    bool regular;
    struct bytes kept;
    off_t *starts; /* where each line begins, lines[0..count) */
    size_t count, cap;
    off_t scanned; /* up to here line ends were looked for */
    bool open;     /* the last line has no end yet */
    bool ended;    /* nothing more was there when last looked */
    int error;     /* errno of reading, which ends the text */
    char *block;   /* of a regular file: [block_at, block_at + block_len) */
    off_t block_at;
    size_t block_len, block_cap;
    bool (*wait)(int fd); /* before a read that may block: false: do not */
};

/* Takes the descriptor, which text_close closes. */
void text_open(struct pager_text *t, int fd, bool (*wait)(int fd));
/* A text that lies in memory; it is copied. */
void text_open_memory(struct pager_text *t, const char *data, size_t len);
void text_close(struct pager_text *t);

/* Reads on until line n (from 0) is there as a whole; false: it is not there (yet). */
bool text_has(struct pager_text *t, size_t n);
/* Reads on to the end; false when it was kept from it. `stop` is asked now and then. */
bool text_read_all(struct pager_text *t, bool (*stop)(void));
/* Looks for more behind what was the end. */
void text_again(struct pager_text *t);

/* A line without its end, valid until the next call. It must be there. */
const char *text_line(struct pager_text *t, size_t n, size_t *len);
/* Bytes before line n; n may be the number of lines. */
off_t text_offset(const struct pager_text *t, size_t n);
/* The size in bytes, or -1 when it is not known. */
off_t text_size(const struct pager_text *t);

#endif
