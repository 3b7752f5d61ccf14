/* Who and where: ids, users and groups, system name, limits, random bytes, terminals. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <termios.h>
#include "posix_check.h"

static void test_ids(void)
{
    uid_t r, e, s;
    gid_t group;

    CHECK_EQ(getresuid(&r, &e, &s), 0);
    CHECK_EQ(r, getuid());
    CHECK_EQ(e, geteuid());
    CHECK(getgroups(0, &group) >= 0);
    if (geteuid() != 0) {
        CHECK_ERRNO(setuid(0), EPERM);
        return;
    }
    pid_t pid = fork();
    if (pid == 0) {
        if (setgid(1000) < 0 || setuid(1000) < 0)
            _exit(1);
        if (getuid() != 1000 || geteuid() != 1000 || getgid() != 1000 || getegid() != 1000)
            _exit(2);
        if (setuid(0) == 0 || errno != EPERM)
            _exit(3);
        _exit(0);
    }
    int status;
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    pid = fork();
    if (pid == 0) {
        if (seteuid(1000) < 0 || geteuid() != 1000 || getuid() != 0)
            _exit(1);
        if (seteuid(0) < 0 || geteuid() != 0)
            _exit(2);
        _exit(0);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
}

static void test_users(void)
{
    char buf[4096];
    struct passwd record, *p = getpwuid(0);
    struct group *g;
    int n = 0, found = 0;

    CHECK(p && strcmp(p->pw_name, "root") == 0 && p->pw_dir[0] == '/');
    p = getpwnam("root");
    CHECK(p && p->pw_uid == 0 && p->pw_gid == 0 && p->pw_shell[0] == '/');
    errno = 0;
    CHECK(!getpwnam("no such user"));
    CHECK_EQ(errno, 0);
    CHECK_EQ(getpwnam_r("root", &record, buf, sizeof buf, &p), 0);
    CHECK(p == &record);
    CHECK_EQ(getpwnam_r("root", &record, buf, 4, &p), ERANGE);
    CHECK(!p);
    setpwent();
    while ((p = getpwent())) {
        n++;
        found += p->pw_uid == 0;
    }
    endpwent();
    CHECK(n >= 1 && found == 1);
    g = getgrgid(0);
    CHECK(g && strcmp(g->gr_name, "root") == 0 && g->gr_mem);
    g = getgrnam("root");
    CHECK(g && g->gr_gid == 0);
    CHECK(!getgrnam("no such group"));
    for (n = 0, setgrent(); getgrent();)
        n++;
    endgrent();
    CHECK(n >= 1);
}

static void test_system(void)
{
    struct utsname u;
    char name[256];
    struct rlimit limit;

    CHECK_EQ(uname(&u), 0);
    CHECK(u.sysname[0] && u.release[0] && strcmp(u.machine, "x86_64") == 0);
    CHECK_EQ(gethostname(name, sizeof name), 0);
    CHECK(strcmp(name, u.nodename) == 0);
    CHECK_EQ(sysconf(_SC_PAGESIZE), 4096);
    CHECK(sysconf(_SC_NPROCESSORS_ONLN) >= 1);
    CHECK(sysconf(_SC_OPEN_MAX) >= 256);
    CHECK_ERRNO(sysconf(99999), EINVAL);
    CHECK(pathconf("/", _PC_NAME_MAX) >= 255);
    CHECK_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
    CHECK(limit.rlim_cur >= 256);
    CHECK_ERRNO(getrlimit(999, &limit), EINVAL);
    errno = 0;
    getpriority(PRIO_PROCESS, 0);
    CHECK_EQ(errno, 0);
}

static void test_random(void)
{
    unsigned char a[300], b[256];

    memset(a, 0, sizeof a);
    CHECK_EQ(getentropy(a, sizeof b), 0);
    CHECK_EQ(getentropy(b, sizeof b), 0);
    CHECK(memcmp(a, b, sizeof b) != 0);
    CHECK_ERRNO(getentropy(a, 257), EIO);
}

static void test_memory(void)
{
    char *p = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(p != MAP_FAILED);
    CHECK_EQ(p[0] | p[3 * 4096 - 1], 0);
    p[4096] = 'x';
    CHECK_EQ(mprotect(p, 4096, PROT_NONE), 0);
    CHECK_EQ(mprotect(p, 4096, PROT_READ), 0);
    CHECK_EQ(munmap(p, 4096), 0);
    CHECK_EQ(p[4096], 'x');
    CHECK_EQ(munmap(p + 4096, 2 * 4096), 0);
    CHECK(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED);
    CHECK(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0) == MAP_FAILED);
    /* memory shared with a child */
    int *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    CHECK(shared != MAP_FAILED);
    if (shared != MAP_FAILED) {
        pid_t pid = fork();
        if (pid == 0) {
            *shared = 42;
            _exit(0);
        }
        CHECK_EQ(waitpid(pid, NULL, 0), pid);
        CHECK_EQ(*shared, 42);
    }
}

static void test_files(void)
{
    struct statvfs st;
    int p[2];
    struct termios t;

    CHECK_EQ(statvfs("/tmp", &st), 0);
    CHECK(st.f_bsize > 0);
    CHECK_EQ(pipe(p), 0);
    CHECK_EQ(isatty(p[0]), 0);
    CHECK_ERRNO(tcgetattr(p[0], &t), ENOTTY);
    CHECK_EQ(isatty(99), 0);
    CHECK_ERRNO(tcgetattr(99, &t), EBADF);
    CHECK(ttyname(p[0]) == NULL);
    close(p[0]);
    close(p[1]);
    memset(&t, 0, sizeof t);
    cfmakeraw(&t);
    CHECK((t.c_cflag & CSIZE) == CS8 && t.c_cc[VMIN] == 1);
    CHECK_EQ(cfsetospeed(&t, B9600), 0);
    CHECK_EQ(cfgetospeed(&t), B9600);
}

int main(void)
{
    test_ids();
    test_users();
    test_system();
    test_random();
    test_memory();
    test_files();
    return check_status();
}
