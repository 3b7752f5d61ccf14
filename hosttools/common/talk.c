/* How tools speak: messages, passwords, progress; and what else they need of the host. */
#include "hosttools/common/image.h"

#include <errno.h>
#include <fcntl.h>
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

_Noreturn void fail(const char *format, ...)
{
    va_list args;

    progress_end();
    fprintf(stderr, "%s: ", tool_name);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

bool ask_password(const char *prompt, char *password, size_t size)
{
    struct termios old, quiet;
    bool terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    size_t len;

    fputs(prompt, stderr);
    fflush(stderr);
    if (terminal) {
        quiet = old;
        quiet.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSADRAIN, &quiet);
    }
    if (!fgets(password, (int)size, stdin))
        password[0] = 0;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSADRAIN, &old);
        fputc('\n', stderr);
    }
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
