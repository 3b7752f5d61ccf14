/*
 * Fuzzes tar archives. Checksums are made right, so that what comes after them is reached. What
 * must hold for an archive that is accepted: the nodes are one tree, and their data lies in the
 * archive.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "servers/tarfs/tar.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

static void repair(u8 *archive, size_t len)
{
    for (size_t at = 0; at + 512 <= len; at += 512) {
        u32 sum = 0;
        if (memcmp(archive + at + 257, "ustar", 5) != 0)
            continue;
        memset(archive + at + 148, ' ', 8);
        for (u32 i = 0; i < 512; i++)
            sum += archive[at + i];
        char text[8];
        snprintf(text, sizeof text, "%06o", sum);
        memcpy(archive + at + 148, text, 7);
    }
}

static void check_tree(const struct tar *t, const u8 *archive, size_t len)
{
    for (u32 i = 0; i < t->count; i++) {
        const struct tar_node *n = &t->nodes[i];
        check(i == 0 || n->parent < i);
        check(tar_content(t, i) < t->count);
        check(memchr(n->name, '/', n->name_len) == NULL);
        if ((n->mode & MODE_TYPE) == MODE_FILE && n->size)
            check(n->data >= archive && n->size <= (u64)(archive + len - n->data));
        if (i)
            check(tar_child(t, n->parent, n->name, n->name_len) == i);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    u8 *copy = malloc(size + 1);
    struct tar t;

    check(copy != NULL);
    memcpy(copy, data, size);
    repair(copy, size);
    if (tar_read(&t, copy, size) == 0)
        check_tree(&t, copy, size);
    tar_free(&t);
    free(copy);
    return 0;
}
