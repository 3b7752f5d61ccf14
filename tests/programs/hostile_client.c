/*
 * A client of the hostile server: whatever that one answers, each call must come back, with data
 * that was asked for or with an error.
 *
 *     hostile_client [MISDEED]
 *
 * Starts the server anew for every misdeed, because some cost it its life. One line for each;
 * status 1 when a call did not come back, or came back with what cannot be.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

#define SERVER "/scheme/initfs/tests/hostile_server"
#define ASKED 16

static const char *const misdeeds[] = {
    "never",         "twice",        "unknown_tag",    "huge_result",  "longer_than_asked",
    "strange_error", "foreign_fd",   "many_fds",       "obtain",       "unknown_flags",
    "false_events",  "corrupt_ring", "scribble_queue", "channel_lies",
};

struct server {
    pid_t pid;
    int out;
};

static bool server_start(struct server *s, const char *scheme)
{
    char *argv[] = {SERVER, (char *)scheme, NULL};
    posix_spawn_file_actions_t actions;
    char line[16] = {0};
    int pipes[2];
    int error;

    if (pipe(pipes) != 0)
        return false;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
    posix_spawn_file_actions_addclose(&actions, pipes[0]);
    posix_spawn_file_actions_addclose(&actions, pipes[1]);
    error = posix_spawn(&s->pid, SERVER, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    s->out = pipes[0];
    return error == 0 && read(s->out, line, sizeof(line) - 1) > 0 && strcmp(line, "serving\n") == 0;
}

static void server_end(struct server *s)
{
    int status;

    kill(s->pid, SIGKILL);
    waitpid(s->pid, &status, 0);
    close(s->out);
}

/* Makes a call in a child that has two seconds, since some answers never come: those
 * children are killed, which is how a user would end them. */
static bool survives(const char *name, const char *what, bool (*call)(const char *path),
                     const char *path)
{
    struct timespec slice = {.tv_nsec = 2000000};
    pid_t pid = fork();
    int status;

    if (pid == 0)
        _exit(call(path) ? 0 : 1);
    for (int waited = 0; pid > 0 && waited < 250; waited++) {
        if (waitpid(pid, &status, WNOHANG) == pid) {
            printf("%s %s: %s\n", name, what, status == 0 ? "ok" : "WRONG");
            return status == 0;
        }
        nanosleep(&slice, NULL);
    }
    kill(pid, SIGKILL);
    waitpid(pid, &status, 0);
    printf("%s %s: waited\n", name, what);
    return strcmp(name, "never") == 0;
}

static bool call_open(const char *path)
{
    int fd = open(path, O_RDONLY);

    return fd >= -1 && fd < 65536;
}

/* A read of ASKED bytes gives at most those, and writes no further. */
static bool read_is_sane(int fd)
{
    unsigned char buffer[ASKED + 16];
    ssize_t n;

    memset(buffer, 0xA5, sizeof(buffer));
    n = read(fd, buffer, ASKED);
    for (int i = ASKED; i < ASKED + 16; i++) {
        if (buffer[i] != 0xA5)
            return false;
    }
    return n >= -1 && n <= ASKED;
}

static bool call_read(const char *path)
{
    int fd = open(path, O_RDONLY);

    return fd < 0 || read_is_sane(fd);
}

/* Long enough that it gets a channel, and for every lie to be told. */
static bool call_many(const char *path)
{
    int fd = open(path, O_RDONLY);

    for (int i = 0; i < 300; i++) {
        if (fd < 0 || !read_is_sane(fd))
            return false;
    }
    return true;
}

static bool call_others(const char *path)
{
    struct stat st;
    int fd = open(path, O_RDWR);

    if (fd < 0)
        return true;
    if (write(fd, path, 4) > 4 || lseek(fd, 0, SEEK_END) < -1 || fstat(fd, &st) > 0)
        return false;
    return close(fd) <= 0;
}

static bool try(const char *name)
{
    struct server s;
    char scheme[48], path[96], at_open[96];
    bool ok;

    snprintf(scheme, sizeof(scheme), "hostile-%s", name);
    if (!server_start(&s, scheme)) {
        printf("%s: the server did not start\n", name);
        return false;
    }
    snprintf(path, sizeof(path), "/scheme/%s/%s", scheme, name);
    snprintf(at_open, sizeof(at_open), "/scheme/%s/at_open/%s", scheme, name);
    ok = survives(name, "read", call_read, path);
    if (strcmp(name, "channel_lies") == 0)
        ok = survives(name, "many", call_many, path) && ok;
    ok = survives(name, "others", call_others, path) && ok;
    ok = survives(name, "open", call_open, at_open) && ok;
    server_end(&s);
    return ok;
}

int main(int argc, char **argv)
{
    int status = 0;

    if (argc > 1)
        return try(argv[1]) ? 0 : 1;

    for (unsigned i = 0; i < sizeof(misdeeds) / sizeof(misdeeds[0]); i++) {
        if (!try(misdeeds[i]))
            status = 1;
        fflush(stdout);
    }
    return status;
}
