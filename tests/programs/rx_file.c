/*
 * Files by libredox's own functions: data, position, status, names, entries. Works in
 * /tmp, on whatever file system is there.
 */
#include "tests/programs/rx_check.h"

#define DIR_PATH "/tmp/rx_file"
#define NEW (RX_O_CREAT | RX_O_EXCL | RX_O_RDWR | RX_O_CLOEXEC)

static u8 big[300000], back[300000];

static void data_and_position(void)
{
    char buf[16] = {0};
    i64 fd = open_path(DIR_PATH "/a", NEW, 0640);
    if (!GOOD(fd))
        return;
    CHECK_EQ(open_path(DIR_PATH "/a", NEW, 0640), -EEXIST);
    CHECK_EQ(write_text(fd, "hello world"), 11);
    CHECK_EQ(rx_lseek((u64)fd, -5, RX_SEEK_END), 6);
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)buf, sizeof(buf)), 5);
    CHECK(memcmp(buf, "world", 5) == 0);
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)buf, sizeof(buf)), 0);
    CHECK_EQ(rx_pwrite((u64)fd, "J", 1, 0), 1);
    CHECK_EQ(rx_pread((u64)fd, buf, 5, 0), 5);
    CHECK(memcmp(buf, "Jello", 5) == 0);
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_CUR), 11);
    CHECK_EQ(rx_lseek((u64)fd, -12, RX_SEEK_CUR), -EINVAL);
    CHECK_EQ(rx_lseek((u64)fd, 0, 7), -EINVAL);
    CHECK_EQ(redox_ftruncate_v0((size_t)fd, 4), 0);
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_END), 4);
    CHECK_EQ(redox_fsync_v1((size_t)fd), 0);
    CHECK_EQ(redox_fdatasync_v1((size_t)fd), 0);
    CHECK_EQ(redox_close_v1((size_t)fd), 0);
    CHECK_EQ((i64)redox_close_v1((size_t)fd), -EBADF);
    CHECK_EQ((i64)redox_read_v1((size_t)fd, (u8 *)buf, 1), -EBADF);
    fd = open_path(DIR_PATH "/a", RX_O_RDONLY, 0);
    CHECK_EQ(write_text(fd, "x"), -EBADF);
    redox_close_v1((size_t)fd);
}

static void much_data(void)
{
    for (size_t i = 0; i < sizeof(big); i++)
        big[i] = (u8)(i * 7 + i / 251);
    i64 fd = open_path(DIR_PATH "/big", NEW, 0600);
    if (!GOOD(fd))
        return;
    CHECK_EQ(redox_write_v1((size_t)fd, big, sizeof(big)), sizeof(big));
    size_t got = 0;
    for (i64 n; got < sizeof(back); got += (size_t)n)
        if ((n = rx_pread((u64)fd, back + got, sizeof(back) - got, got)) <= 0)
            break;
    CHECK_EQ(got, sizeof(big));
    CHECK(memcmp(big, back, sizeof(big)) == 0);
    redox_close_v1((size_t)fd);
    CHECK_EQ(unlink_path(DIR_PATH "/big", 0), 0);
}

