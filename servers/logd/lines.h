/*
 * Turns what programs write, in any pieces, into whole lines: one buffer per writer, where a
 * writer is an open file and a process. Knows nothing of where the lines go.
 */
#ifndef LOGD_LINES_H
#define LOGD_LINES_H

#include "umk/abi/types.h"

#define LINE_MAX_LEN 2048u /* longer lines are cut into several */
#define WRITERS_MAX 64u    /* per open file; the oldest one's line is ended early */

typedef void line_sink(const char *line, size_t len); /* with its newline */

struct writer;
struct log_file {
    char *context; /* prefix of each line, "" for none */
    struct writer *writers;
    unsigned nwriters;
};

/* context is copied. -ENOMEM. */
i64 log_file_init(struct log_file *f, const char *context, size_t len);
/* Takes bytes of a process; each line that is complete goes to sink. Result: 0 or -ENOMEM. */
i64 log_file_write(struct log_file *f, u32 pid, const char *data, size_t len, line_sink *sink);
/* Ends unfinished lines and frees what f holds. */
void log_file_close(struct log_file *f, line_sink *sink);

#endif
