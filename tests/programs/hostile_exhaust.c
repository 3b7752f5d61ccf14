/*
 * Takes all there is of something, until an error ends it.
 *
 *     hostile_exhaust memory|touched|descriptors|pipes|queues|threads|forks|children
 *
 * Prints what it got and the error that ended it. The end must be an error: status 1 when
 * there was none within LIMIT steps where the system has to have one.
 */
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define SELF "/scheme/initfs/tests/hostile_exhaust"
#define MIB (1u << 20)
#define MEMORY_LIMIT (1u << 20) /* MiB */
#define DESCRIPTOR_LIMIT 70000u
#define THREAD_LIMIT 2000u
#define FORK_DEPTH 7
#define CHILDREN 300u

static int report(const char *what, unsigned long got, unsigned long limit, int error)
{
    printf("%s: %lu, then %s\n", what, got, error ? strerror(error) : "no error");
    return got < limit && error != 0 ? 0 : 1;
}

static int memory(int touch)
{
    unsigned long got = 0;

    for (; got < MEMORY_LIMIT; got++) {
        char *p = mmap(NULL, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

        if (p == MAP_FAILED)
            return report(touch ? "touched" : "memory", got, MEMORY_LIMIT, errno);
        for (unsigned i = 0; touch && i < MIB; i += 4096)
            *(volatile char *)(p + i) = 1;
    }
    return report("memory", got, MEMORY_LIMIT, 0);
}

static int descriptors(void)
{
    unsigned long got = 0;

    while (got < DESCRIPTOR_LIMIT && dup(1) >= 0)
        got++;
    return report("descriptors", got, DESCRIPTOR_LIMIT, errno);
}

static int pipes(void)
{
    unsigned long got = 0;
    int fds[2];

    while (got < DESCRIPTOR_LIMIT && pipe(fds) == 0)
        got++;
    return report("pipes", got, DESCRIPTOR_LIMIT, errno);
}

/* A child that takes event queues as long as it gets any leaves some for this process. */
static int queues(void)
{
    unsigned long got = 0;
    int fds[2], left;
    pid_t child;

    if (pipe(fds) != 0 || (child = fork()) < 0)
        return 1;
    if (child == 0) {
        while (got < DESCRIPTOR_LIMIT && open("/scheme/event", O_RDWR) >= 0)
            got++;
        if (write(fds[1], &got, sizeof(got)) == (ssize_t)sizeof(got))
            pause();
        _exit(1);
    }
    if (read(fds[0], &got, sizeof(got)) != (ssize_t)sizeof(got))
        return 1;
    left = open("/scheme/event", O_RDWR);
    kill(child, SIGKILL);
    return left < 0 || report("queues", got, DESCRIPTOR_LIMIT / 2, ENOMEM);
}

static void *wait_for_ever(void *arg)
{
    for (;;)
        pause();
    return arg;
}

static int threads(void)
{
    unsigned long got = 0;
    int error = 0;

    for (; error == 0 && got < THREAD_LIMIT; got += error == 0) {
        pthread_t t;
        pthread_attr_t small;

        pthread_attr_init(&small);
        pthread_attr_setstacksize(&small, 65536);
        error = pthread_create(&t, &small, wait_for_ever, NULL);
    }
    return report("threads", got, THREAD_LIMIT, error);
}

/* Doubles the number of its processes at each level. */
static int forks(void)
{
    int failed = 0, status;

    for (int level = 0; level < FORK_DEPTH; level++)
        failed += fork() < 0;
    while (wait(&status) > 0)
        continue;
    return failed > FORK_DEPTH;
}

/* Children that never end by themselves: each can be killed. */
static int children(void)
{
    char *argv[] = {SELF, "sleeper", NULL};
    unsigned long got = 0;
    pid_t pids[CHILDREN];

    while (got < CHILDREN && posix_spawn(&pids[got], SELF, NULL, NULL, argv, environ) == 0)
        got++;
    printf("children: %lu\n", got);
    for (unsigned long i = 0; i < got; i++) {
        int status;

        if (kill(pids[i], SIGKILL) != 0 || waitpid(pids[i], &status, 0) != pids[i] ||
            !WIFSIGNALED(status))
            return 1;
    }
    return got == 0;
}

int main(int argc, char **argv)
{
    const char *mode = argc > 1 ? argv[1] : "";

    if (strcmp(mode, "memory") == 0)
        return memory(0);
    if (strcmp(mode, "touched") == 0)
        return memory(1);
    if (strcmp(mode, "descriptors") == 0)
        return descriptors();
    if (strcmp(mode, "pipes") == 0)
        return pipes();
    if (strcmp(mode, "queues") == 0)
        return queues();
    if (strcmp(mode, "threads") == 0)
        return threads();
    if (strcmp(mode, "forks") == 0)
        return forks();
    if (strcmp(mode, "children") == 0)
        return children();
    if (strcmp(mode, "sleeper") == 0)
        wait_for_ever(NULL);
    return 2;
}
