/* cksum: POSIX checksums, a CRC over contents and length. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static uint32_t table[256];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t c = i << 24;
        for (int k = 0; k < 8; k++)
            c = c & 0x80000000 ? c << 1 ^ 0x04c11db7 : c << 1;
        table[i] = c;
    }
}

static uint32_t step(uint32_t crc, unsigned char byte)
{
    return crc << 8 ^ table[crc >> 24 ^ byte];
}

static bool sum(const char *name, bool named)
{
    static unsigned char block[IO_BLOCK];
    uint32_t crc = 0;
    unsigned long long bytes = 0;
    int fd = open_operand(name);
    if (fd < 0)
        return false;
    ssize_t n;
    while ((n = read_some(fd, block, sizeof block)) > 0) {
        for (ssize_t i = 0; i < n; i++)
            crc = step(crc, block[i]);
        bytes += (unsigned long long)n;
    }
    if (n < 0)
        warn_errno("%s", name);
    close_operand(fd);
    for (unsigned long long left = bytes; left; left >>= 8)
        crc = step(crc, (unsigned char)left);
    printf("%lu %llu%s%s\n", (unsigned long)~crc & 0xffffffff, bytes, named ? " " : "",
           named ? name : "");
    return n == 0;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "",
                     .usage = "Usage: cksum [FILE]...\nPrint checksum and size of each FILE.\n"};
    bool ok = true;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        ;
    make_table();
    if (opt_count(&o) == 0)
        ok = sum("-", false);
    for (int i = 0; i < opt_count(&o); i++)
        ok &= sum(opt_operands(&o)[i], true);
    return finish(ok ? 0 : 1);
}
