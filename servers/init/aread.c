/* Asynchronous reading of whole files and listing of directories; see aopen.h. */
#include "servers/init/aopen.h"
#include "redox/scheme.h"

#include <stdlib.h>
#include <string.h>

#define READ_SIZE 16384u
#define LIST_SIZE 8192u

struct read_op {
    aread_done *done;
    void *arg;
    u64 fd;
    char *text;
    size_t len;
};

static void read_finish(struct read_op *op, i64 result)
{
    redox_close_v1(op->fd);
    op->done(op->arg,
             result < 0 ? NULL
             : op->text ? op->text
                        : "",
             result < 0 ? result : (i64)op->len);
    free(op->text);
    free(op);
}

static i64 add_text(struct read_op *op, const void *data, size_t n)
{
    if (op->len + n > FILE_SIZE_MAX)
        return -EFBIG;
    char *text = realloc(op->text, op->len + n);
    if (!text)
        return -ENOMEM;
    memcpy(text + op->len, data, n);
    op->text = text;
    op->len += n;
    return 0;
}

static void read_part(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)ret;
    struct read_op *op = arg;
    if (result > 0) {
        result = add_text(op, data, (size_t)result);
        if (result == 0)
            result = rx_async_read(op->fd, READ_SIZE, read_part, op);
        if (result >= 0)
            return;
    }
    read_finish(op, result);
}

static void read_opened(void *arg, i64 fd)
{
    struct read_op *op = arg;
    if (fd < 0) {
        op->done(op->arg, NULL, fd);
        free(op);
        return;
    }
    op->fd = (u64)fd;
    i64 result = rx_async_read(op->fd, READ_SIZE, read_part, op);
    if (result < 0)
        read_finish(op, result);
}

void aread_file(const char *path, aread_done *done, void *arg)
{
    struct read_op *op = calloc(1, sizeof *op);
    if (!op) {
        done(arg, NULL, -ENOMEM);
        return;
    }
    op->done = done;
    op->arg = arg;
    aopen(path, RX_O_RDONLY, 0, read_opened, op);
}

struct list_op {
    alist_done *done;
    void *arg;
    u64 fd;
    u64 next; /* where the next answer begins */
    struct words names;
};

static void list_finish(struct list_op *op, i64 result)
{
    struct words names = op->names;
    redox_close_v1(op->fd);
    if (result < 0)
        words_clear(&names);
    words_sort(&names);
    alist_done *done = op->done;
    void *arg = op->arg;
    free(op);
    done(arg, result, names);
}

/* Takes the names out of one answer. */
static i64 add_names(struct list_op *op, const u8 *list, size_t len)
{
    for (size_t at = 0; len - at > RX_DIRENT_HEADER;) {
        struct rx_dirent e;
        memcpy(&e, list + at, RX_DIRENT_HEADER);
        if (e.reclen <= RX_DIRENT_HEADER || e.reclen > len - at)
            return -EIO;
        const char *name = (const char *)list + at + RX_DIRENT_HEADER;
        size_t name_len = strnlen(name, e.reclen - RX_DIRENT_HEADER);
        if (!words_add_span(&op->names, name, name_len))
            return -ENOMEM;
        op->next = e.next;
        at += e.reclen;
    }
    return 0;
}

static void listed(void *arg, i64 result, const void *data, const u64 ret[4]);

static i64 list_more(struct list_op *op)
{
    const u64 args[6] = {op->fd,       LIST_SIZE, CALL_READ | CALL_STD_FS | CALL_META_MAX,
                         STD_GETDENTS, op->next,  RX_DIRENT_HEADER};
    return rx_async_call(SYS_CALL, args, NULL, 0, LIST_SIZE, listed, op);
}

static void listed(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)ret;
    struct list_op *op = arg;
    if (result > 0) {
        result = add_names(op, data, (size_t)result);
        if (result == 0)
            result = list_more(op);
        if (result >= 0)
            return;
    }
    list_finish(op, result);
}

static void list_opened(void *arg, i64 fd)
{
    struct list_op *op = arg;
    if (fd < 0) {
        alist_done *done = op->done;
        void *done_arg = op->arg;
        free(op);
        done(done_arg, fd, (struct words){0});
        return;
    }
    op->fd = (u64)fd;
    i64 result = list_more(op);
    if (result < 0)
        list_finish(op, result);
}

void alist_dir(const char *path, alist_done *done, void *arg)
{
    struct list_op *op = calloc(1, sizeof *op);
    if (!op) {
        done(arg, -ENOMEM, (struct words){0});
        return;
    }
    op->done = done;
    op->arg = arg;
    aopen(path, RX_O_RDONLY | RX_O_DIRECTORY, 0, list_opened, op);
}
