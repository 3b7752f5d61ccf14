/*
 * shred: overwrites files, so that what they held is gone from where it was. A file system that
 * writes to new places each time, as RedoxFS does, keeps the old blocks until they are used again:
 * there it is the removal that counts. Each pass is brought to the disk before the next one.
 */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/path.h"
#include "common/size.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] =
    "Usage: shred [OPTION]... FILE...\nOverwrite FILEs three times with random bytes.\n"
    "  -f  change permissions where needed    -n N  passes    -s SIZE  that many bytes\n"
    "  -u  remove afterwards    -v  say what happens    -x  not up to a whole block    -z  zeros "
    "at "
    "last\n"
    "  --random-source=FILE    --remove=unlink, wipe or wipesync\n";

static struct {
    bool force, remove, keep_name, verbose, exact, zero;
    uint64_t passes, size;
    bool has_size;
    int source; /* of random bytes; -1: the system's */
} opt = {.passes = 3, .source = -1};

static bool fill_random(char *block, size_t len)
{
    size_t done = 0;
    while (opt.source >= 0 && done < len) {
        ssize_t n = read_some(opt.source, block + done, len - done);
        if (n <= 0) {
            errno = n < 0 ? errno : ENODATA;
            return false;
        }
        done += (size_t)n;
    }
    for (; done < len; done += 256) {
        if (getentropy(block + done, len - done < 256 ? len - done : 256) < 0)
            return false;
    }
    return true;
}

/* One pass over `size` bytes. */
static bool overwrite(int fd, const char *name, uint64_t size, bool zeros, char *block)
{
    if (lseek(fd, 0, SEEK_SET) < 0) {
        warn_errno("%s: cannot rewind", name);
        return false;
    }
    memset(block, 0, IO_BLOCK);
    for (uint64_t at = 0; at < size;) {
        size_t n = size - at < IO_BLOCK ? (size_t)(size - at) : IO_BLOCK;
        if (!zeros && !fill_random(block, n)) {
            warn_errno("no random bytes");
            return false;
        }
        if (write_all(fd, block, n) < 0) {
            warn_errno("%s: error writing at offset %llu", name, (unsigned long long)at);
            return false;
        }
        at += n;
    }
    if (fsync(fd) < 0 && errno != EINVAL && errno != ENOSYS && errno != EBADF) {
        warn_errno("%s: fsync failed", name);
        return false;
    }
    return true;
}

/* How much is overwritten: whole blocks, so that nothing is left behind the end of a file. */
static bool size_of(int fd, const char *name, uint64_t *out)
{
    struct stat st;
    if (fstat(fd, &st) < 0) {
        warn_errno("%s: fstat failed", name);
        return false;
    }
    if ((S_ISCHR(st.st_mode) && isatty(fd)) || S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode)) {
        warn_text("%s: invalid file type", name);
        return false;
    }
    off_t end = S_ISREG(st.st_mode) ? st.st_size : lseek(fd, 0, SEEK_END);
    if (end < 0 && !opt.has_size) {
        warn_text("%s: cannot determine file size", name);
        return false;
    }
    uint64_t block = st.st_blksize > 0 ? (uint64_t)st.st_blksize : 512;
    *out = opt.has_size ? opt.size : (uint64_t)end;
    if (!opt.has_size && !opt.exact && S_ISREG(st.st_mode) && *out % block)
        *out += block - *out % block;
    return true;
}

static bool shred_fd(int fd, const char *name)
{
    uint64_t size;
    if (!size_of(fd, name, &size))
        return false;
    char *block = xmalloc(IO_BLOCK);
    uint64_t all = opt.passes + opt.zero;
    bool ok = true;
    for (uint64_t pass = 1; ok && pass <= all; pass++) {
        bool zeros = pass > opt.passes;
        if (opt.verbose)
            warn_text("%s: pass %llu/%llu (%s)...", name, (unsigned long long)pass,
                      (unsigned long long)all, zeros ? "000000" : "random");
        ok = overwrite(fd, name, size, zeros, block);
    }
    free(block);
    return ok;
}

