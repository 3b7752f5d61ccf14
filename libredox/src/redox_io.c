/*
 * Reading, writing and seeking. A call goes over the file's channel when it has
 * one, else through the kernel, in pieces of at most IO_CHUNK; it ends with the first
 * piece that comes back short. What was moved before an error counts as success.
 *
 * Whoever reads gets what is there: only the first piece of a read waits. A write waits for
 * every piece.
 */
#include "upper.h"

/* The first piece of a read: waits if the file is one to wait for. */
static i64 read_first(u64 fd, u8 *buf, size_t len, u64 offset)
{
    i64 r = chan_call(fd, OP_READ, GATE_ARGS(0, 0, len, offset, FLAGS_OF_FILE), NULL, buf, len);
    if (r != -ENOTCONN)
        return r;
    const struct gate_buf out = {.out = buf, .out_len = len};
    if (offset == OFFSET_CURRENT)
        return gate_call(SYS_READ, GATE_ARGS(fd, len), &out, NULL);
    return gate_call(SYS_READ2, GATE_ARGS(fd, len, offset, FLAGS_OF_FILE), &out, NULL);
}

/* A further piece: what is there, without waiting. Through the kernel there are none; the read
 * ends short. */
static i64 read_more(u64 fd, u8 *buf, size_t len, u64 offset)
{
    return chan_call(fd, OP_READ, GATE_ARGS(0, 0, len, offset, RX_O_NONBLOCK), NULL, buf, len);
}

static i64 write_piece(u64 fd, const u8 *buf, size_t len, u64 offset)
{
    i64 r = chan_call(fd, OP_WRITE, GATE_ARGS(0, 0, len, offset, FLAGS_OF_FILE), buf, NULL, len);
    if (r != -ENOTCONN)
        return r;
    const struct gate_buf in = {.in = buf, .in_len = len};
    if (offset == OFFSET_CURRENT)
        return gate_call(SYS_WRITE, GATE_ARGS(fd, len), &in, NULL);
    return gate_call(SYS_WRITE2, GATE_ARGS(fd, len, offset, FLAGS_OF_FILE), &in, NULL);
}

static u64 advance(u64 offset, size_t by)
{
    return offset == OFFSET_CURRENT ? offset : offset + by;
}

static i64 read_all(u64 fd, u8 *buf, size_t len, u64 offset)
{
    size_t done = 0;
    do {
        size_t piece = len - done < IO_CHUNK ? len - done : IO_CHUNK;
        i64 r = done == 0 ? read_first(fd, buf, piece, offset)
                          : read_more(fd, buf + done, piece, advance(offset, done));
        if (r < 0)
            return done > 0 ? (i64)done : r;
        done += (size_t)r;
        if ((size_t)r < piece)
            break;
    } while (done < len);
    return (i64)done;
}

static i64 write_all(u64 fd, const u8 *buf, size_t len, u64 offset)
{
    size_t done = 0;
    do {
        size_t piece = len - done < IO_CHUNK ? len - done : IO_CHUNK;
        i64 r = write_piece(fd, buf + done, piece, advance(offset, done));
        if (r < 0)
            return done > 0 ? (i64)done : r;
        done += (size_t)r;
        if ((size_t)r < piece)
            break;
    } while (done < len);
    return (i64)done;
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
