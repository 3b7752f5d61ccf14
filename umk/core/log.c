/*
 * The kernel's log (a ring that /scheme/sys/log shows), the end on a broken invariant,
 * and the accounting of memory.
 */
#include "umk/core/core.h"
#include "umk/core/fmt.h"

struct core core;

static void log_bytes(const char *s, size_t n)
{
    for (size_t i = 0; i < n; i++)
        core.log[core.log_end++ % LOG_SIZE] = s[i];
}

void klog(const char *format, ...)
{
    char line[512];
    struct fmt f = {line, sizeof(line), 0};
    __builtin_va_list args;

    __builtin_va_start(args, format);
    fmt_vadd(&f, format, args);
    __builtin_va_end(args);
    f.len = min_u64(f.len, sizeof(line) - 1);
    log_bytes(line, f.len);
    log_bytes("\n", 1);
    core.machine->log(line, f.len);
}

void core_panic(const char *what, const char *file, int line)
{
    klog("kernel panic: %s at %s:%d", what, file, line);
    core.machine->stop(255);
    __builtin_trap();
}

u64 memory_left(void)
{
    u64 left = core.config.memory - core.memory_used;

    return left - (core.machine->overhead ? min_u64(core.machine->overhead(), left) : 0);
}

i64 memory_reserve(u64 bytes)
{
    if (bytes > memory_left())
        return -ENOMEM;
    core.memory_used += bytes;
    return 0;
}

void memory_release(u64 bytes)
{
    core_assert(core.memory_used >= bytes);
    core.memory_used -= bytes;
}