/* Removes a file, after giving it shorter and shorter names that say nothing. */
static bool wipe(const char *name)
{
    char *dir = path_dir(name), *now = xstrdup(name), *base = path_base(name);
    if (opt.verbose)
        warn_text("%s: removing", name);
    for (size_t len = strlen(base); !opt.keep_name && len > 0; len--) {
        char *fresh = xmalloc(len + 1);
        memset(fresh, '0', len);
        fresh[len] = '\0';
        char *path = path_join(dir, fresh);
        struct stat st;
        bool renamed = lstat(path, &st) < 0 && rename(now, path) == 0;
        if (renamed && opt.verbose)
            warn_text("%s: renamed to %s", now, path);
        free(fresh);
        free(renamed ? now : path);
        now = renamed ? path : now;
    }
    bool ok = unlink(now) == 0;
    if (!ok)
        warn_errno("%s: failed to remove", now);
    else if (opt.verbose)
        warn_text("%s: removed", name);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd >= 0) {
        fsync(fd); /* a file system that cannot has nothing to bring anywhere */
        close(fd);
    }
    free(dir);
    free(now);
    free(base);
    return ok;
}

static bool shred(const char *name)
{
    if (strcmp(name, "-") == 0)
        return shred_fd(STDOUT_FILENO, name);
    int fd = open(name, O_WRONLY | O_CLOEXEC);
    if (fd < 0 && errno == EACCES && opt.force && chmod(name, 0200) == 0)
        fd = open(name, O_WRONLY | O_CLOEXEC);
    if (fd < 0) {
        warn_errno("%s: failed to open for writing", name);
        return false;
    }
    bool ok = shred_fd(fd, name);
    if (ok && opt.remove && ftruncate(fd, 0) < 0) {
        warn_errno("%s: error truncating", name);
        ok = false;
    }
    if (close(fd) < 0) {
        warn_errno("%s: failed to close", name);
        ok = false;
    }
    return ok && (!opt.remove || wipe(name));
}

static void take_remove(const char *how)
{
    opt.remove = true;
    opt.keep_name = how && strcmp(how, "unlink") == 0;
    if (how && !opt.keep_name && strcmp(how, "wipe") != 0 && strcmp(how, "wipesync") != 0)
        die_usage(1, "invalid argument '%s' for '--remove'", how);
}

int main(int argc, char **argv)
{
    enum { SOURCE = 256, REMOVE };
    static const struct opt_long longs[] = {{"force", OPT_NONE, 'f'},
                                            {"iterations", OPT_REQUIRED, 'n'},
                                            {"random-source", OPT_REQUIRED, SOURCE},
                                            {"size", OPT_REQUIRED, 's'},
                                            {"remove", OPT_OPTIONAL, REMOVE},
                                            {"verbose", OPT_NONE, 'v'},
                                            {"exact", OPT_NONE, 'x'},
                                            {"zero", OPT_NONE, 'z'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {
        .argc = argc, .argv = argv, .shorts = "fn:s:uvxz", .longs = longs, .usage = usage};
    int status = 0;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'n' && (!number_parse(o.arg, &opt.passes) || opt.passes > 1000000))
            die(1, "invalid number of passes: '%s'", o.arg);
        if (c == 's' && !size_parse(o.arg, &opt.size))
            die(1, "invalid file size: '%s'", o.arg);
        if (c == SOURCE && (opt.source = open(o.arg, O_RDONLY | O_CLOEXEC)) < 0)
            die_errno(1, "%s", o.arg);
        if (c == 'u' || c == REMOVE)
            take_remove(o.arg);
        opt.has_size |= c == 's';
        opt.force |= c == 'f';
        opt.verbose |= c == 'v';
        opt.exact |= c == 'x';
        opt.zero |= c == 'z';
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing file operand");
    for (int i = 0; i < opt_count(&o); i++) {
        if (!shred(opt_operands(&o)[i]))
            status = 1;
    }
    return finish(status);
}
