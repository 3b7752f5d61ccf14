/* The user data base; see userdb.h. */
#include "programs/userutils/common/userdb.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/common/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "/etc"
#define LOCK_FILE FOLDER "/.pwd.lock"

static const struct table_file {
    const char *path;
    mode_t mode;
} files[] = {
    [TABLE_PASSWD] = {FOLDER "/passwd", 0644},
    [TABLE_SHADOW] = {FOLDER "/shadow", 0600},
    [TABLE_GROUP] = {FOLDER "/group", 0644},
};

void table_load(struct table *t, enum table_kind kind)
{
    *t = (struct table){.kind = kind};
    const char *path = files[kind].path;
    struct bytes all = {0};
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            die_errno(1, "%s", path);
        return;
    }
    if (!read_everything(fd, &all))
        die_errno(1, "%s", path);
    close(fd);
    table_parse(t, all.data, all.len);
    free(all.data);
}

/* As text, to a new file with the old one's owner and mode. False with errno. */
static bool write_new(const struct table *t, const char *path)
{
    const struct table_file *f = &files[t->kind];
    struct bytes all = {0};
    struct stat st = {.st_mode = f->mode};
    table_text(t, &all);
    (void)stat(f->path, &st);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    bool ok = fd >= 0 && write_all(fd, all.data, all.len) == 0 &&
              fchown(fd, st.st_uid, st.st_gid) == 0 && fchmod(fd, st.st_mode & 07777) == 0 &&
              fsync(fd) == 0;
    int error = errno;
    if (fd >= 0)
        close(fd);
    free(all.data);
    errno = error;
    return ok;
}

/* A new name is on the disk once its directory is. Where that cannot be had the name is there all
 * the same, a little later. */
static void keep_names(void)
{
    int fd = open(FOLDER, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    fsync(fd);
    close(fd);
}

void table_save(const struct table *t)
{
    char path[64];
    if (t->damaged)
        die(1, "%s is not changed: it is no text", files[t->kind].path);
    snprintf(path, sizeof path, "%s.new", files[t->kind].path);
    if (write_new(t, path) && rename(path, files[t->kind].path) == 0) {
        keep_names();
        return;
    }
    int error = errno;
    unlink(path);
    errno = error;
    die_errno(1, "%s is not changed", files[t->kind].path);
}

void need_field(const char *what, const char *text)
{
    if (!field_valid(text))
        die(1, "%s '%s' contains ';' or a line's end", what, text);
}

void userdb_lock(void)
{
    if (geteuid() != 0)
        die(1, "only root can do that");
    int fd = open(LOCK_FILE, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) < 0)
        die_errno(1, LOCK_FILE);
}
