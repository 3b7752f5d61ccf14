/* getpass: a line from the terminal, without echo. */
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define PASS_SIZE 256

static ssize_t read_line(int fd, char *buf, size_t size)
{
    size_t len = 0;
    char c = 0;
    ssize_t r;

    while ((r = read(fd, &c, 1)) == 1 && c != '\n' && c != '\r')
        if (len + 1 < size)
            buf[len++] = c;
    buf[len] = 0;
    return r < 0 || (r == 0 && len == 0) ? -1 : (ssize_t)len;
}

char *getpass(const char *prompt)
{
    static char line[PASS_SIZE];
    struct termios quiet, saved;
    int fd = open("/scheme/libc/tty", O_RDWR | O_CLOEXEC);
    bool silenced = false;

    if (fd < 0)
        return NULL;
    if (tcgetattr(fd, &saved) == 0) {
        quiet = saved;
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
        quiet.c_lflag |= ICANON;
        silenced = tcsetattr(fd, TCSAFLUSH, &quiet) == 0;
    }
    write(fd, prompt, strlen(prompt));
    ssize_t len = read_line(fd, line, sizeof line);
    write(fd, "\n", 1);
    if (silenced)
        tcsetattr(fd, TCSAFLUSH, &saved);
    close(fd);
    return len < 0 ? NULL : line;
}