/* One open file, one position, however many descriptors. */
static void descriptors_share_their_file(void)
{
    char buf[8];
    i64 fd = open_path(DIR_PATH "/a", RX_O_RDWR | RX_O_TRUNC, 0);
    if (!GOOD(fd))
        return;
    i64 second = (i64)redox_dup_v1((size_t)fd, NULL, 0);
    CHECK(second >= 0 && second != fd);
    CHECK_EQ(write_text(fd, "ab"), 2);
    CHECK_EQ(write_text(second, "cd"), 2);
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_CUR), 4);
    CHECK_EQ(rx_lseek((u64)second, 1, RX_SEEK_SET), 1);
    CHECK_EQ(redox_read_v1((size_t)fd, (u8 *)buf, 3), 3);
    CHECK(memcmp(buf, "bcd", 3) == 0);
    CHECK_EQ(redox_dup2_v1((size_t)fd, 40, NULL, 0), 40);
    CHECK_EQ(redox_fcntl_v0(40, RX_F_GETFD, 0), 0);
    CHECK_EQ(redox_fcntl_v0(40, RX_F_SETFD, RX_FD_CLOEXEC), 0);
    CHECK_EQ(redox_fcntl_v0(40, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_DUPFD, 50), 50);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_DUPFD_CLOEXEC, 50), 51);
    CHECK_EQ(redox_fcntl_v0(51, RX_F_GETFD, 0), RX_FD_CLOEXEC);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_GETFL, 0) & RX_O_ACCMODE, RX_O_RDWR);
    CHECK_EQ(redox_fcntl_v0((size_t)fd, RX_F_SETFL, RX_O_RDWR | RX_O_APPEND), 0);
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_SET), 0);
    CHECK_EQ(write_text(second, "ef"), 2);
    CHECK_EQ(rx_lseek((u64)fd, 0, RX_SEEK_END), 6);
    for (size_t extra = 50; extra <= 51; extra++)
        CHECK_EQ(redox_close_v1(extra), 0);
    CHECK_EQ(redox_close_v1(40), 0);
    CHECK_EQ(redox_close_v1((size_t)second), 0);
    CHECK_EQ(write_text(fd, "gh"), 2);
    CHECK_EQ(redox_close_v1((size_t)fd), 0);
}

static void status_and_times(void)
{
    struct redox_c_stat st;
    struct redox_c_timespec times[2] = {{1000, 5}, {2000, 6}};
    u64 vfs[11];
    i64 fd = open_path(DIR_PATH "/a", RX_O_RDWR, 0);
    if (!GOOD(fd))
        return;
    CHECK_EQ(redox_fchmod_v1((size_t)fd, 0604), 0);
    CHECK_EQ(redox_futimens_v1((size_t)fd, times), 0);
    CHECK_EQ(redox_fstat_v1((size_t)fd, &st), 0);
    CHECK_EQ(st.mode, MODE_FILE | 0604);
    CHECK_EQ(st.size, 8);
    CHECK_EQ(st.nlink, 1);
    CHECK_EQ(st.atime, 1000);
    CHECK_EQ(st.mtime, 2000);
    CHECK_EQ(st.mtime_nsec, 6);
    times[0].nsec = RX_UTIME_OMIT;
    times[1].nsec = RX_UTIME_NOW;
    CHECK_EQ(redox_futimens_v1((size_t)fd, times), 0);
    CHECK_EQ(redox_fstat_v1((size_t)fd, &st), 0);
    CHECK_EQ(st.atime, 1000);
    CHECK(st.mtime > 1600000000);
    CHECK_EQ(redox_fstatvfs_v1((size_t)fd, vfs), 0);
    CHECK(vfs[0] > 0 && vfs[2] >= vfs[3]);
    CHECK_EQ(redox_fchown_v1((size_t)fd, (u32)redox_get_euid_v1(), (u32)redox_get_egid_v1()), 0);
    redox_close_v1((size_t)fd);
}

static bool path_is(i64 fd, const char *end)
{
    char path[256];
    i64 len = (i64)redox_fpath_v1((size_t)fd, (u8 *)path, sizeof(path));
    size_t want = strlen(end);
    return GOOD(len) && (size_t)len >= want && memcmp(path + len - want, end, want) == 0;
}

static void names(void)
{
    i64 fd = open_path(DIR_PATH "/a", RX_O_RDONLY, 0);
    if (!GOOD(fd))
        return;
    CHECK(path_is(fd, "/rx_file/a"));
    CHECK_EQ(rx_rename(DIR_PATH "/a", strlen(DIR_PATH "/a"), DIR_PATH "/./x/../b",
                       strlen(DIR_PATH "/./x/../b")),
             0);
    CHECK_EQ(open_path(DIR_PATH "/a", RX_O_RDONLY, 0), -ENOENT);
    i64 again = open_path(DIR_PATH "/b", RX_O_RDONLY, 0);
    if (GOOD(again))
        redox_close_v1((size_t)again);
    CHECK_EQ(rx_rename(DIR_PATH "/b", strlen(DIR_PATH "/b"), "/scheme/null/b", 14), -EXDEV);
    CHECK_EQ(
        rx_rename(DIR_PATH "/none", strlen(DIR_PATH "/none"), DIR_PATH "/c", strlen(DIR_PATH "/c")),
        -ENOENT);
    redox_close_v1((size_t)fd);
}

