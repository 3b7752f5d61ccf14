/* daemon: into the background, with no terminal. */
#include <fcntl.h>
#include <unistd.h>

int daemon(int keep_dir, int keep_output)
{
    pid_t pid = fork();

    if (pid < 0)
        return -1;
    if (pid > 0)
        _exit(0);
    if (setsid() < 0)
        return -1;
    if (!keep_dir && chdir("/") < 0)
        return -1;
    if (!keep_output) {
        int fd = open("/scheme/null", O_RDWR);
        if (fd < 0)
            return -1;
        for (int i = 0; i < 3; i++)
            dup2(fd, i);
        if (fd > 2)
            close(fd);
    }
    return 0;
}
