/*
 * The FUSE peer: a file system with two files and no work to do, on libfuse3's low-level
 * interface with one thread, direct I/O, and the time-outs that libfuse has by default: FUSE at
 * its best.
 *
 *     zero    every read gives zero bytes
 *     data    the blocks of pattern.h, from memory
 */
#define FUSE_USE_VERSION 312
#include "bench/pattern.h"

#include <errno.h>
#include <fuse3/fuse_lowlevel.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { INO_ROOT = FUSE_ROOT_ID, INO_ZERO, INO_DATA };

#define DATA_BYTES ((size_t)BLOCKS * BLOCK_BYTES)
#define TIMEOUT_S 1.0

static unsigned char *data;
static const char zeros[BLOCK_BYTES];

static bool attributes(fuse_ino_t ino, struct stat *st)
{
    *st = (struct stat){.st_ino = ino, .st_nlink = 1, .st_uid = getuid(), .st_gid = getgid()};
    if (ino == INO_ROOT) {
        st->st_mode = S_IFDIR | 0755;
        return true;
    }
    st->st_mode = S_IFREG | 0444;
    st->st_size = ino == INO_DATA ? (off_t)DATA_BYTES : 1;
    return ino == INO_ZERO || ino == INO_DATA;
}

static void nullfs_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct fuse_entry_param e = {.attr_timeout = TIMEOUT_S, .entry_timeout = TIMEOUT_S};

    if (parent == INO_ROOT && strcmp(name, "zero") == 0)
        e.ino = INO_ZERO;
    else if (parent == INO_ROOT && strcmp(name, "data") == 0)
        e.ino = INO_DATA;
    if (e.ino != 0 && attributes(e.ino, &e.attr))
        fuse_reply_entry(req, &e);
    else
        fuse_reply_err(req, ENOENT);
}

static void nullfs_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct stat st;

    (void)fi;
    if (attributes(ino, &st))
        fuse_reply_attr(req, &st, TIMEOUT_S);
    else
        fuse_reply_err(req, ENOENT);
}

static void nullfs_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    (void)ino;
    fi->direct_io = 1;
    fuse_reply_open(req, fi);
}

static void nullfs_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                        struct fuse_file_info *fi)
{
    size_t at = (size_t)off;

    (void)fi;
    if (ino == INO_ZERO) {
        fuse_reply_buf(req, zeros, size < sizeof(zeros) ? size : sizeof(zeros));
        return;
    }
    if (at > DATA_BYTES)
        at = DATA_BYTES;
    fuse_reply_buf(req, (const char *)data + at, size < DATA_BYTES - at ? size : DATA_BYTES - at);
}

static const struct fuse_lowlevel_ops operations = {
    .lookup = nullfs_lookup, .getattr = nullfs_getattr, .open = nullfs_open, .read = nullfs_read};

/* Mounts, says so on stdout, and serves until it is unmounted or gets a signal. */
static int serve(struct fuse_session *session, const char *where)
{
    int status = 1;

    if (fuse_set_signal_handlers(session) != 0)
        return 1;
    if (fuse_session_mount(session, where) == 0) {
        puts("mounted");
        fflush(stdout);
        status = fuse_session_loop(session) < 0;
        fuse_session_unmount(session);
    }
    fuse_remove_signal_handlers(session);
    return status;
}

int main(int argc, char **argv)
{
    struct fuse_args args = FUSE_ARGS_INIT(1, argv);
    struct fuse_session *session;
    int status;

    if (argc != 2) {
        fputs("usage: nullfs DIRECTORY\n", stderr);
        return 2;
    }
    data = malloc(DATA_BYTES);
    if (data == NULL)
        return 1;
    for (uint64_t b = 0; b < BLOCKS; b++)
        block_make(data + b * BLOCK_BYTES, b);
    session = fuse_session_new(&args, &operations, sizeof(operations), NULL);
    if (session == NULL)
        return 1;
    status = serve(session, argv[1]);
    fuse_session_destroy(session);
    free(data);
    return status;
}
