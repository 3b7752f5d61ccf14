/* Files and directories with names that nobody else has. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>
#include "shim/src/internal/thread.h"

#define TRIES 100
#define MARKS 6

/* The place of the six X before a suffix; NULL: there are none. */
static char *find_marks(char *path, size_t suffix)
{
    size_t len = strlen(path);

    if (len < suffix + MARKS)
        return NULL;
    char *marks = path + len - suffix - MARKS;
    return strncmp(marks, "XXXXXX", MARKS) == 0 ? marks : NULL;
}

static void fill(char *marks)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    static u64 counter;
    u64 x;

    if (getrandom(&x, sizeof x, GRND_NONBLOCK) != (ssize_t)sizeof x)
        x = __builtin_ia32_rdtsc() + ((u64)getpid() << 40) +
            __atomic_add_fetch(&counter, 1, __ATOMIC_RELAXED);
    for (int i = 0; i < MARKS; i++, x /= 62)
        marks[i] = letters[x % 62];
}

/* Tries names until make takes one. Result: make's; -1 with errno, the path's X back in place. */
static int try_names(char *path, size_t suffix, int (*make)(const char *path, int flags), int flags)
{
    char *marks = find_marks(path, suffix);

    if (!marks) {
        errno = EINVAL;
        return -1;
    }
    for (int i = 0; i < TRIES; i++) {
        fill(marks);
        int result = make(path, flags);
        if (result >= 0)
            return result;
        if (errno != EEXIST)
            break;
    }
    memcpy(marks, "XXXXXX", MARKS);
    return -1;
}

static int make_file(const char *path, int flags)
{
    return open(path, (flags & ~O_ACCMODE) | O_RDWR | O_CREAT | O_EXCL, 0600);
}

static int make_directory(const char *path, int flags)
{
    (void)flags;
    return mkdir(path, 0700);
}

static int make_name(const char *path, int flags)
{
    struct stat st;

    (void)flags;
    if (lstat(path, &st) == 0) {
        errno = EEXIST;
        return -1;
    }
    return errno == ENOENT ? 0 : -1;
}

int mkostemps(char *path, int suffix, int flags)
{
    if (suffix < 0) {
        errno = EINVAL;
        return -1;
    }
    return try_names(path, (size_t)suffix, make_file, flags);
}

int mkstemps(char *path, int suffix)
{
    return mkostemps(path, suffix, 0);
}

int mkostemp(char *path, int flags)
{
    return mkostemps(path, 0, flags);
}

int mkstemp(char *path)
{
    return mkostemps(path, 0, 0);
}

char *mkdtemp(char *path)
{
    return try_names(path, 0, make_directory, 0) < 0 ? NULL : path;
}

char *mktemp(char *path)
{
    if (try_names(path, 0, make_name, 0) < 0)
        *path = 0;
    return path;
}