static size_t count_entries(i64 dir, const char *wanted, bool *found)
{
    static u8 buf[4096];
    size_t n = 0;
    u64 next = 0;
    for (;;) {
        i64 len = (i64)redox_getdents_v0((size_t)dir, buf, sizeof(buf), next);
        if (!GOOD(len) || len == 0)
            return n;
        struct rx_dirent head;
        for (i64 at = 0; at < len; at += head.reclen) {
            memcpy(&head, buf + at, sizeof(head));
            if (head.reclen < RX_DIRENT_HEADER || head.reclen > len - at)
                return 0;
            const char *name = (const char *)buf + at + RX_DIRENT_HEADER;
            *found |= strcmp(name, wanted) == 0;
            next = head.next;
            n++;
        }
    }
}

static void directories(void)
{
    struct redox_c_stat st;
    bool found = false;
    char cwd[64];
    i64 dir = open_path(DIR_PATH, RX_O_RDONLY | RX_O_DIRECTORY | RX_O_CLOEXEC, 0);
    if (!GOOD(dir))
        return;
    CHECK_EQ(redox_fstat_v1((size_t)dir, &st), 0);
    CHECK_EQ(st.mode & MODE_TYPE, MODE_DIR);
    CHECK_EQ(count_entries(dir, "b", &found), 1);
    CHECK(found);
    i64 fd = rx_openat(dir, "b", 1, RX_O_RDONLY, 0);
    if (GOOD(fd)) {
        CHECK_EQ((i64)redox_getdents_v0((size_t)fd, (u8 *)cwd, sizeof(cwd), 0), -ENOTDIR);
        redox_close_v1((size_t)fd);
    }
    CHECK_EQ(rx_openat(dir, "none", 4, RX_O_RDONLY, 0), -ENOENT);
    CHECK_EQ(rx_chdir(DIR_PATH, strlen(DIR_PATH)), 0);
    CHECK_EQ(rx_getcwd(cwd, sizeof(cwd)), strlen(DIR_PATH));
    CHECK(strcmp(cwd, DIR_PATH) == 0);
    fd = open_path("b", RX_O_RDONLY, 0);
    if (GOOD(fd))
        redox_close_v1((size_t)fd);
    fd = open_path("../rx_file/b", RX_O_RDONLY, 0);
    if (GOOD(fd))
        redox_close_v1((size_t)fd);
    CHECK_EQ(rx_chdir("b", 1), -ENOTDIR);
    CHECK_EQ(rx_chdir("..", 2), 0);
    CHECK_EQ(rx_fchdir((u64)dir), 0);
    CHECK_EQ(rx_chdir("/", 1), 0);
    CHECK_EQ(rx_unlinkat(dir, "b", 1, 0), 0);
    redox_close_v1((size_t)dir);
    CHECK_EQ(unlink_path(DIR_PATH, RX_AT_REMOVEDIR), 0);
    CHECK_EQ(unlink_path(DIR_PATH, RX_AT_REMOVEDIR), -ENOENT);
}

static void bad_paths(void)
{
    static char longest[5000];
    memset(longest, 'a', sizeof(longest) - 1);
    CHECK_EQ(open_path("", RX_O_RDONLY, 0), -ENOENT);
    CHECK_EQ(open_path(longest, RX_O_RDONLY, 0), -ENAMETOOLONG);
    CHECK_EQ(open_path("/scheme/nosuchscheme/x", RX_O_RDONLY, 0), -ENODEV);
    CHECK_EQ(open_path("nosuchscheme:x", RX_O_RDONLY, 0), -ENODEV);
    CHECK_EQ(open_path("/tmp/\xff", RX_O_RDONLY, 0), -EINVAL);
    i64 out = open_path("/scheme/libc/stdout", RX_O_CLOEXEC, 0);
    if (GOOD(out))
        redox_close_v1((size_t)out);
}

int main(void)
{
    i64 dir = open_path(DIR_PATH, RX_O_CREAT | RX_O_DIRECTORY | RX_O_RDONLY, 0755);
    if (GOOD(dir))
        redox_close_v1((size_t)dir);
    data_and_position();
    much_data();
    descriptors_share_their_file();
    status_and_times();
    names();
    directories();
    bad_paths();
    return check_status();
}
