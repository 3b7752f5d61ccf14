/* Pointers in data, which a program without a fixed place must put right by itself. */
#include <stdio.h>

static const char *const words[] = {"hello", "from", "anywhere"};
static const char *const *const list = words;

int main(void)
{
    printf("%s %s %s\n", list[0], list[1], list[2]);
    return 0;
}
