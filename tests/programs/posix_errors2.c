/* Errors of functions of processes, signals, time, threads, sockets, streams and text. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <iconv.h>
#include <inttypes.h>
#include <limits.h>
#include <locale.h>
#include <poll.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <wchar.h>
#include "posix_check.h"

#define CHECK_NULL(call, error) CHECK_ERRNO((call) ? 0 : -1, error)
/* The call's result is the error. */
#define CHECK_ERROR(call, error) CHECK_EQ(call, error)

extern char **environ;

static void test_processes(void)
{
    char *const argv[] = {"x", NULL};
    pid_t pid;
    int status, fd = open("plain", O_CREAT | O_WRONLY, 0755);

    CHECK_EQ(write(fd,
                   "\x7f"
                   "ELF",
                   4),
             4);
    close(fd);
    CHECK_ERRNO(execv("missing", argv), ENOENT);
    CHECK_ERRNO(execv("plain/x", argv), ENOTDIR);
    CHECK_ERRNO(execv("plain", argv), ENOEXEC);
    CHECK_EQ(chmod("plain", 0644), 0);
    CHECK_ERRNO(execv("plain", argv), EACCES);
    CHECK_ERRNO(execv(".", argv), EACCES);
    CHECK_ERRNO(execvp("no-such-program", argv), ENOENT);
    CHECK_ERRNO(execvp("", argv), ENOENT);
    CHECK_ERRNO(fexecve(99, argv, environ), EBADF);
    CHECK_ERROR(posix_spawn(&pid, "missing", NULL, NULL, argv, environ), ENOENT);
    CHECK_ERROR(posix_spawnp(&pid, "no-such-program", NULL, NULL, argv, environ), ENOENT);
    CHECK_EQ(unlink("plain"), 0);
    CHECK_ERRNO(wait(&status), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(getpid(), &status, 0), ECHILD);
    CHECK_ERRNO(waitpid(-1, &status, 0x1000), EINVAL);
    siginfo_t info;
    CHECK_ERRNO(waitid(P_ALL, 0, &info, WEXITED), ECHILD);
    CHECK_ERRNO(waitid(P_ALL, 0, &info, 0), EINVAL);
    CHECK_ERRNO(waitid((idtype_t)99, 0, &info, WEXITED), EINVAL);
    CHECK_ERRNO(kill(999999, 0), ESRCH);
    CHECK_ERRNO(kill(getpid(), -1), EINVAL);
    CHECK_ERRNO(kill(getpid(), 65), EINVAL);
    CHECK_ERRNO(killpg(999999, 0), ESRCH);
    CHECK_ERRNO(getpgid(999999), ESRCH);
    CHECK_ERRNO(getsid(999999), ESRCH);
    CHECK_ERRNO(setpgid(0, -1), EINVAL);
    CHECK_ERRNO(setpgid(999999, 0), ESRCH);
    pid = fork();
    if (pid == 0) {
        setpgid(0, 0);
        _exit(setsid() != -1 || errno != EPERM);
    }
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK_EQ(status, 0);
    struct rlimit limit = {2, 1};
    CHECK_ERRNO(getrlimit(99, &limit), EINVAL);
    CHECK_ERRNO(setrlimit(RLIMIT_NOFILE, &limit), EINVAL);
    struct rusage usage;
    CHECK_ERRNO(getrusage(99, &usage), EINVAL);
    CHECK_ERRNO(getpriority(99, 0), EINVAL);
    CHECK_ERRNO(setpriority(99, 0, 0), EINVAL);
    CHECK_ERRNO(getpriority(PRIO_PROCESS, 999999), ESRCH);
    CHECK_ERRNO(sched_get_priority_max(99), EINVAL);
    CHECK_ERRNO(sched_getscheduler(999999), ESRCH);
    CHECK_ERRNO(sysconf(9999), EINVAL);
    CHECK_ERRNO(pathconf(".", 9999), EINVAL);
    CHECK_ERRNO(pathconf("missing", _PC_NAME_MAX), ENOENT);
    CHECK_ERRNO(fpathconf(99, _PC_NAME_MAX), EBADF);
    CHECK_ERRNO(confstr(9999, NULL, 0) ? 0 : -1, EINVAL);
    CHECK_ERRNO(ftok("missing", 1), ENOENT);
}

