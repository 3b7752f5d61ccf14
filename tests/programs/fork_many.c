/*
 * Forks one child after the other, each of which ends at once, and looks at how it ended.
 *
 *     fork_many SECONDS
 *
 * Prints each that did not end as it should, and the number of forks.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    const time_t end = time(NULL) + (argc > 1 ? atoi(argv[1]) : 1);
    int forks = 0, wrong = 0;

    for (; time(NULL) < end; forks++) {
        int status = -1, code = forks % 100;
        pid_t pid = fork();

        if (pid == 0)
            _exit(code);
        if (pid < 0 || waitpid(pid, &status, 0) != pid || status != code << 8) {
            printf("fork %d: pid %d, status %x instead of %x\n", forks, (int)pid, status,
                   code << 8);
            wrong++;
        }
    }
    printf("%d forks, %d wrong\n", forks, wrong);
    return wrong != 0;
}
