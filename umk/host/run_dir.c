/*
 * The private directory of an instance: umk-UID-PID under $XDG_RUNTIME_DIR or /tmp, where PID is
 * the supervisor's. It holds the log, the socket for other terminals and, for debugging, the
 * images of programs. Nobody else may look into it.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "umk/host/host.h"

static char *path;

static bool usable(const char *dir)
{
    struct statvfs fs;

    return dir && dir[0] == '/' && access(dir, W_OK | X_OK) == 0 && statvfs(dir, &fs) == 0 &&
           !(fs.f_flag & ST_NOEXEC);
}

/* The directories an instance may be in, best first. */
static const char *parent_dir(u32 i)
{
    return i == 0 ? getenv("XDG_RUNTIME_DIR") : i == 1 ? "/tmp" : NULL;
}

const char *run_dir_make(pid_t supervisor)
{
    for (u32 i = 0; i < 2; i++) {
        const char *parent = parent_dir(i);
        if (!usable(parent))
            continue;
        if (asprintf(&path, "%s/umk-%u-%d", parent, getuid(), (int)supervisor) < 0) {
            path = NULL;
            return NULL;
        }
        if (mkdir(path, S_IRWXU) == 0)
            return path;
        /* left by an instance that was killed with all its processes: the pid is ours now */
        if (errno == EEXIST) {
            run_dir_remove(supervisor);
            if (mkdir(path, S_IRWXU) == 0)
                return path;
        }
        free(path);
        path = NULL;
    }
    return NULL;
}

const char *run_dir_path(void)
{
    return path;
}

static int remove_entry(const char *name, const struct stat *st, int type, struct FTW *where)
{
    (void)st;
    (void)type;
    (void)where;
    return remove(name) < 0 && errno != ENOENT ? -1 : 0;
}

static bool is_ours(const char *name)
{
    struct stat st;

    return lstat(name, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == getuid();
}

void run_dir_remove(pid_t supervisor)
{
    for (u32 i = 0; i < 2; i++) {
        const char *parent = parent_dir(i);
        char *dir;
        if (!parent || asprintf(&dir, "%s/umk-%u-%d", parent, getuid(), (int)supervisor) < 0)
            continue;
        if (is_ours(dir))
            nftw(dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
        free(dir);
    }
}

void run_dir_each(void (*fn)(const char *dir, pid_t supervisor, void *arg), void *arg)
{
    for (u32 i = 0; i < 2; i++) {
        const char *parent = parent_dir(i);
        DIR *d = parent ? opendir(parent) : NULL;
        if (!d)
            continue;
        for (const struct dirent *e; (e = readdir(d));) {
            unsigned uid;
            int supervisor;
            char *dir;
            if (sscanf(e->d_name, "umk-%u-%d", &uid, &supervisor) != 2 || uid != getuid() ||
                asprintf(&dir, "%s/%s", parent, e->d_name) < 0)
                continue;
            if (is_ours(dir))
                fn(dir, supervisor, arg);
            free(dir);
        }
        closedir(d);
    }
}
