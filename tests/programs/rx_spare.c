/*
 * Files opened and closed over a channel: that it happens, that nobody can tell but by the time it
 * takes, and that threads, forks and programs started in the middle of it see what they should.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "libredox/src/gate.h"
#include "libredox/src/thread.h"
#include "tests/programs/rx_check.h"

#define DIR "/tmp/rx-spare"
#define FILES 8
#define THREADS 4
#define ROUNDS 1500

static void path_of(char *out, size_t size, int i)
{
    snprintf(out, size, DIR "/%d", i);
}

static void make_files(void)
{
    mkdir(DIR, 0755);
    for (int i = 0; i < FILES; i++) {
        char path[64], byte = (char)('0' + i);
        path_of(path, sizeof(path), i);
        int fd = open(path, O_RDWR | O_CREAT | O_TRUNC, 0644);
        CHECK(fd >= 0 && write(fd, &byte, 1) == 1);
        close(fd);
    }
}

static u32 spare_state(void)
{
    return SPARE_STATE(__atomic_load_n(&gate_page->spare.word, __ATOMIC_RELAXED));
}

/* Opens and closes until that needs no kernel. */
static void warm_up(void)
{
    for (int i = 0; i < 16; i++)
        close(open(DIR "/0", O_RDONLY));
    CHECK_EQ(spare_state(), SPARE_FREE);
}

/* Opens over the channel. */
static int open_spare(int i, int flags)
{
    char path[64];
    path_of(path, sizeof(path), i);
    warm_up();
    int fd = open(path, flags);
    CHECK_EQ(spare_state(), SPARE_OPEN);
    return fd;
}

static bool holds(int fd, int i)
{
    char byte = 0;
    return pread(fd, &byte, 1, 0) == 1 && byte == '0' + i;
}

static void lowest_numbers(void)
{
    warm_up();
    int a = open(DIR "/1", O_RDONLY), b = open(DIR "/2", O_RDONLY), c = open(DIR "/3", O_RDONLY);
    CHECK(b == a + 1 && c == b + 1);
    CHECK(holds(a, 1) && holds(b, 2) && holds(c, 3));
    close(b);
    CHECK_EQ(open(DIR "/4", O_RDONLY), b);
    CHECK(holds(b, 4));
    close(a);
    close(b);
    CHECK_EQ(open(DIR "/5", O_RDONLY), a);
    CHECK(holds(c, 3));
    close(a);
    close(c);
    for (int i = 0; i < 40; i++) {
        int fd = open(DIR "/6", O_RDONLY);
        CHECK_EQ(fd, a);
        close(fd);
    }
    int ends[2];
    CHECK_EQ(pipe(ends), 0);
    CHECK(ends[0] == a && ends[1] == a + 1);
    close(ends[0]);
    close(ends[1]);
}

static void closed_is_closed(void)
{
    char byte;
    int fd = open_spare(1, O_RDWR);
    CHECK_EQ(close(fd), 0);
    CHECK(read(fd, &byte, 1) == -1 && errno == EBADF);
    CHECK(fcntl(fd, F_GETFD) == -1 && errno == EBADF);
    CHECK(close(fd) == -1 && errno == EBADF);
    warm_up();
    CHECK(open(DIR "/none", O_RDONLY) == -1 && errno == ENOENT);
    CHECK(open(DIR "/0", O_RDWR | O_CREAT | O_EXCL, 0600) == -1 && errno == EEXIST);
    CHECK_EQ(spare_state(), SPARE_FREE);
    fd = open_spare(2, O_RDONLY);
    CHECK(write(fd, "x", 1) == -1 && errno == EBADF);
    CHECK(ftruncate(fd, 0) == -1);
    close(fd);
}

static void flags_are_kept(void)
{
    int fd = open_spare(1, O_RDWR | O_CLOEXEC | O_APPEND);
    CHECK_EQ(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_EQ(spare_state(), SPARE_NONE);
    CHECK_EQ(fcntl(fd, F_GETFL) & (O_ACCMODE | O_APPEND), O_RDWR | O_APPEND);
    CHECK(holds(fd, 1));
    close(fd);
    fd = open_spare(1, O_RDONLY);
    CHECK_EQ(fcntl(fd, F_GETFD), 0);
    close(fd);
}

static void positions(void)
{
    char byte;
    int fd = open_spare(3, O_RDONLY);
    CHECK_EQ(read(fd, &byte, 1), 1);
    CHECK_EQ(read(fd, &byte, 1), 0);
    int two = dup(fd);
    CHECK_EQ(lseek(two, 0, SEEK_SET), 0);
    CHECK_EQ(read(fd, &byte, 1), 1);
    close(fd);
    CHECK(holds(two, 3));
    close(two);
    fd = open_spare(4, O_RDONLY);
    CHECK_EQ(read(fd, &byte, 1), 1); /* from its beginning again */
    close(fd);
}

/* A child has what was open, and the parent may close it meanwhile. */
static void forks(void)
{
    int status, fd = open_spare(5, O_RDONLY), gate[2];
    CHECK_EQ(pipe(gate), 0);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        close(gate[1]);
        _exit(read(gate[0], &byte, 1) == 0 && holds(fd, 5) ? 0 : 1);
    }
    close(fd);
    CHECK_EQ(open(DIR "/6", O_RDONLY), fd);
    close(gate[0]);
    close(gate[1]);
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    CHECK(holds(fd, 6));
    close(fd);
}

