/* A program whose library lacks a symbol. */
#include <stdio.h>

void lack_call(void);

int main(void)
{
    puts("before the call");
    fflush(stdout);
    lack_call();
    puts("after the call");
    return 0;
}
