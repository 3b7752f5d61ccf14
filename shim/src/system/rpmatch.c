/* rpmatch, getloadavg, canonicalize_file_name, getpt: GNU's and BSD's small additions to
 * <stdlib.h>. */
#include <fcntl.h>
#include <stdlib.h>

int rpmatch(const char *answer)
{
    if (*answer == 'y' || *answer == 'Y')
        return 1;
    return *answer == 'n' || *answer == 'N' ? 0 : -1;
}

/* The kernel does not measure its load. */
int getloadavg(double *loads, int n)
{
    (void)loads;
    (void)n;
    return -1;
}

char *canonicalize_file_name(const char *path)
{
    return realpath(path, NULL);
}

int getpt(void)
{
    return posix_openpt(O_RDWR | O_NOCTTY);
}
