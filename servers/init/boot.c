/* From the bare kernel to initfs, and the end; see boot.h. The way up speaks to kernel schemes
 * only, which answer at once. */
#include "servers/init/boot.h"
#include "redox/scheme.h"
#include "servers/init/clock.h"
#include "servers/init/flush.h"
#include "servers/init/log.h"
#include "servers/initfs/newc.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENV_MAX 65536u
#define FLUSH_TIMEOUT_NS 10000000000ull

/* Looks through the whole archive, so that one that is cut off is noticed at once. */
static i64 find_program(const u8 *archive, size_t len, const char *name, struct newc_entry *out)
{
    struct newc reader = {.base = archive, .len = len};
    struct newc_entry e;
    i64 found = -ENOENT;
    int more;
    while ((more = newc_next(&reader, &e)) > 0) {
        if (e.name_len == strlen(name) && memcmp(e.name, name, e.name_len) == 0) {
            *out = e;
            found = 0;
        }
    }
    return more < 0 ? more : found;
}

static i64 make_image(const struct newc_entry *program)
{
    void *map;
    size_t size = (program->size + PAGE_MASK) & ~(size_t)PAGE_MASK;
    i64 fd = scheme_object_fd(size, &map);
    if (fd < 0)
        return fd;
    memcpy(map, program->data, program->size);
    redox_munmap_v1(map, size);
    redox_fcntl_v0((size_t)fd, RX_F_SETFD, RX_FD_CLOEXEC);
    return fd;
}

i64 boot_initfs_image(void)
{
    struct rx_stat st;
    struct newc_entry program;
    i64 result = rx_fstat(BOOT_ARCHIVE_FD, &st);
    if (result < 0)
        return result;
    size_t size = (st.size + PAGE_MASK) & ~(u64)PAGE_MASK;
    size_t at = redox_mmap_v1(NULL, size, RX_PROT_READ >> 16, RX_MAP_SHARED, BOOT_ARCHIVE_FD, 0);
    if (RX_IS_ERR(at))
        return (i64)at;
    result = find_program((const u8 *)at, st.size, "bin/initfs", &program);
    if (result >= 0)
        result = make_image(&program);
    redox_munmap_v1((void *)at, size);
    redox_fcntl_v0(BOOT_ARCHIVE_FD, RX_F_SETFD, RX_FD_CLOEXEC);
    return result;
}

struct unit *boot_initfs_unit(void)
{
    static const char text[] = "[unit]\ndefault_dependencies = false\n"
                               "[service]\ncmd = \"initfs\"\ntype = { scheme = \"initfs\" }\n"
                               "start_timeout_ms = 30000\n"; /* nothing goes without it */
    static const struct words no_env;
    struct unit_error err;
    return unit_parse("initfs.service", text, sizeof text - 1, &no_env, &err);
}

static void add_lines(struct words *env, char *text)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        char *next = text + len + (text[len] == '\n');
        text[len] = 0;
        if (text[0] != '=' && strchr(text, '='))
            words_set(env, text);
        text = next;
    }
}

void boot_environment(struct words *env)
{
    static const char path[] = "/scheme/sys/env";
    i64 fd = (i64)redox_open_v1((const u8 *)path, sizeof path - 1, RX_O_RDONLY | RX_O_CLOEXEC, 0);
    char *text = calloc(1, ENV_MAX + 1);
    size_t used = 0;
    i64 n = 0;
    while (fd >= 0 && text && used < ENV_MAX &&
           (n = (i64)redox_read_v1((size_t)fd, (u8 *)text + used, ENV_MAX - used)) > 0)
        used += (size_t)n;
    if (fd < 0 || n < 0)
        log_line("%s cannot be read", path);
    if (text)
        add_lines(env, text);
    free(text);
    if (fd >= 0)
        redox_close_v1((size_t)fd);
}

static unsigned end_status;

static void stop(unsigned status)
{
    static const char path[] = "/scheme/sys/kstop";
    char word[32];
    int len = snprintf(word, sizeof word, "shutdown %u", status);
    i64 fd = (i64)redox_open_v1((const u8 *)path, sizeof path - 1, RX_O_WRONLY | RX_O_CLOEXEC, 0);
    if (fd < 0 || RX_IS_ERR(redox_write_v1((size_t)fd, (u8 *)word, (size_t)len)))
        rx_panic("init: cannot shut down");
}

static void flushed(void)
{
    stop(end_status);
}

static void flush_late(void *arg)
{
    (void)arg;
    log_line("a file system does not answer; what was written last may be lost");
    stop(end_status);
}

void boot_shutdown(unsigned status)
{
    static bool ending;
    if (ending)
        return;
    ending = true;
    end_status = status;
    log_take_console();
    rx_timer(monotonic_ns() + FLUSH_TIMEOUT_NS, flush_late, NULL);
    flush_all(flushed);
}
