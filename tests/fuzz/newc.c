/* Boot archives of any content: the newc reader, the tree, and walks through it. */
#include "servers/initfs/newc.c"
#include "servers/initfs/tree.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static volatile u8 sum; /* every byte that an entry claims is read */

static void touch(const void *p, size_t len)
{
    for (size_t i = 0; i < len; i++)
        sum ^= ((const u8 *)p)[i];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct newc reader = {.base = data, .len = size};
    struct newc_entry e;
    struct tree t;
    char path[8192];
    while (newc_next(&reader, &e) > 0) {
        touch(e.name, e.name_len);
        touch(e.data, e.size);
    }
    if (tree_build(&t, data, size) < 0)
        return 0;
    for (u32 i = 0; i < t.count; i++) {
        i64 len = tree_path(&t, i, path, sizeof path);
        bool clean = len >= 0 && !memchr(path, 0, (size_t)len);
        if (clean && tree_find(&t, TREE_ROOT, path, (size_t)len) != i)
            abort();
        touch(t.nodes[i].data, t.nodes[i].size);
    }
    tree_free(&t);
    return 0;
}
