/* Reading the user and group tables. */
#include <string.h>
#include "shim/src/env_ids/table.h"
#include "shim/src/fcntl/fd.h"

i64 __umk_table_open(struct table *t, const char *path)
{
    t->used = t->len = 0;
    t->fd = __umk_openat(AT_FDCWD, path, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    return t->fd < 0 ? t->fd : 0;
}

void __umk_table_close(struct table *t)
{
    if (t->fd >= 0)
        redox_close_v1((u64)t->fd);
    t->fd = -1;
}

/* The next byte, -ENOENT at the end, or another error. */
static i64 next_byte(struct table *t)
{
    if (t->used == t->len) {
        i64 r = (i64)redox_read_v1((u64)t->fd, (u8 *)t->chunk, sizeof t->chunk);
        if (r <= 0)
            return r < 0 ? r : -ENOENT;
        t->used = 0;
        t->len = (size_t)r;
    }
    return (u8)t->chunk[t->used++];
}

i64 __umk_table_line(struct table *t, char *buf, size_t size)
{
    size_t len = 0;
    i64 c;

    while ((c = next_byte(t)) >= 0 && c != '\n') {
        if (len + 1 < size)
            buf[len] = (char)c;
        len++;
    }
    if (c < 0 && (c != -ENOENT || len == 0))
        return c;
    if (len + 1 > size)
        return -ERANGE;
    buf[len] = 0;
    return (i64)len;
}

size_t __umk_table_split(char *line, char **fields, size_t n)
{
    size_t count = 0;
    char *end = line + strlen(line);

    for (size_t i = 0; i < n; i++)
        fields[i] = end;
    while (count < n) {
        fields[count++] = line;
        line = strchr(line, ';');
        if (!line)
            break;
        *line++ = 0;
    }
    return count;
}

bool __umk_table_id(const char *text, int *id)
{
    i64 value = 0;

    if (!*text)
        return false;
    for (; *text; text++) {
        if (*text < '0' || *text > '9')
            return false;
        value = value * 10 + (*text - '0');
        if (value > INT32_MAX)
            return false;
    }
    *id = (int)value;
    return true;
}
