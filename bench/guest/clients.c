/*
 * Many client processes of one server, of which one is active.
 *
 *     clients grow PATH N...     measures one-byte reads with N clients in all, for growing N
 *     clients hold PATH N        starts N clients that have nothing open and says "started N"; at
 *                                a line on stdin has each open a channel, and says "open N"; at
 *                                the next line ends
 *
 * A client is this program again (clients idle PATH, with the read ends of two pipes and the
 * write end of one): it waits for a byte from `go`, opens the file, reads until it has a channel,
 * reports a byte to `done`, and waits for the end of `end`.
 */
#include "bench/measure.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* Where an idle client finds its pipes. */
enum { FD_GO = 3, FD_DONE = 4, FD_END = 5 };
#define READS_FOR_A_CHANNEL 32

struct crowd {
    const char *self, *path;
    int go[2], done[2], end[2];
    unsigned started, opened;
};

static bool read_bytes(void *arg, uint64_t n)
{
    int fd = *(int *)arg;
    char c;

    for (uint64_t i = 0; i < n; i++) {
        if (read(fd, &c, 1) != 1)
            return false;
    }
    return true;
}

static int idle(const char *path)
{
    char c = 'x';
    int fd;

    if (read(FD_GO, &c, 1) != 1)
        return 1;
    fd = open(path, O_RDONLY);
    if (fd < 0 || !read_bytes(&fd, READS_FOR_A_CHANNEL))
        c = '!';
    if (write(FD_DONE, &c, 1) != 1)
        return 1;
    return read(FD_END, &c, 1) == 0 ? 0 : 1;
}

static bool crowd_make(struct crowd *c, const char *self, const char *path)
{
    *c = (struct crowd){.self = self, .path = path};
    return pipe(c->go) == 0 && pipe(c->done) == 0 && pipe(c->end) == 0;
}

/* Starts clients until there are n. Their ends of the pipes get fixed numbers, all else of the
 * pipes is closed in them: or else nobody would see the end of one. */
static bool crowd_start(struct crowd *c, unsigned n)
{
    char *argv[] = {(char *)c->self, "idle", (char *)c->path, NULL};
    const int all[] = {c->go[0], c->go[1], c->done[0], c->done[1], c->end[0], c->end[1]};
    const int from[] = {c->go[0], c->done[1], c->end[0]};
    posix_spawn_file_actions_t actions;
    bool ok = true;

    posix_spawn_file_actions_init(&actions);
    for (int i = 0; i < 3; i++)
        posix_spawn_file_actions_adddup2(&actions, from[i], 20 + i);
    for (int i = 0; i < 6; i++)
        posix_spawn_file_actions_addclose(&actions, all[i]);
    for (int i = 0; i < 3; i++) {
        posix_spawn_file_actions_adddup2(&actions, 20 + i, FD_GO + i);
        posix_spawn_file_actions_addclose(&actions, 20 + i);
    }
    for (; ok && c->started < n; c->started += ok) {
        pid_t pid;

        ok = posix_spawn(&pid, c->self, &actions, NULL, argv, environ) == 0;
    }
    posix_spawn_file_actions_destroy(&actions);
    return ok;
}

/* Has all clients open the file. */
static bool crowd_open(struct crowd *c)
{
    char byte = 'x';

    for (unsigned i = c->opened; i < c->started; i++) {
        if (write(c->go[1], &byte, 1) != 1)
            return false;
    }
    for (; c->opened < c->started; c->opened++) {
        if (read(c->done[0], &byte, 1) != 1 || byte != 'x')
            return false;
    }
    return true;
}

/* Ends all clients and waits for them. */
static bool crowd_end(struct crowd *c)
{
    bool ok = true;

    close(c->end[1]);
    for (; c->started > 0; c->started--) {
        int status;

        ok = wait(&status) > 0 && status == 0 && ok;
    }
    return ok;
}

static bool grow(struct crowd *c, int n, char **sizes)
{
    int fd = open(c->path, O_RDONLY);
    bool ok = fd >= 0;

    for (int i = 0; ok && i < n; i++) {
        char name[32];

        /* this process is one of the clients */
        ok = crowd_start(c, (unsigned)atoi(sizes[i]) - 1) && crowd_open(c);
        snprintf(name, sizeof(name), "clients_%s", sizes[i]);
        ok = ok && measure(name, read_bytes, &fd);
    }
    return crowd_end(c) && ok;
}

static bool hold(struct crowd *c, unsigned n)
{
    char line[16];
    bool ok = crowd_start(c, n);

    printf("started %u\n", c->started);
    fflush(stdout);
    ok = ok && read(0, line, sizeof(line)) > 0 && crowd_open(c);
    printf("open %u\n", c->opened);
    fflush(stdout);
    ok = ok && read(0, line, sizeof(line)) > 0;
    return crowd_end(c) && ok;
}

int main(int argc, char **argv)
{
    struct crowd c;
    bool ok = false;

    if (argc < 3) {
        fputs("usage: clients grow|hold|idle PATH [N]...\n", stderr);
        return 2;
    }
    if (strcmp(argv[1], "idle") == 0)
        return idle(argv[2]);
    if (crowd_make(&c, argv[0], argv[2])) {
        ok = strcmp(argv[1], "grow") == 0 ? grow(&c, argc - 3, argv + 3)
                                          : hold(&c, argc > 3 ? (unsigned)atoi(argv[3]) : 1);
    }
    if (!ok)
        fprintf(stderr, "bench: clients failed: %u started, %u open\n", c.started, c.opened);
    return ok ? 0 : 1;
}
