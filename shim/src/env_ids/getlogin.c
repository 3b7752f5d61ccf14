/* getlogin: the user table's name for the real user. */
#include <errno.h>
#include <pwd.h>
#include <string.h>
#include <unistd.h>
#include "shim/src/internal/result.h"

#define NAME_SIZE 64

int getlogin_r(char *buf, size_t size)
{
    char line[1024];
    struct passwd record, *p;
    int error = getpwuid_r(getuid(), &record, line, sizeof line, &p);

    if (error || !p)
        return error ? error : ENXIO;
    return strlcpy(buf, p->pw_name, size) < size ? 0 : ERANGE;
}

char *getlogin(void)
{
    static char name[NAME_SIZE];
    int error = getlogin_r(name, sizeof name);

    if (!error)
        return name;
    __umk_fail(error);
    return NULL;
}
