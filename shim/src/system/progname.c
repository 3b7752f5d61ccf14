/* The program's name, as BSD programs ask for it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

const char *getprogname(void)
{
    return program_invocation_short_name;
}

void setprogname(const char *name)
{
    const char *slash = strrchr(name, '/');

    program_invocation_short_name = (char *)(slash ? slash + 1 : name);
}
