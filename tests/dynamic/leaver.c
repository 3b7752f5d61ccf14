/* A library that is closed again, and tells of it. It needs libdeep. */
#include <pthread.h>
#include <stdlib.h>

static _Thread_local char local[3000] = "fresh";
static int state = 1;
static void (*tell)(const char *);
int deep_add(int x);

static void at_exit(void)
{
    tell("atexit");
}

static void at_fork(void)
{
    tell("atfork");
}

void leaver_start(void (*fn)(const char *))
{
    tell = fn;
    atexit(at_exit);
    pthread_atfork(at_fork, NULL, NULL);
}

__attribute__((destructor)) static void down(void)
{
    if (tell)
        tell("down");
}

int leaver_next(void)
{
    return deep_add(state++);
}

char *leaver_local(void)
{
    return local;
}
