/*
 * Start a program and wait for its end: on the host and inside the system.
 *
 *     spawn NAME PATH [NAME PATH]...
 */
#include "bench/measure.h"

#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>

extern char **environ;

#define SPAWN_BATCHES 25u
#define SPAWNS_A_BATCH 12u

static bool spawn_and_wait(void *arg, uint64_t n)
{
    char *argv[] = {arg, NULL};

    for (uint64_t i = 0; i < n; i++) {
        pid_t pid;
        int status;

        if (posix_spawn(&pid, arg, NULL, NULL, argv, environ) != 0)
            return false;
        if (waitpid(pid, &status, 0) != pid || status != 0)
            return false;
    }
    return true;
}

int main(int argc, char **argv)
{
    int status = argc < 3;

    for (int i = 1; i + 1 < argc; i += 2) {
        if (!spawn_and_wait(argv[i + 1], SPAWNS_A_BATCH) ||
            !measure_batches(argv[i], spawn_and_wait, argv[i + 1], SPAWN_BATCHES, SPAWNS_A_BATCH)) {
            fprintf(stderr, "bench: spawning %s failed\n", argv[i + 1]);
            status = 1;
        }
    }
    return status;
}
