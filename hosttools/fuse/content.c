/* FUSE requests about files' content, and the table of all requests. */
#include "hosttools/fuse/mount.h"

#include <errno.h>
#include <linux/falloc.h>
#include <stdlib.h>

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    (void)ino;
    /* Nobody changes files behind the kernel's back. */
    fi->keep_cache = 1;
    fuse_reply_open(req, fi);
}

static void op_opendir(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    (void)ino;
    fi->keep_cache = 1;
    fi->cache_readdir = 1;
    fuse_reply_open(req, fi);
}

void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi)
{
    static char *buf;
    static size_t room;
    int64_t n;

    (void)fi;
    if (size > room) {
        free(buf);
        buf = malloc(size);
        room = buf ? size : 0;
    }
    if (!buf) {
        fuse_reply_err(req, ENOMEM);
        return;
    }
    n = rfs_read(mount_of(req), (uint32_t)ino, (uint64_t)off, buf, size);
    if (n < 0)
        fuse_reply_err(req, (int)-n);
    else
        fuse_reply_buf(req, buf, (size_t)n);
}

void op_write_buf(fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *in, off_t off,
                  struct fuse_file_info *fi)
{
    size_t size = fuse_buf_size(in);
    struct fuse_bufvec out = FUSE_BUFVEC_INIT(size);
    bool plain = in->count == 1 && !(in->buf[0].flags & FUSE_BUF_IS_FD);
    void *mem = plain ? (char *)in->buf[0].mem + in->off : malloc(size);
    int64_t n = mem ? 0 : -ENOMEM;

    (void)fi;
    if (!n && !plain) {
        out.buf[0].mem = mem;
        n = fuse_buf_copy(&out, in, 0);
        size = n > 0 ? (size_t)n : 0;
    }
    if (n >= 0)
        n = rfs_write(mount_of(req), (uint32_t)ino, (uint64_t)off, mem, size);
    if (n < 0)
        fuse_reply_err(req, (int)-n);
    else
        fuse_reply_write(req, (size_t)n);
    if (!plain)
        free(mem);
}

void op_fsync(fuse_req_t req, fuse_ino_t ino, int data_only, struct fuse_file_info *fi)
{
    (void)ino, (void)data_only, (void)fi;
    fuse_reply_err(req, -rfs_sync(mount_of(req)));
}

void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t off, off_t len,
                  struct fuse_file_info *fi)
{
    int err = -EOPNOTSUPP;

    (void)fi;
    /* Space cannot be set aside: blocks are never written where they were. */
    if (mode == (FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE))
        err = rfs_punch(mount_of(req), (uint32_t)ino, (uint64_t)off, (uint64_t)len);
    fuse_reply_err(req, -err);
}

const struct fuse_lowlevel_ops mount_operations = {
    .init = op_init,
    .lookup = op_lookup,
    .forget = op_forget,
    .getattr = op_getattr,
    .setattr = op_setattr,
    .readlink = op_readlink,
    .mknod = op_mknod,
    .mkdir = op_mkdir,
    .unlink = op_unlink,
    .rmdir = op_rmdir,
    .symlink = op_symlink,
    .rename = op_rename,
    .link = op_link,
    .open = op_open,
    .read = op_read,
    .write_buf = op_write_buf,
    .fsync = op_fsync,
    .opendir = op_opendir,
    .readdir = op_readdir,
    .readdirplus = op_readdirplus,
    .fsyncdir = op_fsync,
    .statfs = op_statfs,
    .create = op_create,
    .fallocate = op_fallocate,
};