static void test_signals(void)
{
    const struct timespec bad = {0, 1000000000}, negative = {-1, 0};
    sigset_t set;

    CHECK_ERRNO(sigaddset(&set, 0), EINVAL);
    CHECK_ERRNO(sigaddset(&set, 65), EINVAL);
    CHECK_ERRNO(sigdelset(&set, -1), EINVAL);
    CHECK_ERRNO(sigismember(&set, 65), EINVAL);
    sigemptyset(&set);
    CHECK_ERRNO(sigprocmask(99, &set, NULL), EINVAL);
    CHECK_ERROR(pthread_sigmask(99, &set, NULL), EINVAL);
    CHECK_ERRNO(sigqueue(getpid(), 65, (union sigval){0}), EINVAL);
    CHECK_ERRNO(sigqueue(999999, 0, (union sigval){0}), ESRCH);
    CHECK_ERRNO(sigtimedwait(&set, NULL, &bad), EINVAL);
    CHECK_ERROR(pthread_kill(pthread_self(), 65), EINVAL);
    CHECK_ERRNO(nanosleep(&bad, NULL), EINVAL);
    CHECK_ERRNO(nanosleep(&negative, NULL), EINVAL);
    CHECK_ERROR(clock_nanosleep(CLOCK_REALTIME, 0, &bad, NULL), EINVAL);
    CHECK_ERROR(clock_nanosleep((clockid_t)99, 0, &negative, NULL), EINVAL);
}

static void test_time(void)
{
    struct timespec ts;
    struct itimerval value = {{0, 0}, {0, 1000000}};
    struct itimerspec bad = {{0, 0}, {0, 1000000000}};
    struct sigevent event = {.sigev_notify = 99};
    timer_t t;

    CHECK_ERRNO(clock_gettime((clockid_t)99, &ts), EINVAL);
    CHECK_ERRNO(clock_getres((clockid_t)99, &ts), EINVAL);
    CHECK_ERRNO(clock_settime(CLOCK_MONOTONIC, &ts), EINVAL);
    CHECK_ERROR(clock_getcpuclockid(999999, &(clockid_t){0}), ESRCH);
    CHECK_ERRNO(getitimer((__typeof__(ITIMER_REAL))99, &value), EINVAL);
    CHECK_ERRNO(setitimer(ITIMER_REAL, &value, NULL), EINVAL);
    CHECK_ERRNO(timer_create((clockid_t)99, NULL, &t), EINVAL);
    CHECK_ERRNO(timer_create(CLOCK_MONOTONIC, &event, &t), EINVAL);
    event = (struct sigevent){.sigev_notify = SIGEV_NONE};
    CHECK_EQ(timer_create(CLOCK_MONOTONIC, &event, &t), 0);
    CHECK_ERRNO(timer_settime(t, 0, &bad, NULL), EINVAL);
    CHECK_EQ(timer_delete(t), 0);
    struct tm far = {.tm_year = INT_MAX, .tm_mon = INT_MAX};
    CHECK_ERRNO(mktime(&far), EOVERFLOW);
    time_t huge = (time_t)1 << 60;
    CHECK_NULL(gmtime(&huge), EOVERFLOW);
    CHECK_NULL(localtime(&huge), EOVERFLOW);
}

static void *wait_for_me(void *arg)
{
    return arg;
}

