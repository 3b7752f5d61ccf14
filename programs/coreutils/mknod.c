/* mknod: makes named pipes and device files, where the file system has them. */
#include "common/error.h"
#include "common/mode.h"
#include "common/options.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

static const char usage[] = "Usage: mknod [-m MODE] NAME TYPE [MAJOR MINOR]\nMake a special file.\n"
                            "  TYPE is p for a named pipe, b for a block, c or u for a character "
                            "device\n";

static dev_t device_of(char **numbers)
{
    uint64_t n[2];
    for (int i = 0; i < 2; i++) {
        if (!number_parse(numbers[i], &n[i]) || n[i] > UINT32_MAX)
            die(1, "invalid device number '%s'", numbers[i]);
    }
    return makedev((unsigned)n[0], (unsigned)n[1]);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"mode", OPT_REQUIRED, 'm'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "m:", .longs = longs, .usage = usage};
    mode_t mode = 0666;
    bool exact = false;
    prog_start(argv);
    while (opt_next(&o) >= 0) {
        if (!mode_apply(o.arg, 0666, false, 0, &mode) || (mode & ~(mode_t)0777))
            die(1, "invalid mode '%s'", o.arg);
        exact = true;
    }
    char **words = opt_operands(&o);
    int count = opt_count(&o);
    if (count < 2)
        die_usage(1, count ? "missing operand after '%s'" : "missing operand", words[0]);
    bool fifo = strcmp(words[1], "p") == 0, block = strcmp(words[1], "b") == 0;
    if (!fifo && !block && strcmp(words[1], "c") != 0 && strcmp(words[1], "u") != 0)
        die_usage(1, "invalid device type '%s'", words[1]);
    if (count < (fifo ? 2 : 4))
        die_usage(1, "missing operand after '%s'", words[count - 1]);
    if (count > (fifo ? 2 : 4))
        die_usage(1, "extra operand '%s'", words[fifo ? 2 : 4]);
    mode_t type = fifo ? S_IFIFO : block ? S_IFBLK : S_IFCHR;
    if (mknod(words[0], type | mode, fifo ? 0 : device_of(words + 2)) < 0)
        die_errno(1, "%s", words[0]);
    if (exact && chmod(words[0], mode) < 0)
        die_errno(1, "cannot set permissions of '%s'", words[0]);
    return 0;
}
