/* redoxfs-clone: copies all files of one RedoxFS into a new one on another disk.
 *
 *   redoxfs-clone [--encrypt] OLD-DISK NEW-DISK [BOOTLOADER]
 *
 * The new one has a UUID of its own and fills its disk; nothing of how the old one was laid out
 * comes along. Hard links stay what they are, holes stay holes. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct rfs *from, *to;
static uint32_t *new_id; /* of nodes with several names, by old id; 0: not copied yet */
static uint32_t new_ids;
static uint64_t done, all; /* blocks */

static void check(int64_t err, const char *what)
{
    if (err < 0)
        fail("%s: %s", what, strerror((int)-err));
}

/* One entry of a directory that is being listed. */
struct name {
    uint32_t id;
    uint8_t len;
    char text[RFS_NAME_MAX + 1];
};
struct names {
    struct name *name;
    size_t count, room;
};

static int collect(void *ctx, const struct rfs_entry *e)
{
    struct names *n = ctx;

    if (n->count == n->room) {
        struct name *more;

        n->room = n->room ? n->room * 2 : 64;
        more = realloc(n->name, n->room * sizeof(*more));
        if (!more)
            return -ENOMEM;
        n->name = more;
    }
    n->name[n->count] = (struct name){.id = e->id, .len = e->len};
    memcpy(n->name[n->count++].text, e->name, e->len);
    return 0;
}

static void copy_content(uint32_t old, uint32_t new, uint64_t size, const char *what)
{
    struct rfs_stat st = {.size = size};
    uint64_t at = 0;

    /* Holes are not written, so that they stay; the size covers one at the end. */
    while (at < size) {
        const uint8_t *data;
        int64_t n = rfs_peek(from, old, at, &data), put;

        check(n, what);
        if (!n)
            break;
        put = data ? rfs_write(to, new, at, data, (size_t)n) : n;
        check(put, what);
        if (put != n)
            fail("%s: %s", what, strerror(ENOSPC));
        at += (uint64_t)n;
    }
    check(rfs_setattr(to, new, &st, RFS_SET_SIZE), what);
}

static void set_attributes(const struct rfs_stat *st, uint32_t id, const char *what)
{
    check(rfs_setattr(to, id, st,
                      RFS_SET_MODE | RFS_SET_UID | RFS_SET_GID | RFS_SET_CTIME | RFS_SET_MTIME |
                          RFS_SET_ATIME),
          what);
}

static uint32_t known(uint32_t id)
{
    return id < new_ids ? new_id[id] : 0;
}

static void remember(uint32_t old, uint32_t new)
{
    if (old >= new_ids) {
        uint32_t count = old + old / 2 + 64;
        uint32_t *more = realloc(new_id, count * sizeof(*more));

        if (!more)
            fail("%s", strerror(ENOMEM));
        memset(more + new_ids, 0, (count - new_ids) * sizeof(*more));
        new_id = more;
        new_ids = count;
    }
    new_id[old] = new;
}

static void copy_directory(uint32_t old, uint32_t new, const char *what);

static void copy_node(const struct name *n, uint32_t parent)
{
    struct rfs_new attr;
    struct rfs_stat st;
    char target[RFS_BLOCK];
    uint32_t id = known(n->id);
    int64_t len;

    if (id) {
        check(rfs_link(to, id, parent, n->text, n->len), n->text);
        return;
    }
    check(rfs_stat(from, n->id, &st), n->text);
    attr = (struct rfs_new){st.mode, st.uid, st.gid};
    if ((st.mode & RFS_TYPE) == RFS_LINK) {
        len = rfs_read(from, n->id, 0, target, sizeof(target));
        check(len, n->text);
        check(rfs_symlink(to, parent, n->text, n->len, target, (size_t)len, &attr, &id), n->text);
    } else {
        check(rfs_create(to, parent, n->text, n->len, &attr, &id), n->text);
        if ((st.mode & RFS_TYPE) == RFS_DIR)
            copy_directory(n->id, id, n->text);
        else
            copy_content(n->id, id, st.size, n->text);
    }
    set_attributes(&st, id, n->text);
    if (st.links > 1)
        remember(n->id, id);
    done += st.blocks;
    progress("cloning", done, all);
}

static void copy_directory(uint32_t old, uint32_t new, const char *what)
{
    struct names names = {0};

    check(rfs_readdir(from, old, 0, collect, &names), what);
    for (size_t i = 0; i < names.count; i++)
        copy_node(&names.name[i], new);
    free(names.name);
}

static void summarize(const char *path, uint64_t reserved, const struct rfs_info *info)
{
    char uuid[37];

    print_uuid(uuid, info->uuid);
    printf("redoxfs-clone: created filesystem on %s\n  reserved: %llu blocks\n  uuid: %s\n"
           "  size: %llu MB\n  used: %llu MB\n  free: %llu MB\n",
           path, (unsigned long long)reserved, uuid, (unsigned long long)(info->size / 1000000),
           (unsigned long long)((info->blocks - info->free) * RFS_BLOCK / 1000000),
           (unsigned long long)(info->free * RFS_BLOCK / 1000000));
}

static void open_new(const struct image *image, const char *loader, bool encrypt,
                     uint64_t *reserved)
{
    struct rfs_options opt = image_options(NULL);
    struct rfs_format f = {0};
    char password[256];

    if (loader)
        f.reserved = read_whole(loader, &f.reserved_len);
    *reserved = (f.reserved_len + RFS_BLOCK - 1) / RFS_BLOCK;
    fill_format(&f);
    if (encrypt) {
        if (!ask_password("redoxfs-clone: new password: ", password, sizeof(password)))
            fail("empty password, giving up");
        opt.password = f.password = password;
        opt.password_len = f.password_len = strlen(password);
    }
    check(rfs_format(&image->dev, &f), image->path);
    opt.base = *reserved;
    check(rfs_open(&to, &image->dev, &opt), image->path);
}

int main(int argc, char **argv)
{
    struct rfs_options opt = image_options(NULL);
    struct image old, new;
    struct rfs_info info;
    struct rfs_stat root;
    char password[256];
    uint64_t reserved;
    int at = 1;
    bool encrypt;

    tool_name = "redoxfs-clone";
    encrypt = argc > 1 && !strcmp(argv[1], "--encrypt");
    at += encrypt;
    if (argc - at < 2 || argc - at > 3 || argv[at][0] == '-')
        usage(argc, argv, "redoxfs-clone [--encrypt] OLD-DISK NEW-DISK [BOOTLOADER]");
    image_open(&old, argv[at], false);
    image_open(&new, argv[at + 1], true);
    opt.read_only = true;
    from = image_mount(&old, &opt, password);
    open_new(&new, argv[at + 2], encrypt, &reserved);
    rfs_info(from, &info);
    all = info.blocks - info.free;
    copy_directory(RFS_ROOT, RFS_ROOT, argv[at]);
    check(rfs_stat(from, RFS_ROOT, &root), argv[at]);
    set_attributes(&root, RFS_ROOT, argv[at + 1]);
    check(rfs_sync(to), argv[at + 1]);
    rfs_info(to, &info);
    rfs_abandon(from);
    check(rfs_close(to), argv[at + 1]);
    progress_end();
    image_close(&new);
    image_close(&old);
    free(new_id);
    summarize(argv[at + 1], reserved, &info);
    return 0;
}
