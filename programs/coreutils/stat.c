/* stat: what is known about files. */
#include "common/error.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/mode.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: stat [OPTION]... FILE...\nPrint what is known about each FILE.\n"
    "  -c FORMAT  in this form    -L  follow links    -t  terse\n"
    "  %a %A mode  %b blocks  %B their size  %d device  %D in hex  %f mode in hex  %F type\n"
    "  %g %G group  %h links  %i inode  %n %N name  %o I/O size  %s size  %t %T device type\n"
    "  %u %U owner  %w %W birth  %x %X access  %y %Y change of data  %z %Z change of status\n";

static const char *type_of(const struct stat *st)
{
    switch (st->st_mode & S_IFMT) {
    case S_IFREG:
        return st->st_size ? "regular file" : "regular empty file";
    case S_IFDIR:
        return "directory";
    case S_IFLNK:
        return "symbolic link";
    case S_IFCHR:
        return "character special file";
    case S_IFBLK:
        return "block special file";
    case S_IFIFO:
        return "fifo";
    case S_IFSOCK:
        return "socket";
    default:
        return "weird file";
    }
}

static void put_time(struct timespec t)
{
    char text[64];
    char zone[16];
    struct tm tm;
    localtime_r(&t.tv_sec, &tm);
    strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &tm);
    strftime(zone, sizeof zone, "%z", &tm);
    printf("%s.%09ld %s", text, t.tv_nsec, zone);
}

static void put_name(const char *name, const struct stat *st)
{
    char target[4096];
    printf("'%s'", name);
    if (!S_ISLNK(st->st_mode))
        return;
    ssize_t n = readlink(name, target, sizeof target - 1);
    if (n >= 0)
        printf(" -> '%.*s'", (int)n, target);
}

/* Its times; false for another letter. */
static bool time_directive(char c, const struct stat *st)
{
    switch (c) {
    case 'x':
        put_time(st->st_atim);
        break;
    case 'X':
        printf("%lld", (long long)st->st_atim.tv_sec);
        break;
    case 'y':
        put_time(st->st_mtim);
        break;
    case 'Y':
        printf("%lld", (long long)st->st_mtim.tv_sec);
        break;
    case 'z':
        put_time(st->st_ctim);
        break;
    case 'Z':
        printf("%lld", (long long)st->st_ctim.tv_sec);
        break;
    default:
        return false;
    }
    return true;
}

/* What it is and whose; false for another letter. */
static bool owner_directive(char c, const struct stat *st)
{
    char mode[11];
    switch (c) {
    case 'a':
        printf("%lo", (unsigned long)(st->st_mode & 07777));
        break;
    case 'A':
        mode_text(st->st_mode, mode);
        fputs(mode, stdout);
        break;
    case 'f':
        printf("%lx", (unsigned long)st->st_mode);
        break;
    case 'F':
        fputs(type_of(st), stdout);
        break;
    case 'g':
        printf("%lu", (unsigned long)st->st_gid);
        break;
    case 'G':
        fputs(group_name(st->st_gid), stdout);
        break;
    case 'u':
        printf("%lu", (unsigned long)st->st_uid);
        break;
    case 'U':
        fputs(user_name(st->st_uid), stdout);
        break;
    default:
        return false;
    }
    return true;
}

static void directive(char c, const char *name, const struct stat *st)
{
    if (time_directive(c, st) || owner_directive(c, st))
        return;
    switch (c) {
    case 'b':
        printf("%lld", (long long)st->st_blocks);
        break;
    case 'B':
        fputs("512", stdout);
        break;
    case 'd':
        printf("%llu", (unsigned long long)st->st_dev);
        break;
    case 'D':
        printf("%llx", (unsigned long long)st->st_dev);
        break;
    case 'h':
        printf("%lu", (unsigned long)st->st_nlink);
        break;
    case 'i':
        printf("%llu", (unsigned long long)st->st_ino);
        break;
    case 'n':
        fputs(name, stdout);
        break;
    case 'N':
        put_name(name, st);
        break;
    case 'o':
        printf("%lld", (long long)st->st_blksize);
        break;
    case 's':
        printf("%lld", (long long)st->st_size);
        break;
    case 't':
        printf("%x", major(st->st_rdev));
        break;
    case 'T':
        printf("%x", minor(st->st_rdev));
        break;
    case 'w':
        putchar('-');
        break;
    case 'W':
        putchar('0');
        break;
    case '%':
        putchar('%');
        break;
    default:
        putchar('?');
    }
}

static void put_format(const char *format, const char *name, const struct stat *st, bool escapes)
{
    for (const char *p = format; *p; p++) {
        if (*p == '%' && p[1]) {
            directive(*++p, name, st);
        } else if (*p == '\\' && escapes && p[1]) {
            p++;
            putchar(*p == 'n' ? '\n' : *p == 't' ? '\t' : *p == '0' ? '\0' : *p);
        } else {
            putchar(*p);
        }
    }
    if (!escapes)
        putchar('\n');
}

static void put_all(const char *name, const struct stat *st)
{
    char mode[11];
    mode_text(st->st_mode, mode);
    fputs("  File: ", stdout);
    fputs(name, stdout);
    if (S_ISLNK(st->st_mode)) {
        char target[4096];
        ssize_t n = readlink(name, target, sizeof target - 1);
        if (n >= 0)
            printf(" -> %.*s", (int)n, target);
    }
    printf("\n  Size: %-10lld\tBlocks: %-10lld IO Block: %-6lld %s\n", (long long)st->st_size,
           (long long)st->st_blocks, (long long)st->st_blksize, type_of(st));
    printf("Device: %u,%u\tInode: %-11llu Links: %lu\n", major(st->st_dev), minor(st->st_dev),
           (unsigned long long)st->st_ino, (unsigned long)st->st_nlink);
    printf("Access: (%04lo/%s)  Uid: (%5lu/%8s)   Gid: (%5lu/%8s)\n",
           (unsigned long)(st->st_mode & 07777), mode, (unsigned long)st->st_uid,
           user_name(st->st_uid), (unsigned long)st->st_gid, group_name(st->st_gid));
    fputs("Access: ", stdout);
    put_time(st->st_atim);
    fputs("\nModify: ", stdout);
    put_time(st->st_mtim);
    fputs("\nChange: ", stdout);
    put_time(st->st_ctim);
    fputs("\n Birth: -\n", stdout);
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {{"format", OPT_REQUIRED, 'c'},
                                            {"printf", OPT_REQUIRED, 'p'},
                                            {"dereference", OPT_NONE, 'L'},
                                            {"terse", OPT_NONE, 't'},
                                            {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "c:Lt", .longs = longs, .usage = usage};
    const char *format = NULL;
    bool follow = false;
    bool escapes = false;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;) {
        if (c == 'c' || c == 'p') {
            format = o.arg;
            escapes = c == 'p';
        } else if (c == 't') {
            format = "%n %s %b %f %u %g %D %i %h %t %T %X %Y %Z %W %o";
        } else {
            follow = true;
        }
    }
    if (opt_count(&o) == 0)
        die_usage(1, "missing operand");
    int status = 0;
    for (int i = 0; i < opt_count(&o); i++) {
        const char *name = opt_operands(&o)[i];
        struct stat st;
        if ((follow ? stat(name, &st) : lstat(name, &st)) < 0) {
            warn_errno("cannot stat '%s'", name);
            status = 1;
        } else if (format) {
            put_format(format, name, &st, escapes);
        } else {
            put_all(name, &st);
        }
    }
    return finish(status);
}
