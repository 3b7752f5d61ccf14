/*
 * Fuzzes the path rules of libredox. The input is two texts, split at the first newline: a
 * path, and a base or a link's target. What must hold for any bytes: nothing is read or
 * written outside (the sanitizer sees that), parts lie in the path, a canonical path is
 * absolute, has no empty part, `.` or `..`, and is its own canonical form.
 */
#include <stdlib.h>
#include <string.h>

#include "libredox/src/path.h"

static void check(bool holds)
{
    if (!holds)
        abort();
}

/* A copy in memory of exactly its size. */
static struct span exact(const u8 *bytes, size_t len)
{
    char *copy = malloc(len > 0 ? len : 1);
    check(copy != NULL);
    memcpy(copy, bytes, len);
    return (struct span){copy, len};
}

static void check_within(struct span part, struct span whole)
{
    check(part.p >= whole.p && part.len <= whole.len &&
          (size_t)(part.p - whole.p) <= whole.len - part.len);
}

static void check_split(struct span path)
{
    struct path_parts parts;
    if (path_split(path, &parts) < 0)
        return;
    check_within(parts.reference, path);
    if (parts.relative) {
        check(parts.reference.len == path.len && path.p[0] != '/');
        return;
    }
    if (path.p[0] == '/')
        check(parts.reference.len == 0 || parts.reference.p[0] != '/');
    for (size_t i = 0; i < parts.scheme.len; i++)
        check(parts.scheme.p[i] != '/' && parts.scheme.p[i] != ':' && parts.scheme.p[i] != '\0');
}

static void check_canonical_text(struct span text)
{
    check(text.len > 0 && text.p[0] == '/');
    if (text.len == 1)
        return;
    for (size_t i = 0; i < text.len;) {
        size_t end = ++i;
        while (end < text.len && text.p[end] != '/')
            end++;
        struct span part = {text.p + i, end - i};
        check(part.len > 0 && !span_is(part, SPAN(".")) && !span_is(part, SPAN("..")));
        i = end;
    }
}

static void check_canonical(struct span base, struct span path, size_t size)
{
    char *out = malloc(size > 0 ? size : 1);
    check(out != NULL);
    i64 len = path_canonical(base, path, out, size);
    if (len >= 0) {
        char again[RX_PATH_MAX];
        check((size_t)len <= size);
        struct span text = {out, (size_t)len};
        check_canonical_text(text);
        i64 len2 = path_canonical(SPAN(""), text, again, sizeof(again));
        check(len2 == len && memcmp(again, out, (size_t)len) == 0);
    }
    free(out);
}

static void check_links(struct span path, struct span target)
{
    for (struct span part = path; part.len > 0;) {
        size_t size = path.len + target.len + 1;
        char *out = malloc(size);
        check(out != NULL);
        i64 len = path_through_link(path, part.len, target, out, size);
        check(len < 0 || (size_t)len <= size);
        free(out);
        size_t shorter = path_parent_len(part);
        check(shorter < part.len);
        part.len = shorter;
    }
}

int LLVMFuzzerTestOneInput(const u8 *data, size_t size);
int LLVMFuzzerTestOneInput(const u8 *data, size_t size)
{
    const u8 *newline = size > 0 ? memchr(data, '\n', size) : NULL;
    size_t first = newline ? (size_t)(newline - data) : size;
    struct span path = exact(data, first);
    struct span other =
        exact(data + size - (newline ? size - first - 1 : 0), newline ? size - first - 1 : 0);
    check_split(path);
    check_split(other);
    char base[RX_PATH_MAX];
    i64 base_len = path_canonical(SPAN("/"), other, base, sizeof(base));
    if (base_len > 0) {
        check_canonical((struct span){base, (size_t)base_len}, path, RX_PATH_MAX);
        check_canonical((struct span){base, (size_t)base_len}, path, first / 2);
        path_climbs_out((struct span){base, (size_t)base_len}, path);
    }
    path_climbs_out(other, path);
    check_links(path, other);
    free((void *)path.p);
    free((void *)other.p);
    return 0;
}
