/* The FUSE side of a mounted RedoxFS: inode numbers are node ids. */
#ifndef HOSTTOOLS_FUSE_MOUNT_H
#define HOSTTOOLS_FUSE_MOUNT_H

#define FUSE_USE_VERSION 314

#include "hosttools/common/image.h"

#include <fuse3/fuse_lowlevel.h>

extern const struct fuse_lowlevel_ops mount_operations;

/* ---- known.c: which nodes the kernel knows, and how many times over ---- */

void known_add(uint32_t id);
/* Nodes that lose their last name while the kernel knows them must stay until it forgets: called
 * before a name goes. */
void known_keep(struct rfs *fs, uint32_t id);
void known_forget(struct rfs *fs, uint32_t id, uint64_t times);

/* ---- nodes.c ---- */

struct rfs *mount_of(fuse_req_t req);
int fill_stat(struct rfs *fs, uint32_t id, struct stat *st);
int fill_entry(struct rfs *fs, uint32_t id, struct fuse_entry_param *e);
/* Answers with an entry that the kernel from now on knows, or with an error. */
void reply_node(fuse_req_t req, int err, uint32_t id);

void op_init(void *data, struct fuse_conn_info *conn);
void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t times);
void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
                struct fuse_file_info *fi);
void op_readlink(fuse_req_t req, fuse_ino_t ino);
void op_statfs(fuse_req_t req, fuse_ino_t ino);

/* ---- names.c ---- */

void op_mknod(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t dev);
void op_mkdir(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode);
void op_create(fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
               struct fuse_file_info *fi);
void op_symlink(fuse_req_t req, const char *target, fuse_ino_t parent, const char *name);
void op_link(fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name);
void op_unlink(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_rmdir(fuse_req_t req, fuse_ino_t parent, const char *name);
void op_rename(fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
               const char *new_name, unsigned flags);
void op_readdir(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_readdirplus(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off,
                    struct fuse_file_info *fi);

/* ---- content.c ---- */

void op_open(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi);
void op_read(fuse_req_t req, fuse_ino_t ino, size_t size, off_t off, struct fuse_file_info *fi);
void op_write_buf(fuse_req_t req, fuse_ino_t ino, struct fuse_bufvec *in, off_t off,
                  struct fuse_file_info *fi);
void op_fsync(fuse_req_t req, fuse_ino_t ino, int data_only, struct fuse_file_info *fi);
void op_fallocate(fuse_req_t req, fuse_ino_t ino, int mode, off_t off, off_t len,
                  struct fuse_file_info *fi);

#endif