static void same_status(void)
{
    struct stat by_path, by_fd;
    warm_up();
    int fd = open(DIR "/7", O_RDONLY);
    for (int i = 0; i < 8; i++) {
        CHECK_EQ(stat(DIR "/7", &by_path), 0);
        CHECK_EQ(fstat(fd, &by_fd), 0);
        CHECK(by_path.st_ino == by_fd.st_ino && by_path.st_dev == by_fd.st_dev &&
              by_path.st_mode == by_fd.st_mode && by_path.st_size == 1);
    }
    close(fd);
    CHECK(stat(DIR "/none", &by_path) == -1 && errno == ENOENT);
    CHECK(stat(DIR "/7/x", &by_path) == -1 && errno == ENOTDIR);
    CHECK_EQ(symlink("7", DIR "/link"), 0);
    CHECK(stat(DIR "/link", &by_path) == 0 && by_path.st_ino == by_fd.st_ino);
    CHECK(lstat(DIR "/link", &by_path) == 0 && S_ISLNK(by_path.st_mode));
    CHECK_EQ(unlink(DIR "/link"), 0);
    CHECK(unlink(DIR "/link") == -1 && errno == ENOENT);
    CHECK_EQ(symlink("/scheme/null", DIR "/out"), 0);
    CHECK(stat(DIR "/out", &by_path) == 0 && S_ISCHR(by_path.st_mode));
    CHECK_EQ(unlink(DIR "/out"), 0);
}

static bool forking;

/* Whatever the others do, a thread's descriptor is of the file it has opened. */
static void *storm(void *arg)
{
    int me = (int)(intptr_t)arg;
    char path[64], made[64];
    path_of(path, sizeof(path), me);
    path_of(made, sizeof(made), 100 + me);
    for (int i = 0; i < ROUNDS; i++) {
        int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (!(fd >= 0 && holds(fd, me) && close(fd) == 0)) {
            CHECK(!"a thread's file is another's");
            break;
        }
        if (i % 16 == 0) {
            fd = open(made, O_RDWR | O_CREAT | O_EXCL, 0600);
            CHECK(fd >= 0);
            close(fd);
            CHECK_EQ(unlink(made), 0);
        }
    }
    return NULL;
}

static void threads(void)
{
    pthread_t t[THREADS];
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_create(&t[i], NULL, storm, (void *)(intptr_t)i), 0);
    for (int i = 0; forking && i < 20; i++) {
        int status;
        pid_t pid = fork();
        if (pid == 0)
            _exit(0);
        CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    }
    for (int i = 0; i < THREADS; i++)
        CHECK_EQ(pthread_join(t[i], NULL), 0);
}

/* Started by exec of itself: the descriptor named is open, and no other but the standard three. */
static int as_program(const char *number)
{
    int fd = atoi(number), next = open(DIR "/1", O_RDONLY);
    CHECK(holds(fd, 2));
    CHECK_EQ(next, fd == 3 ? 4 : 3);
    return check_status();
}

static void starts_programs(const char *self)
{
    char number[16];
    int status, fd = open_spare(2, O_RDONLY);
    snprintf(number, sizeof(number), "%d", fd);
    pid_t pid = fork();
    if (pid == 0) {
        close(open(DIR "/3", O_RDONLY));
        execl(self, self, number, (char *)NULL);
        _exit(99);
    }
    CHECK(waitpid(pid, &status, 0) == pid && status == 0);
    close(fd);
}

int main(int argc, char **argv)
{
    if (argc > 1)
        return as_program(argv[1]);
    make_files();
    lowest_numbers();
    closed_is_closed();
    flags_are_kept();
    positions();
    forks();
    same_status();
    starts_programs(argv[0]);
    threads();
    forking = true;
    threads();
    return check_status();
}
