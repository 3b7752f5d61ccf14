/* sum: the old checksums of BSD (-r, the default) and System V (-s). */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static bool system_v;

static bool sum(const char *name, bool named)
{
    static unsigned char block[IO_BLOCK];
    uint32_t value = 0;
    unsigned long long bytes = 0;
    int fd = open_operand(name);
    if (fd < 0)
        return false;
    ssize_t n;
    while ((n = read_some(fd, block, sizeof block)) > 0) {
        bytes += (unsigned long long)n;
        for (ssize_t i = 0; i < n; i++)
            value = system_v ? value + block[i]
                             : ((value >> 1) + ((value & 1) << 15) + block[i]) & 0xffff;
    }
    if (n < 0)
        warn_errno("%s", name);
    close_operand(fd);
    if (system_v) {
        value = (value & 0xffff) + (value >> 16);
        value = (value & 0xffff) + (value >> 16);
        printf("%lu %llu", (unsigned long)value, (bytes + 511) / 512);
    } else {
        printf("%05lu %5llu", (unsigned long)value, (bytes + 1023) / 1024);
    }
    printf("%s%s\n", named ? " " : "", named ? name : "");
    return n == 0;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"sysv", OPT_NONE, 's'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "rs",
                     .longs = longs,
                     .usage = "Usage: sum [-rs] [FILE]...\nPrint checksum and blocks of FILEs.\n"};
    bool ok = true;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        system_v = c == 's';
    if (opt_count(&o) == 0)
        ok = sum("-", false);
    for (int i = 0; i < opt_count(&o); i++)
        ok &= sum(opt_operands(&o)[i], true);
    return finish(ok ? 0 : 1);
}
