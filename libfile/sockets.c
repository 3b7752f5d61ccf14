/*
 * Names of Unix sockets. A node of type socket is a name and nothing else; the descriptor that it
 * stands for is kept here, by node, until the node has lost its last name. No disk has it: what a
 * server that was started again finds are names behind which nobody listens.
 */
#include "libfile/tree.h"
#include "umk/abi/text.h"

#include <stdlib.h>
#include <string.h>

/* Of one file system. The descriptors are the server's, which needs some for other things. */
#define SOCKETS_MAX 1024u

struct kept_socket {
    struct kept_socket *next;
    u64 node, fd;
};

static struct kept_socket **find(struct tree *t, u64 node)
{
    struct kept_socket **at = &t->sockets;

    while (*at && (*at)->node != node)
        at = &(*at)->next;
    return at;
}

i64 socket_fd(struct tree *t, u64 node, u64 *fd)
{
    const struct kept_socket *s = *find(t, node);

    if (!s)
        return -ECONNREFUSED;
    *fd = s->fd;
    return 0;
}

void socket_unnamed(struct tree *t, u64 node)
{
    struct kept_socket **at = find(t, node), *s = *at;

    if (!s)
        return;
    *at = s->next;
    t->socket_count--;
    redox_close_v1((size_t)s->fd);
    free(s);
}

/* The last part of a socket's path, of len bytes, which some other server told us. Its length; 0:
 * that is no name. */
static size_t last_part(const char *path, size_t len, const char **name)
{
    size_t n = 0;

    while (n < len && path[len - n - 1] != '/')
        n++;
    *name = path + len - n;
    bool dots = n <= 2 && memcmp(*name, "..", n) == 0;
    return dots || !text_is_path((const u8 *)*name, n) ? 0 : n;
}

static i64 make_node(struct tree *t, const struct cred *who, const struct place *at, u32 mode,
                     u64 *node)
{
    if (at->entry)
        return -EEXIST;
    i64 r = t->ops->create ? place_may_add(at, who) : -EROFS;
    if (r < 0)
        return r;
    return t->ops->create(t, at->dir->node, at->name, at->name_len, MODE_SOCK | (mode & MODE_PERM),
                          who, node);
}

i64 socket_make(struct tree *t, const struct cred *who, struct entry *dir, const char *path,
                size_t len, u32 mode, u64 fd)
{
    static struct place at; /* large, and there is one thread */
    const char *name;
    size_t name_len = last_part(path, len, &name);

    if (!mode_is(mode, MODE_SOCK) || name_len == 0)
        return -EINVAL;
    if (t->socket_count >= SOCKETS_MAX)
        return -ENFILE;
    struct kept_socket *s = malloc(sizeof *s);
    if (!s)
        return -ENOMEM;
    *s = (struct kept_socket){.next = t->sockets, .fd = fd};
    i64 r = tree_walk(t, who, dir, name, name_len, false, &at);
    if (r >= 0)
        r = make_node(t, who, &at, mode, &s->node);
    place_done(&at);
    if (r < 0) {
        free(s);
        return r;
    }
    t->sockets = s;
    t->socket_count++;
    return 0;
}
