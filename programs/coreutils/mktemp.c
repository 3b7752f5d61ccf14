/* mktemp: makes a file or directory with a name that nobody has. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/path.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: mktemp [OPTION]... [TEMPLATE]\nMake a temporary file and print its name.\n"
    "  -d  a directory    -p DIR, --tmpdir[=DIR]  in DIR    -q  no messages\n"
    "  -t  TEMPLATE is a name in $TMPDIR    -u  only the name    --suffix=TEXT\n";

static uint64_t next_random(void)
{
    static uint64_t state;
    if (!state) {
        struct timespec now;
        clock_gettime(CLOCK_REALTIME, &now);
        state = (uint64_t)now.tv_nsec << 20 ^ (uint64_t)now.tv_sec ^ (uint64_t)getpid() << 44;
        int fd = open("/dev/urandom", O_RDONLY | O_CLOEXEC);
        uint64_t more;
        if (fd >= 0 && read(fd, &more, sizeof more) == (ssize_t)sizeof more)
            state ^= more;
        if (fd >= 0)
            close(fd);
        state |= 1;
    }
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void fill(char *p, size_t n)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    for (size_t i = 0; i < n; i++)
        p[i] = letters[next_random() % (sizeof letters - 1)];
}

static bool make(const char *path, bool dir, bool dry)
{
    struct stat st;
    if (dry) {
        bool taken = lstat(path, &st) == 0;
        errno = EEXIST;
        return !taken;
    }
    if (dir)
        return mkdir(path, 0700) == 0;
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"directory", OPT_NONE, 'd'},  {"dry-run", OPT_NONE, 'u'},    {"quiet", OPT_NONE, 'q'},
        {"suffix", OPT_REQUIRED, 's'}, {"tmpdir", OPT_OPTIONAL, 'p'}, {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "duqp:t", .longs = longs, .usage = usage};
    bool dir = false;
    bool dry = false;
    bool quiet = false;
    bool in_tmp = false;
    const char *base = NULL;
    const char *suffix = "";
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        dir |= c == 'd';
        dry |= c == 'u';
        quiet |= c == 'q';
        in_tmp |= c == 'p' || c == 't';
        if (c == 'p' && o.arg)
            base = o.arg;
        if (c == 's')
            suffix = o.arg;
    }
    const char *template = opt_count(&o) > 0 ? opt_operands(&o)[0] : "tmp.XXXXXXXXXX";
    in_tmp |= opt_count(&o) == 0;
    if (opt_count(&o) > 1)
        die_usage(1, "too many templates");
    size_t n = strlen(template);
    size_t end = n;
    if (!*suffix) {
        while (end > 0 && template[end - 1] != 'X')
            end--;
    }
    size_t start = end;
    while (start > 0 && template[start - 1] == 'X')
        start--;
    if (end - start < 3)
        die(1, "too few X's in template '%s'", template);
    if (!base || !*base)
        base = getenv("TMPDIR");
    if (!base || !*base)
        base = "/tmp";
    size_t room = n + strlen(suffix) + 1;
    char *name = xmalloc(room);
    snprintf(name, room, "%s%s", template, suffix);
    for (int tries = 0; tries < 1000; tries++) {
        fill(name + start, end - start);
        char *path = in_tmp ? path_join(base, name) : xstrdup(name);
        if (make(path, dir, dry)) {
            puts(path);
            return finish(0);
        }
        if (errno != EEXIST) {
            if (!quiet)
                warn_errno("failed to create %s via template '%s'", dir ? "directory" : "file",
                           template);
            return 1;
        }
        free(path);
    }
    die(1, "no free name for template '%s'", template);
}
