/* The three standard streams. */
#include "shim/src/internal/stdio.h"

static u8 in_buffer[UNGET_MAX + STREAM_BUFFER], out_buffer[UNGET_MAX + STREAM_BUFFER],
    err_buffer[UNGET_MAX];

static FILE in = {
    .flags = F_READ | F_STATIC,
    .fd = 0,
    .buf = in_buffer + UNGET_MAX,
    .buf_size = STREAM_BUFFER,
    .ops = &__umk_fd_ops,
};
static FILE out = {
    .flags = F_WRITE | F_STATIC | F_ASK_TTY,
    .fd = 1,
    .buf = out_buffer + UNGET_MAX,
    .buf_size = STREAM_BUFFER,
    .ops = &__umk_fd_ops,
};
static FILE err = {
    .flags = F_WRITE | F_STATIC | F_UNBUFFERED,
    .fd = 2,
    .buf = err_buffer + UNGET_MAX,
    .buf_size = 0,
    .ops = &__umk_fd_ops,
};

#undef stdin
#undef stdout
#undef stderr
FILE *const stdin = &in;
FILE *const stdout = &out;
FILE *const stderr = &err;
