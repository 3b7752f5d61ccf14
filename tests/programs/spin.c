/*
 * Never waits for anything: what a scheduler has to take the processor from.
 *
 *     spin SECONDS
 */
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv)
{
    struct timespec now, end;

    if (argc != 2)
        return 2;
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += atoi(argv[1]);
    do
        clock_gettime(CLOCK_MONOTONIC, &now);
    while (now.tv_sec < end.tv_sec || (now.tv_sec == end.tv_sec && now.tv_nsec < end.tv_nsec));
    return 0;
}
