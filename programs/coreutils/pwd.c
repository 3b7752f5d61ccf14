/* pwd: the current directory. -L takes $PWD when it names the same place, -P never does. */
#include "common/error.h"
#include "common/options.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char usage[] = "Usage: pwd [-L|-P]\nPrint the current directory.\n";

static const char *logical(void)
{
    const char *pwd = getenv("PWD");
    struct stat a;
    struct stat b;
    if (!pwd || pwd[0] != '/' || strstr(pwd, "/./") || strstr(pwd, "/../"))
        return NULL;
    size_t len = strlen(pwd);
    if ((len >= 2 && strcmp(pwd + len - 2, "/.") == 0) ||
        (len >= 3 && strcmp(pwd + len - 3, "/..") == 0))
        return NULL;
    if (stat(pwd, &a) < 0 || stat(".", &b) < 0 || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
        return NULL;
    return pwd;
}

int main(int argc, char **argv)
{
    static const struct opt_long longs[] = {
        {"logical", OPT_NONE, 'L'}, {"physical", OPT_NONE, 'P'}, {NULL, OPT_NONE, 0}};
    struct opts o = {.argc = argc, .argv = argv, .shorts = "LP", .longs = longs, .usage = usage};
    bool use_logical = getenv("POSIXLY_CORRECT") != NULL;
    prog_start(argv);
    for (int c; (c = opt_next(&o)) >= 0;)
        use_logical = c == 'L';
    const char *text = use_logical ? logical() : NULL;
    char *real = NULL;
    if (!text)
        text = real = getcwd(NULL, 0);
    if (!text)
        die_errno(1, "cannot find the current directory");
    puts(text);
    free(real);
    return finish(0);
}
