/* Decoding the command that the system was started for; see console.h. */
#include "servers/init/console.h"
#include "umk/abi/errno.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ARGS_MAX 4096u

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* Replaces %XX in place. False: bad digits, or a NUL. */
static bool decode(char *s)
{
    char *to = s;
    while (*s) {
        if (*s != '%') {
            *to++ = *s++;
            continue;
        }
        int high = hex_digit(s[1]), low = high < 0 ? -1 : hex_digit(s[2]);
        if (low < 0 || (high == 0 && low == 0))
            return false;
        *to++ = (char)(high << 4 | low);
        s += 3;
    }
    *to = 0;
    return true;
}

static i64 add_argument(const struct words *env, unsigned i, struct words *argv)
{
    char name[32];
    snprintf(name, sizeof name, "UMK_COMMAND_%u", i);
    const char *value = words_get(env, name);
    if (!value)
        return -EINVAL;
    char *copy = strdup(value);
    i64 result = !copy ? -ENOMEM : decode(copy) ? 0 : -EINVAL;
    if (result == 0 && !words_add(argv, copy))
        result = -ENOMEM;
    free(copy);
    return result;
}

i64 console_command(const struct words *env, struct words *argv)
{
    const char *count = words_get(env, "UMK_COMMAND_ARGC");
    char *end;
    if (!count)
        return 0;
    unsigned long n = strtoul(count, &end, 10);
    if (end == count || *end || n == 0 || n > ARGS_MAX)
        return -EINVAL;
    for (unsigned i = 0; i < n; i++) {
        i64 result = add_argument(env, i, argv);
        if (result < 0) {
            words_clear(argv);
            return result;
        }
    }
    return 1;
}
