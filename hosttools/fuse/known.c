/* Which nodes the kernel knows. Ids are used again when their node is gone, so a node that the
 * kernel still knows must not go: it is held from its last name's end until it is forgotten. */
#include "hosttools/fuse/mount.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DIGITS 254u /* ids are made of four digits of this base, a byte each */

struct known {
    uint32_t times;
    bool held;
};

static struct known *table; /* by dense number: ids are given out lowest first */
static size_t room;

static size_t dense(uint32_t id)
{
    return (((size_t)(id >> 24) * DIGITS + (id >> 16 & 255)) * DIGITS + (id >> 8 & 255)) * DIGITS +
           (id & 255);
}

void known_add(uint32_t id)
{
    size_t at = dense(id);

    if (at >= room) {
        size_t more = at + at / 2 + 1024;

        struct known *grown = realloc(table, more * sizeof(*table));

        if (!grown)
            fail("%s", strerror(ENOMEM));
        memset(grown + room, 0, (more - room) * sizeof(*grown));
        table = grown;
        room = more;
    }
    table[at].times++;
}

void known_keep(struct rfs *fs, uint32_t id)
{
    size_t at = dense(id);

    if (at < room && table[at].times && !table[at].held)
        table[at].held = !rfs_hold(fs, id);
}

void known_forget(struct rfs *fs, uint32_t id, uint64_t times)
{
    size_t at = dense(id);

    if (at >= room)
        return;
    table[at].times -= times < table[at].times ? (uint32_t)times : table[at].times;
    if (!table[at].times && table[at].held) {
        table[at].held = false;
        rfs_release(fs, id);
    }
}
