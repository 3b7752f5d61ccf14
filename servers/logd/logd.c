/*
 * logd: the scheme log. Lines that programs write go to the kernel's debug scheme, to a history of
 * the last lines, and to every sink. A write never waits for anybody: the kernel answers at
 * once, sinks are written in the background.
 */
#include "redox/scheme.h"
#include "servers/logd/history.h"
#include "servers/logd/lines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROOT_ID 0u
#define SINK_ID 1u
#define FIRST_ID 2u

/* Open files by id - FIRST_ID; free places are NULL. */
static struct log_file **files;
static size_t nfiles;
static u64 debug_fd;

static struct log_file *file_of(u64 id)
{
    return id >= FIRST_ID && id - FIRST_ID < nfiles ? files[id - FIRST_ID] : NULL;
}

static void emit(const char *line, size_t len)
{
    redox_write_v1(debug_fd, (const u8 *)line, len);
    history_add(line, len);
}

static i64 new_place(void)
{
    for (size_t i = 0; i < nfiles; i++) {
        if (!files[i])
            return (i64)i;
    }
    size_t n = nfiles ? nfiles * 2 : 16;
    struct log_file **all = realloc(files, n * sizeof *all);
    if (!all)
        return -ENOMEM;
    memset(all + nfiles, 0, (n - nfiles) * sizeof *all);
    i64 place = (i64)nfiles;
    files = all;
    nfiles = n;
    return place;
}

static i64 log_openat(struct scheme_ctx *c, u64 dir, const char *path, size_t len, u32 flags,
                      u32 fcntl_flags, struct open_result *out)
{
    (void)c, (void)flags, (void)fcntl_flags;
    if (dir != ROOT_ID)
        return -EACCES;
    if (len == 8 && memcmp(path, "add_sink", 8) == 0) {
        out->id = SINK_ID;
        return 0;
    }
    i64 place = new_place();
    if (place < 0)
        return place;
    struct log_file *f = malloc(sizeof *f);
    if (!f || log_file_init(f, path, len) < 0) {
        free(f);
        return -ENOMEM;
    }
    files[place] = f;
    out->id = (u64)place + FIRST_ID;
    return 0;
}

static i64 log_read(struct scheme_ctx *c, u64 id, void *buf, size_t len, u64 offset)
{
    (void)c, (void)buf, (void)len, (void)offset;
    return file_of(id) ? 0 : -EBADF;
}

static i64 log_write(struct scheme_ctx *c, u64 id, const void *buf, size_t len, u64 offset)
{
    (void)offset;
    struct log_file *f = file_of(id);
    if (!f)
        return -EBADF;
    i64 result = log_file_write(f, c->pid, buf, len, emit);
    return result < 0 ? result : (i64)len;
}

static i64 log_fsync(struct scheme_ctx *c, u64 id)
{
    (void)c, (void)id;
    return 0;
}

static i64 log_fpath(struct scheme_ctx *c, u64 id, char *buf, size_t len)
{
    (void)c;
    const struct log_file *f = file_of(id);
    const char *rest = f ? f->context : id == SINK_ID ? "add_sink" : "";
    char path[RX_PATH_MAX + 16];
    int n = snprintf(path, sizeof path, "/scheme/log/%s", rest);
    if (n < 0 || (size_t)n > len || (size_t)n >= sizeof path)
        return -ERANGE;
    memcpy(buf, path, (size_t)n);
    return n;
}

static i64 log_fstat(struct scheme_ctx *c, u64 id, struct rx_stat *st)
{
    (void)c;
    *st = (struct rx_stat){.ino = id + 1, .mode = MODE_CHR | 0666, .nlink = 1, .blksize = 4096};
    return 0;
}

static i64 log_on_sendfd(struct scheme_ctx *c, u64 id, size_t n, u64 meta)
{
    (void)meta;
    if (id != SINK_ID)
        return -EBADF;
    if (n != 1)
        return -EINVAL;
    if (c->uid != 0)
        return -EPERM;
    u64 fd;
    i64 result = scheme_obtain_fds(c, &fd, 1);
    if (result < 0)
        return result;
    result = history_add_sink(fd);
    if (result < 0)
        redox_close_v1(fd);
    return result;
}

static void log_on_close(struct scheme *s, u64 id)
{
    (void)s;
    struct log_file *f = file_of(id);
    if (!f)
        return;
    files[id - FIRST_ID] = NULL;
    log_file_close(f, emit);
    free(f);
}

static const struct scheme_ops ops = {
    .openat = log_openat,
    .read = log_read,
    .write = log_write,
    .fsync = log_fsync,
    .fpath = log_fpath,
    .fstat = log_fstat,
    .on_sendfd = log_on_sendfd,
    .on_close = log_on_close,
};

static i64 open_path(const char *path, u32 flags)
{
    return (i64)redox_open_v1((const u8 *)path, strlen(path), flags | RX_O_CLOEXEC, 0);
}

/* What the kernel has said so far goes into the history; it is on the debug scheme already. */
static void copy_kernel_log(void)
{
    i64 fd = open_path("/scheme/sys/log", RX_O_RDONLY);
    struct log_file kernel;
    if (fd < 0 || log_file_init(&kernel, "kernel", 6) < 0)
        return;
    char *buf = malloc(32768);
    i64 n;
    while (buf && (n = (i64)redox_read_v1((size_t)fd, (u8 *)buf, 32768)) > 0)
        log_file_write(&kernel, 0, buf, (size_t)n, history_add);
    free(buf);
    log_file_close(&kernel, history_add);
    redox_close_v1((size_t)fd);
}

int main(void)
{
    struct scheme *scheme;
    i64 fd = open_path("/scheme/debug", RX_O_WRONLY);
    if (fd < 0)
        rx_panic("logd: cannot open /scheme/debug");
    debug_fd = (u64)fd;
    copy_kernel_log();
    i64 result = scheme_create(&ops, NULL, ROOT_ID, &scheme);
    if (result >= 0)
        result = scheme_publish(scheme, "log");
    if (result < 0)
        rx_panic("logd: cannot make the scheme");
    redox_setrens_v1(0, 0);
    scheme_run();
}
