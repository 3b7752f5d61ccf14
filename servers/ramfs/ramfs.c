/*
 * ramfs NAME [--size SIZE] [--mode MODE] [--populate PATH]: a file system in memory, as scheme
 * NAME.
 *
 * MODE is the root's, octal (755). SIZE limits what it holds (bytes, or with K, M, G); default:
 * half of the memory. A sixteenth of memory is never filled. PATH names a tree of another scheme
 * that it starts as a copy of.
 */
#include "servers/ramfs/ramfs.h"
#include "libfile/refuse.h"
#include "umk/abi/flags.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FALLBACK_SIZE ((u64)64 << 20)
#define PROGRAMS_PART 16u /* of memory is left to programs */

struct options {
    const char *name;
    const char *populate;
    u64 size; /* 0: not given */
    u32 mode;
};

static bool parse_size(const char *text, u64 *out)
{
    char *end;
    u64 n = strtoull(text, &end, 10);
    unsigned shift = *end == 'K' ? 10 : *end == 'M' ? 20 : *end == 'G' ? 30 : 0;
    if (end == text || text[0] == '-' || n == 0 || (shift ? end[1] : end[0]) != 0 ||
        n > UINT64_MAX >> shift)
        return false;
    *out = n << shift;
    return true;
}

static bool parse_mode(const char *text, u32 *mode)
{
    char *end;
    unsigned long n = strtoul(text, &end, 8);
    *mode = (u32)n;
    return end != text && *end == 0 && n <= MODE_PERM;
}

static bool parse_options(int argc, char **argv, struct options *o)
{
    for (int i = 1; i < argc; i++) {
        bool value = i + 1 < argc;
        if (strcmp(argv[i], "--size") == 0 && value) {
            if (!parse_size(argv[++i], &o->size))
                return false;
        } else if (strcmp(argv[i], "--mode") == 0 && value) {
            if (!parse_mode(argv[++i], &o->mode))
                return false;
        } else if (strcmp(argv[i], "--populate") == 0 && value) {
            o->populate = argv[++i];
        } else if (argv[i][0] != '-' && !o->name) {
            o->name = argv[i];
        } else {
            return false;
        }
    }
    return o->name && o->name[0];
}

/* The system's memory: what there is, and what is left of it. The scheme is the kernel's, which
 * answers at once. */
static i64 memory_fd = -1;

static bool ask_memory(u64 *all, u64 *left)
{
    u64 vfs[11] = {0};
    if (memory_fd < 0 || RX_IS_ERR(redox_fstatvfs_v1((size_t)memory_fd, vfs)) || vfs[2] == 0)
        return false;
    *all = vfs[0] * vfs[2];
    *left = vfs[0] * vfs[3];
    return true;
}

static u64 half_of_memory(void)
{
    u64 all, left;
    return ask_memory(&all, &left) ? all / 2 : FALLBACK_SIZE;
}

/* Files leave a part of memory to programs: enough to start those that remove files. */
static u64 left_for_files(void)
{
    u64 all, left;
    if (!ask_memory(&all, &left))
        return UINT64_MAX;
    return left > all / PROGRAMS_PART ? left - all / PROGRAMS_PART : 0;
}

static void open_memory(void)
{
    static const char path[] = "/scheme/memory";
    memory_fd = (i64)redox_open_v1((const u8 *)path, sizeof path - 1, RX_O_STAT | RX_O_CLOEXEC, 0);
}

static void now(struct rx_timespec *t)
{
    if (rx_clock(RX_CLOCK_REALTIME, t) < 0)
        *t = (struct rx_timespec){0};
}

/* The server that the copy comes from may die meanwhile; it is given a second to come back. */
static i64 fill(struct fs *fs, const char *path)
{
    static const struct rx_timespec pause = {.nsec = 20000000};
    i64 result = populate(fs, path);
    for (int tries = 0; tries < 50 && (result == -ENODEV || result == -EIO); tries++) {
        fs_free(fs);
        rx_nanosleep(&pause, NULL);
        result = fs_init(fs);
        if (result >= 0)
            result = populate(fs, path);
    }
    return result;
}

static i64 start(struct tree *t, const struct options *o)
{
    struct fs *fs = t->fs;
    struct scheme *scheme;
    i64 result = fs_init(fs);
    if (result >= 0 && o->populate)
        result = fill(fs, o->populate);
    if (result < 0)
        return result;
    fs->root->mode = MODE_DIR | o->mode;
    t->root = node_of(fs->root);
    result = tree_init(t);
    if (result >= 0)
        result = scheme_create(&tree_scheme_ops, t, TREE_ROOT_ID, &scheme);
    return result < 0 ? result : scheme_publish(scheme, o->name);
}

int main(int argc, char **argv)
{
    static struct fs fs;
    static struct tree tree = {.ops = &ramfs_ops, .fs = &fs, .now = now, .names_are_ours = true};
    struct options o = {.mode = 0755};
    if (!parse_options(argc, argv, &o))
        refuse("ramfs", "usage", "ramfs NAME [--size SIZE] [--mode MODE] [--populate PATH]",
               EXIT_HOPELESS);
    data_copy = scheme_copy;
    tree.scheme = o.name;
    fs.now = now;
    open_memory();
    fs.space = (struct space){.left = left_for_files,
                              .limit = o.size ? o.size : half_of_memory(),
                              .object_alloc = scheme_object_alloc,
                              .object_free = scheme_object_free};
    i64 result = start(&tree, &o);
    if (result < 0)
        refuse("ramfs", o.name, strerror((int)-result), EXIT_FAULT);
    redox_setrens_v1(0, 0);
    scheme_run();
}
