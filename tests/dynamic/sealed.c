/* Writes where only the loader may write: must die of it. */
#include <stdio.h>

static int (*const pointer)(const char *) = puts;

int main(void)
{
    int (*volatile * writable)(const char *) = (int (*volatile *)(const char *)) & pointer;

    puts("writing");
    fflush(stdout);
    *writable = NULL;
    puts("written");
    return 0;
}
