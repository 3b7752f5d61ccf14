/* Executes a program by its descriptor: byfd PATH NAME ARGS... */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv)
{
    int fd = argc > 2 ? open(argv[1], O_RDONLY) : -1;

    if (fd < 0)
        return 1;
    fexecve(fd, argv + 2, environ);
    perror("fexecve");
    return 1;
}