static void test_threads(void)
{
    const struct timespec bad = {0, 1000000000}, past = {0, 0};
    pthread_mutexattr_t ma;
    pthread_mutex_t m;
    pthread_attr_t a;
    pthread_rwlock_t rw = PTHREAD_RWLOCK_INITIALIZER;
    pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
    pthread_barrier_t b;
    pthread_key_t key;
    pthread_t t;
    sem_t s;
    int old;

    pthread_mutexattr_init(&ma);
    CHECK_ERROR(pthread_mutexattr_settype(&ma, 99), EINVAL);
    CHECK_ERROR(pthread_mutexattr_setpshared(&ma, 99), EINVAL);
    CHECK_ERROR(pthread_mutexattr_setprotocol(&ma, 99), EINVAL);
    CHECK_ERROR(pthread_mutexattr_setrobust(&ma, 99), EINVAL);
    CHECK_EQ(pthread_mutexattr_settype(&ma, PTHREAD_MUTEX_ERRORCHECK), 0);
    CHECK_EQ(pthread_mutex_init(&m, &ma), 0);
    CHECK_ERROR(pthread_mutex_unlock(&m), EPERM);
    CHECK_EQ(pthread_mutex_lock(&m), 0);
    CHECK_ERROR(pthread_mutex_lock(&m), EDEADLK);
    CHECK_ERROR(pthread_mutex_trylock(&m), EBUSY);
    CHECK_ERROR(pthread_cond_timedwait(&cond, &m, &bad), EINVAL);
    CHECK_ERROR(pthread_cond_timedwait(&cond, &m, &past), ETIMEDOUT);
    CHECK_EQ(pthread_mutex_unlock(&m), 0);
    CHECK_ERROR(pthread_mutex_consistent(&m), EINVAL);
    pthread_attr_init(&a);
    CHECK_ERROR(pthread_attr_setstacksize(&a, 100), EINVAL);
    CHECK_ERROR(pthread_attr_setdetachstate(&a, 99), EINVAL);
    CHECK_ERROR(pthread_attr_setscope(&a, 99), EINVAL);
    CHECK_ERROR(pthread_attr_setinheritsched(&a, 99), EINVAL);
    CHECK_ERROR(pthread_setcancelstate(99, &old), EINVAL);
    CHECK_ERROR(pthread_setcanceltype(99, &old), EINVAL);
    CHECK_ERROR(pthread_join(pthread_self(), NULL), EDEADLK);
    CHECK_EQ(pthread_create(&t, NULL, wait_for_me, NULL), 0);
    CHECK_EQ(pthread_detach(t), 0);
    CHECK_EQ(pthread_rwlock_wrlock(&rw), 0);
    CHECK_ERROR(pthread_rwlock_tryrdlock(&rw), EBUSY);
    CHECK_ERROR(pthread_rwlock_trywrlock(&rw), EBUSY);
    CHECK_ERROR(pthread_rwlock_rdlock(&rw), EDEADLK);
    CHECK_ERROR(pthread_barrier_init(&b, NULL, 0), EINVAL);
    CHECK_EQ(pthread_key_create(&key, NULL), 0);
    CHECK_EQ(pthread_key_delete(key), 0);
    CHECK_ERROR(pthread_key_delete(key), EINVAL);
    CHECK_ERROR(pthread_setspecific(key, &key), EINVAL);
    CHECK_ERRNO(sem_init(&s, 0, (unsigned)SEM_VALUE_MAX + 1), EINVAL);
    CHECK_EQ(sem_init(&s, 0, SEM_VALUE_MAX), 0);
    CHECK_ERRNO(sem_post(&s), EOVERFLOW);
}

static void test_sockets(void)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX, .sun_path = "s"};
    int fd = open(".", O_RDONLY), on = 1;
    socklen_t len = sizeof on;
    char buf[4];

    CHECK_ERRNO(socket(99, SOCK_STREAM, 0), EAFNOSUPPORT);
    CHECK_ERRNO(bind(fd, (struct sockaddr *)&a, sizeof a), ENOTSOCK);
    CHECK_ERRNO(bind(99, (struct sockaddr *)&a, sizeof a), EBADF);
    CHECK_ERRNO(listen(fd, 1), ENOTSOCK);
    CHECK_ERRNO(listen(99, 1), EBADF);
    CHECK_ERRNO(accept(fd, NULL, NULL), ENOTSOCK);
    CHECK_ERRNO(connect(fd, (struct sockaddr *)&a, sizeof a), ENOTSOCK);
    CHECK_ERRNO(send(fd, "x", 1, 0), ENOTSOCK);
    CHECK_ERRNO(recv(99, buf, sizeof buf, 0), EBADF);
    CHECK_ERRNO(shutdown(fd, SHUT_RD), ENOTSOCK);
    CHECK_ERRNO(getsockopt(fd, SOL_SOCKET, SO_TYPE, &on, &len), ENOTSOCK);
    CHECK_ERRNO(setsockopt(99, SOL_SOCKET, SO_REUSEADDR, &on, len), EBADF);
    CHECK_ERRNO(inet_pton(99, "1.2.3.4", buf), EAFNOSUPPORT);
    CHECK_NULL(inet_ntop(AF_INET, "\1\2\3\4", buf, sizeof buf), ENOSPC);
    CHECK_NULL(inet_ntop(99, "\1\2\3\4", buf, sizeof buf), EAFNOSUPPORT);
    close(fd);
}

