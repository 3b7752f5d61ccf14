/*
 * Files of the host in use. A node lives while it has a name in use or is open; those that lookups
 * came by are kept a little longer, KEPT of them. There is one node for a file of the host.
 */
#include "hostdrv/hostfs/hostfs.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define NODES_MAX 65536u
#define BUCKETS 4096u
#define KEPT 16u

static struct node *table[NODES_MAX];
static struct node *buckets[BUCKETS];
static u32 used; /* places of the table that were ever used */
static u32 generation;
static u64 recent[KEPT]; /* ids of nodes that nobody holds, by the order in which they came */
static u32 recent_at;

static struct node **bucket_of(u64 dev, u64 ino)
{
    return &buckets[(ino ^ ino >> 12 ^ dev) % BUCKETS];
}

struct node *node_by_id(u64 id)
{
    struct node *n = (u32)id < used ? table[(u32)id] : NULL;

    return n && n->id == id ? n : NULL;
}

static void leave_bucket(struct node *n)
{
    struct node **at = bucket_of(n->dev, n->ino);

    while (*at != n)
        at = &(*at)->next;
    *at = n->next;
}

static void destroy(struct node *n)
{
    leave_bucket(n);
    table[(u32)n->id] = NULL;
    close(n->path_fd);
    if (n->io_fd >= 0)
        close(n->io_fd);
    node_unmap(n);
    free(n->name);
    free(n);
}

/* Nobody holds it any more, or nobody yet: the one that came here KEPT nodes ago may go. */
static void keep_a_little(struct node *n)
{
    struct node *oldest = node_by_id(recent[recent_at]);

    if (oldest && oldest != n && oldest->refs == 0)
        destroy(oldest);
    recent[recent_at] = n->id;
    recent_at = (recent_at + 1) % KEPT;
}

static i64 free_place(void)
{
    for (u32 i = 0; i < used; i++) {
        if (!table[i])
            return i;
    }
    return used < NODES_MAX ? (i64)used++ : -ENFILE;
}

struct node *node_for(int path_fd, const struct stat *st)
{
    struct node **at = bucket_of(st->st_dev, st->st_ino), *n = *at;

    while (n && (n->dev != st->st_dev || n->ino != st->st_ino))
        n = n->next;
    if (n) {
        close(path_fd);
        return n;
    }
    i64 place = free_place();
    n = place < 0 ? NULL : calloc(1, sizeof *n);
    if (!n) {
        close(path_fd);
        return NULL;
    }
    generation = (generation + 1) & 0x7FFFFFFF;
    *n = (struct node){.id = (u64)place | (u64)generation << 32,
                       .next = *at,
                       .dev = st->st_dev,
                       .ino = st->st_ino,
                       .path_fd = path_fd,
                       .io_fd = -1,
                       .mode = st->st_mode};
    *at = n;
    table[place] = n;
    keep_a_little(n);
    return n;
}

/* The descriptor kept the old file's number from being given to a new one; that is over. */
int node_becomes(struct node *n, int path_fd)
{
    struct stat st;
    int r = fstat(path_fd, &st) < 0 || dup2(path_fd, n->path_fd) < 0 ? -errno : 0;

    close(path_fd);
    if (r < 0)
        return r;
    leave_bucket(n);
    struct node **at = bucket_of(st.st_dev, st.st_ino);
    n->dev = st.st_dev;
    n->ino = st.st_ino;
    n->next = *at;
    *at = n;
    return 0;
}

void node_hold(struct node *n)
{
    n->refs++;
}

void node_drop(struct node *n)
{
    if (--n->refs == 0)
        keep_a_little(n);
}

const char *node_path(const struct node *n, char buf[32])
{
    snprintf(buf, 32, "/proc/self/fd/%d", n->path_fd);
    return buf;
}

int node_open(struct node *n, bool write)
{
    char path[32];

    if (n->io_fd >= 0 && (n->io_writes || !write))
        return n->io_fd;
    if (!S_ISREG(n->mode) && !S_ISDIR(n->mode))
        return -EACCES; /* what opening a device or a pipe does is the host's business */
    int how = write ? O_RDWR : S_ISDIR(n->mode) ? O_RDONLY | O_DIRECTORY : O_RDONLY;
    int fd = open(node_path(n, path), how | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return -errno;
    if (n->io_fd >= 0)
        close(n->io_fd);
    n->io_fd = fd;
    n->io_writes = write;
    return fd;
}
