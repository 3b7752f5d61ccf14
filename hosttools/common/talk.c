/* How tools speak: messages, passwords, progress; and what else they need of the host. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define BAR 30

const char *tool_name = "redoxfs";
int fail_status = 1;

static volatile sig_atomic_t interrupted_by;

_Noreturn void fail(const char *format, ...)
{
    va_list args;

    progress_end();
    fprintf(stderr, "%s: ", tool_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(fail_status);
}

_Noreturn void usage(int argc, char **argv, const char *text)
{
    bool asked = argc == 2 && (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"));

    fprintf(asked ? stdout : stderr, "usage: %s\n", text);
    exit(asked ? 0 : fail_status);
}

static void note_signal(int sig)
{
    interrupted_by = sig;
}

/* Reads a line of the terminal without showing it: its length, with its end; 0: there is none.
 * Signals that end the tool end the reading first, so that the terminal can be put right; they come
 * only while it is waited for. */
static size_t read_hidden(char *line, size_t size, const struct termios *settings)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGQUIT, SIGHUP};
    const struct sigaction note = {.sa_handler = note_signal};
    struct sigaction old[sizeof(ends) / sizeof(*ends)];
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct termios quiet = *settings;
    sigset_t blocked, before;
    ssize_t n = 0;

    sigemptyset(&blocked);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        sigaddset(&blocked, ends[i]);
    sigprocmask(SIG_BLOCK, &blocked, &before);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        if (sigaction(ends[i], NULL, &old[i]) == 0 && old[i].sa_handler != SIG_IGN)
            sigaction(ends[i], &note, NULL); /* one that was ignored from the start stays so */
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
    if (ppoll(&input, 1, NULL, &before) > 0)
        n = read(STDIN_FILENO, line, size);
    tcsetattr(STDIN_FILENO, TCSADRAIN, settings);
    fputc('\n', stderr);
    for (size_t i = 0; i < sizeof(ends) / sizeof(*ends); i++)
        sigaction(ends[i], &old[i], NULL);
    if (interrupted_by)
        raise(interrupted_by);
    sigprocmask(SIG_SETMASK, &before, NULL);
    return n > 0 ? (size_t)n : 0;
}

bool ask_password(const char *prompt, char *password, size_t size)
{
    struct termios settings;
    size_t len = 0;

    fputs(prompt, stderr);
    fflush(stderr);
    if (tcgetattr(STDIN_FILENO, &settings) == 0)
        len = read_hidden(password, size - 1, &settings);
    else if (fgets(password, (int)size, stdin))
        len = strlen(password);
    password[len] = 0;
    len = strcspn(password, "\n");
    password[len] = 0;
    return len != 0;
}

static void fill_random(void *p, size_t len)
{
    if (getrandom(p, len, 0) != (ssize_t)len)
        fail("no random numbers: %s", strerror(errno));
}

void fill_format(struct rfs_format *f)
{
    struct timespec now;

    fill_random(f->uuid, sizeof(f->uuid));
    f->uuid[6] = (uint8_t)((f->uuid[6] & 0x0F) | 0x40);
    f->uuid[8] = (uint8_t)((f->uuid[8] & 0x3F) | 0x80);
    fill_random(f->salt, sizeof(f->salt));
    fill_random(f->key, sizeof(f->key));
    clock_gettime(CLOCK_REALTIME, &now);
    f->time = (struct rfs_time){(uint64_t)now.tv_sec, (uint32_t)now.tv_nsec};
}

void print_uuid(char text[37], const uint8_t uuid[16])
{
    char *p = text;

    for (unsigned i = 0; i < 16; i++) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            *p++ = '-';
        p += snprintf(p, 3, "%02x", uuid[i]);
    }
}

void *read_whole(const char *path, uint64_t *len)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    char *data;
    size_t done = 0;

    if (fd < 0 || fstat(fd, &st))
        fail("%s: %s", path, strerror(errno));
    data = malloc((size_t)st.st_size + 1);
    if (!data)
        fail("%s: %s", path, strerror(ENOMEM));
    while (done < (size_t)st.st_size) {
        ssize_t n = read(fd, data + done, (size_t)st.st_size - done);

        if (n < 0)
            fail("%s: %s", path, strerror(errno));
        if (!n)
            break;
        done += (size_t)n;
    }
    close(fd);
    *len = done;
    return data;
}

void progress(const char *what, uint64_t done, uint64_t total)
{
    static struct timespec last;
    struct timespec now;
    int filled = total ? (int)(done >= total ? BAR : done * BAR / total) : 0;

    if (!isatty(STDERR_FILENO))
        return;
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (now.tv_sec == last.tv_sec && now.tv_nsec - last.tv_nsec < 100000000)
        return;
    last = now;
    fprintf(stderr, "\r%s [%.*s%*s] %3d%%", what, filled, "##############################",
            BAR - filled, "", total ? (int)(done >= total ? 100 : done * 100 / total) : 0);
}

void progress_end(void)
{
    if (isatty(STDERR_FILENO))
        fputs("\r\033[K", stderr);
}
