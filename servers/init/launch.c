/*
 * Starting programs; see launch.h. A launch is a record that goes through: open the next candidate
 * (until one is there), spawn, report.
 */
#include "servers/init/launch.h"
#include "redox/scheme.h"
#include "servers/init/aopen.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define UMASK 022u
#define ARCHIVE "/scheme/initfs/"

struct job {
    launch_done *done;
    void *arg;
    u64 image;
    char *path;       /* own copy of the directory list */
    const char *next; /* directory to try next; NULL: none left */
    char *name;       /* argv[0] */
    bool in_archive;  /* the candidate being tried is in initfs */
    i64 error;        /* what the directories tried so far have answered */
    u8 *packed;       /* payload of the spawn call, packed_len bytes */
    size_t packed_len, block_len;
    u32 nactions, flags;
};

static char cwd_path[RX_PATH_MAX] = "/";
static u64 cwd_fd = RX_FD_NONE;

void launch_set_cwd(const char *path, u64 fd)
{
    if (cwd_fd != RX_FD_NONE)
        redox_close_v1(cwd_fd);
    cwd_fd = fd;
    snprintf(cwd_path, sizeof cwd_path, "%s", path);
}

static void finish(struct job *j, i64 result)
{
    launch_done *done = j->done;
    void *arg = j->arg;
    if (j->image != RX_FD_NONE)
        redox_close_v1(j->image);
    free(j->packed);
    free(j->path);
    free(j->name);
    free(j);
    done(arg, result);
}

static size_t size_of(const struct words *w)
{
    size_t bytes = 0;
    for (size_t i = 0; i < w->n; i++)
        bytes += strlen(w->v[i]) + 1;
    return bytes;
}

static u8 *put_words(u8 *to, const struct words *w)
{
    for (size_t i = 0; i < w->n; i++) {
        size_t len = strlen(w->v[i]) + 1;
        memcpy(to, w->v[i], len);
        to += len;
    }
    return to;
}

/* The payload: arguments of the spawn, actions, and the block the program starts from. */
static i64 pack(struct job *j, const struct launch *l)
{
    struct spawn_args args = {.flags = l->flags, .sigallowed = UINT64_MAX};
    size_t actions = l->nactions * sizeof *l->actions;
    size_t cwd_len = cwd_fd == RX_FD_NONE ? 0 : strlen(cwd_path) + 1;
    size_t strings = size_of(l->argv) + size_of(l->env) + cwd_len;
    struct exec_block block = {.magic = EXEC_BLOCK_MAGIC,
                               .argc = (u32)l->argv->n,
                               .envc = (u32)l->env->n,
                               .umask = UMASK,
                               .cwd_fd = cwd_fd,
                               .ns_fd = redox_get_ns_v0(),
                               .strings_len = strings,
                               .cwd_len = (u32)cwd_len};
    j->block_len = sizeof block + strings;
    j->packed_len = sizeof args + actions + j->block_len;
    if (j->packed_len > PORTAL_PAYLOAD)
        return -E2BIG;
    u8 *to = j->packed = malloc(j->packed_len);
    if (!to)
        return -ENOMEM;
    memcpy(to, &args, sizeof args);
    to += sizeof args;
    if (actions)
        memcpy(to, l->actions, actions);
    to += actions;
    memcpy(to, &block, sizeof block);
    to = put_words(put_words(to + sizeof block, l->argv), l->env);
    if (cwd_len)
        memcpy(to, cwd_path, cwd_len);
    return 0;
}

static void try_next(struct job *j);

static void spawned(void *arg, i64 result, const void *data, const u64 ret[4])
{
    (void)data, (void)ret;
    finish(arg, result);
}

static void spawn(struct job *j)
{
    const u64 args[6] = {j->image, RX_ANON_FD, j->block_len, j->nactions, j->flags, j->packed_len};
    i64 result = rx_async_call(UMK_SPAWN, args, j->packed, j->packed_len, 0, spawned, j);
    if (result < 0)
        finish(j, result);
}

static void image_opened(void *arg, i64 fd)
{
    struct job *j = arg;
    if (fd >= 0) {
        j->image = (u64)fd;
        spawn(j);
        return;
    }
    bool nothing_there = fd == -ENOENT || fd == -ENOTDIR || (fd == -ENODEV && !j->in_archive);
    if (!nothing_there)
        j->error = fd;
    try_next(j);
}

static void try_next(struct job *j)
{
    if (!j->next) {
        finish(j, j->error);
        return;
    }
    char path[RX_PATH_MAX];
    size_t len = strcspn(j->next, ":");
    bool plain = strchr(j->name, '/') != NULL;
    const char *slash = j->name[0] == '/' ? "" : "/";
    int n = plain ? snprintf(path, sizeof path, "%s%s", slash, j->name)
                  : snprintf(path, sizeof path, "%.*s/%s", (int)len, j->next, j->name);
    j->in_archive = strncmp(path, ARCHIVE, sizeof ARCHIVE - 1) == 0;
    j->next = plain || j->next[len] == 0 ? NULL : j->next + len + 1;
    if (n < 0 || (size_t)n >= sizeof path)
        finish(j, -ENAMETOOLONG);
    else
        aopen(path, RX_O_RDONLY, 0, image_opened, j);
}

void launch(const struct launch *what, launch_done *done, void *arg)
{
    struct job *j = calloc(1, sizeof *j);
    if (!j) {
        done(arg, -ENOMEM);
        return;
    }
    j->done = done;
    j->arg = arg;
    j->image = what->image;
    j->nactions = what->nactions;
    j->flags = what->flags;
    j->error = -ENOENT;
    j->path = strdup(what->path);
    j->name = what->argv->n && what->argv->v[0][0] ? strdup(what->argv->v[0]) : NULL;
    j->next = j->path;
    i64 result = j->path && j->name ? pack(j, what) : -EINVAL;
    if (result < 0)
        finish(j, result);
    else if (j->image != RX_FD_NONE)
        spawn(j);
    else
        try_next(j);
}
