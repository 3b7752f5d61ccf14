/* Registers and memory for devices; see hw.h. */
#include "libhw/hw.h"
#include "redox/rt.h"

#include <stdio.h>
#include <string.h>

#define PAGE 4096u
#define ENV_MAX 8192u

static i64 open_path(const char *path, u32 flags)
{
    return rx_openat(RX_AT_FDCWD, path, strlen(path), flags | RX_O_CLOEXEC, 0);
}

static i64 map_physical(const char *path, u64 physical, size_t len, u8 **out)
{
    u64 within = physical % PAGE;
    i64 fd = open_path(path, RX_O_RDWR);

    if (fd < 0)
        return fd;
    size_t at =
        redox_mmap_v1(NULL, (len + within + PAGE - 1) & ~(size_t)(PAGE - 1),
                      RX_PROT_READ | RX_PROT_WRITE, RX_MAP_SHARED, (size_t)fd, physical - within);
    redox_close_v1((size_t)fd);
    if (RX_IS_ERR(at))
        return (i64)at;
    *out = (u8 *)at + within;
    return 0;
}

i64 hw_map(u64 physical, size_t len, volatile u8 **out)
{
    u8 *at = NULL;
    i64 r = map_physical("/scheme/memory/physical@uc", physical, len, &at);

    *out = at;
    return r;
}

i64 hw_map_memory(u64 physical, size_t len, u8 **out)
{
    return map_physical("/scheme/memory/physical@wb", physical, len, out);
}

static i64 translate(const void *at, u64 *physical)
{
    i64 fd = open_path("/scheme/memory/translation", RX_O_RDWR), r;
    u64 word = (u64)(uintptr_t)at;

    if (fd < 0)
        return fd;
    r = (i64)redox_sys_call_v0((size_t)fd, (u8 *)&word, sizeof word, CALL_READ | CALL_WRITE, NULL,
                               0);
    redox_close_v1((size_t)fd);
    *physical = word;
    return r;
}

i64 hw_memory(size_t len, struct hw_memory *out)
{
    i64 fd = open_path("/scheme/memory/zeroed@wb?phys_contiguous", RX_O_RDWR), r;

    if (fd < 0)
        return fd;
    len = (len + PAGE - 1) & ~(size_t)(PAGE - 1);
    size_t at =
        redox_mmap_v1(NULL, len, RX_PROT_READ | RX_PROT_WRITE, RX_MAP_PRIVATE, (size_t)fd, 0);
    redox_close_v1((size_t)fd);
    if (RX_IS_ERR(at))
        return (i64)at;
    *out = (struct hw_memory){.at = (u8 *)at, .len = len};
    r = translate(out->at, &out->physical);
    return r < 0 ? r : 0;
}

i64 hw_env(const char *name, u32 n, char *value, size_t size)
{
    static char text[ENV_MAX + 1];
    size_t used = 0, len = strlen(name);
    i64 fd = open_path("/scheme/sys/env", RX_O_RDONLY), got;

    if (fd < 0)
        return fd;
    while (used < ENV_MAX &&
           (got = (i64)redox_read_v1((size_t)fd, (u8 *)text + used, ENV_MAX - used)) > 0)
        used += (size_t)got;
    redox_close_v1((size_t)fd);
    text[used] = '\0';
    for (const char *line = text, *end; *line; line = *end ? end + 1 : end) {
        end = line + strcspn(line, "\n");
        if ((size_t)(end - line) <= len || memcmp(line, name, len) != 0 || line[len] != '=' ||
            n-- > 0)
            continue;
        line += len + 1;
        if ((size_t)(end - line) >= size)
            return -ENAMETOOLONG;
        memcpy(value, line, (size_t)(end - line));
        value[end - line] = '\0';
        return 0;
    }
    return -ENOENT;
}

void hw_fail(const char *who, const char *what, i64 error)
{
    char line[160];

    snprintf(line, sizeof line, "%.40s: %.80s: error %d", who, what, (int)-error);
    rx_panic(line);
}