static void test_streams(void)
{
    int p[2], fd = open("s", O_CREAT | O_RDONLY, 0644);
    char small[2];

    CHECK_NULL(fopen("missing", "r"), ENOENT);
    CHECK_NULL(fopen(".", "w"), EISDIR);
    CHECK_NULL(fopen("s", "x"), EINVAL);
    CHECK_NULL(fdopen(99, "r"), EBADF);
    CHECK_NULL(fdopen(fd, "w"), EINVAL);
    CHECK_NULL(popen("true", "z"), EINVAL);
    FILE *f = fdopen(fd, "r");
    CHECK_ERRNO(fputc('x', f), EBADF);
    CHECK(ferror(f));
    CHECK_ERRNO(fseek(f, 0, 99), EINVAL);
    CHECK_ERRNO(fseek(f, -1, SEEK_SET), EINVAL);
    fclose(f);
    f = fopen("s", "w");
    CHECK_ERRNO(fgetc(f), EBADF);
    CHECK(ferror(f));
    fclose(f);
    CHECK_EQ(pipe(p), 0);
    f = fdopen(p[0], "r");
    CHECK_ERRNO(ftell(f), ESPIPE);
    CHECK_ERRNO(fseek(f, 0, SEEK_SET), ESPIPE);
    fclose(f);
    close(p[1]);
    FILE *m = fmemopen(small, sizeof small, "q");
    CHECK(!m);
    CHECK_EQ(unlink("s"), 0);
    CHECK_ERRNO(rename("s", "t"), ENOENT);
    const char *volatile format = "%2147483648d"; /* what a compiler would warn of */
    CHECK_ERRNO(snprintf(small, sizeof small, format, 1), EOVERFLOW);
}

static void test_text(void)
{
    char *end, in[] = "\xff\xff", out[4], *from = in, *to = out, small[3];
    size_t in_left = 2, out_left = 4;
    wchar_t wide[4];
    mbstate_t state = {0};

#define RANGE(call) CHECK_ERRNO((errno = 0, (void)(call), errno ? -1 : 0), ERANGE)
    RANGE(strtol("99999999999999999999", &end, 10));
    RANGE(strtoul("99999999999999999999", &end, 10));
    RANGE(strtoimax("-99999999999999999999", &end, 10));
    RANGE(strtod("1e999", &end));
    RANGE(strtof("1e99", &end));
    RANGE(strtod("1e-999", &end));
    RANGE(wcstol(L"99999999999999999999", NULL, 10));
    CHECK_ERRNO((errno = 0, (void)strtol("1", &end, 99), errno ? -1 : 0), EINVAL);
    CHECK_ERRNO(iconv_open("UTF-8", "no-such-set") == (iconv_t)-1 ? -1 : 0, EINVAL);
    iconv_t c = iconv_open("UTF-16LE", "UTF-8");
    CHECK_ERRNO((int)iconv(c, &from, &in_left, &to, &out_left), EILSEQ);
    char plain[] = "abc";
    from = plain;
    in_left = 3;
    CHECK_ERRNO((int)iconv(c, &from, &in_left, &to, &out_left), E2BIG);
    char part[] = "\xc3";
    from = part;
    in_left = 1;
    to = out;
    out_left = 4;
    CHECK_ERRNO((int)iconv(c, &from, &in_left, &to, &out_left), EINVAL);
    iconv_close(c);
    CHECK_ERRNO((int)mbrtowc(wide, "\x80", 1, &state), EILSEQ);
    CHECK_ERRNO((int)wcrtomb(out, (wchar_t)0xd800, &state), EILSEQ);
    CHECK_ERRNO(setenv("", "x", 1), EINVAL);
    CHECK_ERRNO(setenv("a=b", "x", 1), EINVAL);
    CHECK_ERRNO(unsetenv("a=b"), EINVAL);
    CHECK_ERRNO(getlogin_r(small, 0) ? (errno = ERANGE, -1) : 0, ERANGE);
    CHECK_ERRNO(gethostname(small, 1), ENAMETOOLONG);
    struct passwd pw, *found;
    CHECK_ERROR(getpwuid_r(0, &pw, small, sizeof small, &found), ERANGE);
    CHECK(!found);
    struct group gr, *group;
    CHECK_ERROR(getgrgid_r(0, &gr, small, sizeof small, &group), ERANGE);
}

static void test_memory(void)
{
    volatile size_t huge = SIZE_MAX / 2;
    void *p;

    CHECK_NULL(malloc(huge), ENOMEM);
    CHECK_NULL(calloc(huge, 4), ENOMEM);
    CHECK_NULL(realloc(NULL, huge), ENOMEM);
    CHECK_NULL(reallocarray(NULL, huge, 4), ENOMEM);
    CHECK_ERROR(posix_memalign(&p, 3, 1), EINVAL);
    CHECK_ERROR(posix_memalign(&p, 2, 1), EINVAL);
    CHECK_ERROR(posix_memalign(&p, 64, huge), ENOMEM);
}

int main(void)
{
    check_enter("errors2");
    if (!setlocale(LC_ALL, "C.UTF-8"))
        return 2;
    test_processes();
    test_signals();
    test_time();
    test_threads();
    test_sockets();
    test_streams();
    test_text();
    test_memory();
    check_leave();
    return check_status();
}
