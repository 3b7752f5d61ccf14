/* Directories: every entry is seen once, positions can be gone back to. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include "posix_check.h"

#define FILES 500

static unsigned char seen[FILES];

static int number_of(const char *name)
{
    static const char prefix[] = "file_with_a_long_name_";

    if (strncmp(name, prefix, sizeof prefix - 1) != 0)
        return -1;
    int n = atoi(name + sizeof prefix - 1);
    return n >= 0 && n < FILES ? n : -1;
}

static int is_dot(const char *name)
{
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

static void make_files(void)
{
    char name[64];

    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "file_with_a_long_name_%d", i);
        int fd = open(name, O_WRONLY | O_CREAT, 0600);
        CHECK(fd >= 0);
        close(fd);
    }
    CHECK_EQ(mkdir("sub", 0755), 0);
}

static void count_all(DIR *d)
{
    struct dirent *e;
    int files = 0, dirs = 0;

    memset(seen, 0, sizeof seen);
    while (errno = 0, (e = readdir(d))) {
        int n = number_of(e->d_name);
        if (n >= 0) {
            CHECK_EQ(seen[n], 0);
            seen[n] = 1;
            files++;
            CHECK(e->d_type == DT_REG || e->d_type == DT_UNKNOWN);
        } else if (strcmp(e->d_name, "sub") == 0) {
            dirs++;
            CHECK(e->d_type == DT_DIR || e->d_type == DT_UNKNOWN);
        } else {
            CHECK(is_dot(e->d_name));
        }
    }
    CHECK_EQ(errno, 0);
    CHECK_EQ(files, FILES);
    CHECK_EQ(dirs, 1);
}

static void test_seek(DIR *d)
{
    char name[256];
    struct dirent *e;

    rewinddir(d);
    for (int i = 0; i < 100; i++)
        CHECK(readdir(d) != NULL);
    long at = telldir(d);
    e = readdir(d);
    CHECK(e != NULL);
    strcpy(name, e->d_name);
    for (int i = 0; i < 50; i++)
        readdir(d);
    seekdir(d, at);
    e = readdir(d);
    CHECK(e && strcmp(e->d_name, name) == 0);
}

static int keep_ending_in_7(const struct dirent *e)
{
    size_t len = strlen(e->d_name);

    return len && e->d_name[len - 1] == '7';
}

static void test_scandir(void)
{
    struct dirent **list;
    int n = scandir(".", &list, keep_ending_in_7, alphasort);

    CHECK_EQ(n, FILES / 10);
    for (int i = 0; i < n; i++) {
        if (i)
            CHECK(strcmp(list[i - 1]->d_name, list[i]->d_name) < 0);
        if (i)
            free(list[i - 1]);
    }
    if (n > 0) {
        free(list[n - 1]);
        free(list);
    }
    CHECK_ERRNO(scandir("none", &list, NULL, NULL), ENOENT);
}

int main(void)
{
    char name[64];

    check_enter("posix_dir");
    make_files();
    DIR *d = opendir(".");
    CHECK(d != NULL);
    if (d) {
        count_all(d);
        rewinddir(d);
        count_all(d);
        test_seek(d);
        CHECK_EQ(closedir(d), 0);
    }
    int fd = open("sub", O_RDONLY | O_DIRECTORY);
    d = fdopendir(fd);
    CHECK(d && dirfd(d) == fd);
    if (d)
        closedir(d);
    CHECK_ERRNO(close(fd), EBADF);
    fd = open("file_with_a_long_name_0", O_RDONLY);
    errno = 0;
    CHECK(!fdopendir(fd) && errno == ENOTDIR);
    close(fd);
    errno = 0;
    CHECK(!opendir("none") && errno == ENOENT);
    test_scandir();
    for (int i = 0; i < FILES; i++) {
        snprintf(name, sizeof name, "file_with_a_long_name_%d", i);
        CHECK_EQ(unlink(name), 0);
    }
    CHECK_EQ(rmdir("sub"), 0);
    check_leave();
    return check_status();
}
