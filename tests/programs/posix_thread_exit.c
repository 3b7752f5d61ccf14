/*
 * How a process ends that has threads: the main thread's end leaves the others running,
 * the last one's end is the process's, with its exit handlers; and exit from any thread.
 */
#include <pthread.h>
#include <stdint.h>
#include <sys/wait.h>
#include "posix_check.h"

static pthread_t main_thread;

static void at_end(void)
{
    if (write(1, "e", 1) != 1)
        _exit(9);
}

static void *outlive(void *arg)
{
    (void)arg;
    usleep(30000);
    return write(1, "t", 1) == 1 ? NULL : arg;
}

static void *join_main(void *arg)
{
    void *result = NULL;

    (void)arg;
    if (pthread_join(main_thread, &result) != 0 || result != (void *)5)
        _exit(8);
    return write(1, "j", 1) == 1 ? NULL : arg;
}

static void *exit_here(void *arg)
{
    exit((int)(intptr_t)arg);
}

static void child(int how)
{
    pthread_t t;

    main_thread = pthread_self();
    atexit(at_end);
    switch (how) {
    case 0:
        pthread_create(&t, NULL, outlive, NULL);
        pthread_exit(NULL);
    case 1:
        pthread_create(&t, NULL, join_main, NULL);
        usleep(20000);
        pthread_exit((void *)5);
    case 2:
        pthread_create(&t, NULL, exit_here, (void *)7);
        for (;;)
            pause();
    case 3:
        pthread_exit(NULL);
    }
}

static void run(int how, const char *output, int status)
{
    char got[16] = {0};
    int p[2], result;

    CHECK_EQ(pipe(p), 0);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(p[1], 1);
        child(how);
        _exit(99);
    }
    close(p[1]);
    CHECK_EQ(waitpid(pid, &result, 0), pid);
    CHECK_EQ(result, status << 8);
    CHECK(read(p[0], got, sizeof got - 1) >= 0);
    if (strcmp(got, output) != 0) {
        check_failures++;
        printf("case %d writes \"%s\", not \"%s\"\n", how, got, output);
    }
    close(p[0]);
}

int main(void)
{
    run(0, "te", 0);
    run(1, "je", 0);
    run(2, "e", 7);
    run(3, "e", 0);
    return check_status();
}
