/* which: the files that command names stand for. The status is the number of names not found. */
#include "common/error.h"
#include "common/options.h"
#include "common/path.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool is_program(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) && access(path, X_OK) == 0;
}

static bool find(const char *name, bool all)
{
    const char *path = getenv("PATH");
    bool found = false;
    if (strchr(name, '/')) {
        if (is_program(name))
            puts(name);
        return is_program(name);
    }
    while (path) {
        size_t n = strcspn(path, ":");
        char *dir = strndup(n ? path : ".", n ? n : 1);
        if (!dir)
            die(1, "memory exhausted");
        char *file = path_join(dir, name);
        bool hit = is_program(file);
        if (hit)
            puts(file);
        found |= hit;
        free(file);
        free(dir);
        if ((hit && !all) || path[n] == '\0')
            break;
        path += n + 1;
    }
    return found;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc,
                     .argv = argv,
                     .shorts = "a",
                     .usage =
                         "Usage: which [-a] NAME...\nPrint the files that commands stand for.\n"};
    bool all = false;
    int missing = 0;
    prog_start(argv);
    while (opt_next(&o) >= 0)
        all = true;
    for (int i = 0; i < opt_count(&o); i++)
        missing += !find(opt_operands(&o)[i], all);
    return finish(missing > 125 ? 125 : missing);
}
