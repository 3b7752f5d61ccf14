/* A library that opens another one when it comes, and closes it when it goes. */
#include <dlfcn.h>

static void *held;

__attribute__((constructor)) static void up(void)
{
    held = dlopen("libleaver.so", RTLD_NOW);
}

__attribute__((destructor)) static void down(void)
{
    if (held)
        dlclose(held);
}

int holder_works(void)
{
    return held != 0;
}
