/* A library for dlopen, which needs libdeep. */
#include <string.h>

static _Thread_local char buffer[5000] = "first";
_Thread_local int plugin_local = 11;
static int state;
int deep_add(int x);

__attribute__((constructor)) static void up(void)
{
    state = 1;
}

int plugin_state(void)
{
    return state;
}

int plugin_add(int x)
{
    return deep_add(x) + 1000;
}

char *plugin_buffer(void)
{
    return buffer;
}

int plugin_local_next(void)
{
    return plugin_local++;
}
