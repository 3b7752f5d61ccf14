/* Tilde: home directories, and entries of the directory stack. */
#include "expand.h"

#include "dirs.h"

#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *home_directory(void)
{
    const struct passwd *pw = getpwuid(getuid());
    if (pw && pw->pw_dir && pw->pw_dir[0])
        return pw->pw_dir;
    return getenv("HOME");
}

/* ~N and ~+N count from the bottom (1 is the last entry), ~-N from the top (0 is the current). */
static int stack_entry(struct shell *sh, const char *prefix, struct buf *out)
{
    char *end;
    bool from_top = *prefix == '-';
    const char *digits = prefix + (*prefix == '-' || *prefix == '+');
    unsigned long n = strtoul(digits, &end, 10);
    size_t count = dirs_count(sh->dirs);
    bool valid = *end == '\0' && *digits >= '0' && *digits <= '9' &&
                 (from_top ? n < count : n >= 1 && n <= count);
    if (!valid)
        return shell_fail(sh, KIND_EXPANSION, "no directory stack entry '~%s'", prefix);
    buf_puts(out, dirs_entry(sh->dirs, from_top ? n : count - n));
    return 0;
}

int expand_tilde(struct shell *sh, const char *prefix, struct buf *out)
{
    const char *path = NULL;
    if (*prefix == '\0')
        path = home_directory();
    else if (strcmp(prefix, "+") == 0)
        path = getenv("PWD");
    else if (strcmp(prefix, "-") == 0)
        path = getenv("OLDPWD");
    else if (strchr("+-0123456789", *prefix))
        return stack_entry(sh, prefix, out);
    else {
        const struct passwd *pw = getpwnam(prefix);
        path = pw ? pw->pw_dir : NULL;
    }
    if (!path)
        return shell_fail(sh, KIND_EXPANSION, "no home directory for '~%s'", prefix);
    buf_puts(out, path);
    return 0;
}
