/*
 * Reading, writing and seeking. A call goes over the file's channel when it has
 * one, else through the kernel, which takes at most IO_CHUNK bytes at a time. What was moved
 * before an error counts as success.
 *
 * A read of a file without a position (a pipe, a socket, a terminal) is one piece: whoever
 * reads gets what is there, and must not wait for more. Files with a position do not wait, so
 * a read of those goes on until a piece comes back short. A write goes on until all is written
 * or nothing more can be.
 */
#include "upper.h"

static size_t kernel_piece(size_t len)
{
    return len < IO_CHUNK ? len : IO_CHUNK;
}

/* The kernel did nothing and named the ring that the pipe has now. */
static bool sent_on(u64 fd, i64 result, const u64 ret[4])
{
    if (result != -ENOTCONN || !pipe_is_binding(ret[0]))
        return false;
    chan_note(fd, ret[0]);
    return true;
}

static i64 read_some(u64 fd, u8 *buf, size_t len, u64 offset)
{
    u64 ret[4];
    i64 r = chan_call(fd, OP_READ, GATE_ARGS(0, 0, len, offset, FLAGS_OF_FILE), NULL, buf, len);
    if (r != -ENOTCONN)
        return r;
    size_t piece = kernel_piece(len);
    const struct gate_buf out = {.out = buf, .out_len = piece};
    if (offset == OFFSET_CURRENT) {
        r = gate_call(SYS_READ, GATE_ARGS(fd, piece), &out, ret);
        return sent_on(fd, r, ret) ? read_some(fd, buf, len, offset) : r;
    }
    len = piece;
    return gate_call(SYS_READ2, GATE_ARGS(fd, len, offset, FLAGS_OF_FILE), &out, NULL);
}

static i64 write_some(u64 fd, const u8 *buf, size_t len, u64 offset)
{
    u64 ret[4];
    i64 r = chan_call(fd, OP_WRITE, GATE_ARGS(0, 0, len, offset, FLAGS_OF_FILE), buf, NULL, len);
    if (r != -ENOTCONN)
        return r;
    size_t piece = kernel_piece(len);
    const struct gate_buf in = {.in = buf, .in_len = piece};
    if (offset == OFFSET_CURRENT) {
        r = gate_call(SYS_WRITE, GATE_ARGS(fd, piece), &in, ret);
        return sent_on(fd, r, ret) ? write_some(fd, buf, len, offset) : r;
    }
    len = piece;
    return gate_call(SYS_WRITE2, GATE_ARGS(fd, len, offset, FLAGS_OF_FILE), &in, NULL);
}

static u64 advance(u64 offset, size_t by)
{
    return offset == OFFSET_CURRENT ? offset : offset + by;
}

static i64 read_all(u64 fd, u8 *buf, size_t len, u64 offset)
{
    bool positioned = offset != OFFSET_CURRENT;
    size_t done = 0;
    for (;;) {
        i64 r = read_some(fd, buf + done, len - done, advance(offset, done));
        if (r < 0)
            return done > 0 ? (i64)done : r;
        done += (size_t)r;
        if (done >= len || r == 0 || r % IO_CHUNK != 0)
            return (i64)done;
        if (!positioned && rx_lseek(fd, 0, RX_SEEK_CUR) < 0)
            return (i64)done;
        positioned = true;
    }
}

static i64 write_all(u64 fd, const u8 *buf, size_t len, u64 offset)
{
    size_t done = 0;
    for (;;) {
        i64 r = write_some(fd, buf + done, len - done, advance(offset, done));
        if (r < 0)
            return done > 0 ? (i64)done : r;
        done += (size_t)r;
        if (done >= len || r == 0)
            return (i64)done;
    }
}

size_t redox_read_v1(size_t fd, u8 *buf, size_t len)
{
    return (size_t)read_all(fd, buf, len, OFFSET_CURRENT);
}

size_t redox_write_v1(size_t fd, const u8 *buf, size_t len)
{
    return (size_t)write_all(fd, buf, len, OFFSET_CURRENT);
}

i64 rx_pread(u64 fd, void *buf, size_t len, u64 offset)
{
    return offset > INT64_MAX ? -EINVAL : read_all(fd, buf, len, offset);
}

i64 rx_pwrite(u64 fd, const void *buf, size_t len, u64 offset)
{
    return offset > INT64_MAX ? -EINVAL : write_all(fd, buf, len, offset);
}

i64 rx_lseek(u64 fd, i64 offset, int whence)
{
    if (whence < RX_SEEK_SET || whence > RX_SEEK_END)
        return -EINVAL;
    i64 r = chan_call(fd, OP_LSEEK, GATE_ARGS(0, (u64)offset, (u64)whence), NULL, NULL, 0);
    if (r != -ENOTCONN)
        return r;
    return gate_call(SYS_LSEEK, GATE_ARGS(fd, (u64)offset, (u64)whence), NULL, NULL);
}
