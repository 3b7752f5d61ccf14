/* FUSE requests about single nodes: finding them, their attributes. */
#include "hosttools/fuse/mount.h"

#include <errno.h>
#include <linux/fs.h>
#include <string.h>
#include <sys/statvfs.h>
#include <time.h>

#define FOREVER 86400.0 /* seconds: nobody but this mount changes anything */

struct rfs *mount_of(fuse_req_t req)
{
    return fuse_req_userdata(req);
}

static struct timespec to_host(struct rfs_time t)
{
    return (struct timespec){(time_t)t.sec, t.nsec};
}

int fill_stat(struct rfs *fs, uint32_t id, struct stat *st)
{
    struct rfs_stat s;
    int err = rfs_stat(fs, id, &s);

    if (err)
        return err;
    *st = (struct stat){.st_ino = id,
                        .st_mode = s.mode,
                        .st_nlink = s.links,
                        .st_uid = s.uid,
                        .st_gid = s.gid,
                        .st_size = (off_t)s.size,
                        .st_blocks = (blkcnt_t)(s.blocks * (RFS_BLOCK / 512)),
                        .st_blksize = RFS_BLOCK,
                        .st_atim = to_host(s.atime),
                        .st_mtim = to_host(s.mtime),
                        .st_ctim = to_host(s.mtime)};
    /* There is no time of the last change on the disk, only that of creation. */
    if (s.ctime.sec > s.mtime.sec)
        st->st_ctim = to_host(s.ctime);
    return 0;
}

int fill_entry(struct rfs *fs, uint32_t id, struct fuse_entry_param *e)
{
    *e = (struct fuse_entry_param){
        .ino = id, .generation = 1, .attr_timeout = FOREVER, .entry_timeout = FOREVER};
    return fill_stat(fs, id, &e->attr);
}

void reply_node(fuse_req_t req, int err, uint32_t id)
{
    struct fuse_entry_param e;

    if (!err)
        err = fill_entry(mount_of(req), id, &e);
    if (err) {
        fuse_reply_err(req, -err);
        return;
    }
    known_add(id);
    if (fuse_reply_entry(req, &e) == -ENOENT)
        known_forget(mount_of(req), id, 1);
}

void op_init(void *data, struct fuse_conn_info *conn)
{
    (void)data;
    conn->want |= conn->capable &
                  (FUSE_CAP_WRITEBACK_CACHE | FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO |
                   FUSE_CAP_ASYNC_READ | FUSE_CAP_PARALLEL_DIROPS);
    /* The kernel says when to clear set-id bits otherwise. */
    conn->want &= ~(unsigned)FUSE_CAP_HANDLE_KILLPRIV;
    conn->time_gran = 1;
}

void op_lookup(fuse_req_t req, fuse_ino_t parent, const char *name)
{
    struct fuse_entry_param none = {.entry_timeout = FOREVER};
    uint32_t id = 0;
    int err = rfs_lookup(mount_of(req), (uint32_t)parent, name, strlen(name), &id);

    /* That there is no such name is worth remembering, too. */
    if (err == -ENOENT)
        fuse_reply_entry(req, &none);
    else
        reply_node(req, err, id);
}

void op_forget(fuse_req_t req, fuse_ino_t ino, uint64_t times)
{
    known_forget(mount_of(req), (uint32_t)ino, times);
    fuse_reply_none(req);
}

void op_getattr(fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *fi)
{
    struct stat st;
    int err = fill_stat(mount_of(req), (uint32_t)ino, &st);

    (void)fi;
    if (err)
        fuse_reply_err(req, -err);
    else
        fuse_reply_attr(req, &st, FOREVER);
}

static struct rfs_time from_host(struct timespec t)
{
    return (struct rfs_time){t.tv_sec < 0 ? 0 : (uint64_t)t.tv_sec, (uint32_t)t.tv_nsec};
}

static struct rfs_time now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return from_host(t);
}

void op_setattr(fuse_req_t req, fuse_ino_t ino, struct stat *attr, int to_set,
                struct fuse_file_info *fi)
{
    static const struct {
        int host;
        unsigned ours;
    } bits[] = {{FUSE_SET_ATTR_MODE, RFS_SET_MODE},       {FUSE_SET_ATTR_UID, RFS_SET_UID},
                {FUSE_SET_ATTR_GID, RFS_SET_GID},         {FUSE_SET_ATTR_SIZE, RFS_SET_SIZE},
                {FUSE_SET_ATTR_ATIME, RFS_SET_ATIME},     {FUSE_SET_ATTR_MTIME, RFS_SET_MTIME},
                {FUSE_SET_ATTR_ATIME_NOW, RFS_SET_ATIME}, {FUSE_SET_ATTR_MTIME_NOW, RFS_SET_MTIME}};
    struct rfs_stat v = {.mode = (uint16_t)(attr->st_mode & 0xFFF),
                         .uid = attr->st_uid,
                         .gid = attr->st_gid,
                         .size = (uint64_t)attr->st_size,
                         .atime = from_host(attr->st_atim),
                         .mtime = from_host(attr->st_mtim)};
    unsigned mask = 0;
    int err = 0;

    for (unsigned i = 0; i < sizeof(bits) / sizeof(*bits); i++)
        if (to_set & bits[i].host)
            mask |= bits[i].ours;
    if (to_set & FUSE_SET_ATTR_ATIME_NOW)
        v.atime = now();
    if (to_set & FUSE_SET_ATTR_MTIME_NOW)
        v.mtime = now();
    if (mask)
        err = rfs_setattr(mount_of(req), (uint32_t)ino, &v, mask);
    if (err)
        fuse_reply_err(req, -err);
    else
        op_getattr(req, ino, fi);
}

void op_readlink(fuse_req_t req, fuse_ino_t ino)
{
    char target[RFS_BLOCK + 1];
    int64_t n = rfs_read(mount_of(req), (uint32_t)ino, 0, target, RFS_BLOCK);

    if (n < 0) {
        fuse_reply_err(req, (int)-n);
        return;
    }
    target[n] = 0;
    fuse_reply_readlink(req, target);
}

void op_statfs(fuse_req_t req, fuse_ino_t ino)
{
    struct rfs_info info;
    struct statvfs st;

    (void)ino;
    rfs_info(mount_of(req), &info);
    st = (struct statvfs){.f_bsize = RFS_BLOCK,
                          .f_frsize = RFS_BLOCK,
                          .f_blocks = info.blocks,
                          .f_bfree = info.free,
                          .f_bavail = info.free,
                          .f_namemax = RFS_NAME_MAX};
    fuse_reply_statfs(req, &st);
}
