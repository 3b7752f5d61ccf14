/* Builtins that test: test, exists, isatty. */
#include "builtin.h"

#include "eval.h"
#include "number.h"
#include "spawn.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int usage(struct shell *sh)
{
    shell_printf(sh, "usage: test TEXT | test -LETTER OPERAND | test A OP B\n"
                     "  -n -z text; -e -f -d -b -c -S -h -L -s -r -w -x file\n"
                     "  = == != texts; -eq -ne -lt -le -gt -ge numbers; -nt -ot -ef files\n");
    return 1;
}

static int truth(bool yes)
{
    return yes ? 0 : 1;
}

static int test_file(struct shell *sh, char letter, const char *path)
{
    struct stat st;
    bool link = letter == 'h' || letter == 'L';
    if (!strchr("ebcdfhLSsrwx", letter))
        return builtin_fail(sh, "test", 1, "unknown test '-%c'", letter);
    if ((link ? lstat(path, &st) : stat(path, &st)) < 0)
        return 1;
    switch (letter) {
    case 'f':
        return truth(S_ISREG(st.st_mode));
    case 'd':
        return truth(S_ISDIR(st.st_mode));
    case 'b':
        return truth(S_ISBLK(st.st_mode));
    case 'c':
        return truth(S_ISCHR(st.st_mode));
    case 'S':
        return truth(S_ISSOCK(st.st_mode));
    case 'h':
    case 'L':
        return truth(S_ISLNK(st.st_mode));
    case 's':
        return truth(st.st_size > 0);
    case 'r':
        return truth(st.st_mode & 0444);
    case 'w':
        return truth(st.st_mode & 0222);
    case 'x':
        return truth(st.st_mode & 0111);
    default:
        return 0;
    }
}

static int compare_files(const char *a, const char *op, const char *b)
{
    struct stat x;
    struct stat y;
    if (stat(a, &x) < 0 || stat(b, &y) < 0)
        return 1;
    if (strcmp(op, "-ef") == 0)
        return truth(x.st_dev == y.st_dev && x.st_ino == y.st_ino);
    bool newer = x.st_mtim.tv_sec != y.st_mtim.tv_sec ? x.st_mtim.tv_sec > y.st_mtim.tv_sec
                                                      : x.st_mtim.tv_nsec > y.st_mtim.tv_nsec;
    bool same = x.st_mtim.tv_sec == y.st_mtim.tv_sec && x.st_mtim.tv_nsec == y.st_mtim.tv_nsec;
    return truth(strcmp(op, "-nt") == 0 ? newer : !newer && !same);
}

static int compare_numbers(struct shell *sh, const char *a, const char *op, const char *b)
{
    if (!number_is_int(a) || !number_is_int(b))
        return builtin_fail(sh, "test", 1, "integer expression expected: '%s'",
                            number_is_int(a) ? b : a);
    long long x = strtoll(a, NULL, 10);
    long long y = strtoll(b, NULL, 10);
    if (strcmp(op, "-eq") == 0)
        return truth(x == y);
    if (strcmp(op, "-ne") == 0)
        return truth(x != y);
    if (strcmp(op, "-lt") == 0)
        return truth(x < y);
    if (strcmp(op, "-le") == 0)
        return truth(x <= y);
    return truth(strcmp(op, "-gt") == 0 ? x > y : x >= y);
}

static int test_binary(struct shell *sh, const char *a, const char *op, const char *b)
{
    static const char *const numeric[] = {"-eq", "-ne", "-lt", "-le", "-gt", "-ge"};
    if (strcmp(op, "=") == 0 || strcmp(op, "==") == 0)
        return truth(strcmp(a, b) == 0);
    if (strcmp(op, "!=") == 0)
        return truth(strcmp(a, b) != 0);
    for (size_t i = 0; i < sizeof numeric / sizeof *numeric; i++) {
        if (strcmp(op, numeric[i]) == 0)
            return compare_numbers(sh, a, op, b);
    }
    if (strcmp(op, "-nt") == 0 || strcmp(op, "-ot") == 0 || strcmp(op, "-ef") == 0)
        return compare_files(a, op, b);
    return builtin_fail(sh, "test", 1, "unknown operator '%s'", op);
}

static int run_test(struct shell *sh, int argc, char **argv)
{
    if (argc < 2)
        return usage(sh);
    const char *first = argv[1];
    bool letter = first[0] == '-' &&
                  ((first[1] >= 'a' && first[1] <= 'z') || (first[1] >= 'A' && first[1] <= 'Z'));
    if (letter && first[2] == '\0') {
        if (argc == 2)
            return 0;
        if (first[1] == 'n' || first[1] == 'z')
            return truth((argv[2][0] == '\0') == (first[1] == 'z'));
        return test_file(sh, first[1], argv[2]);
    }
    if (argc == 2)
        return truth(first[0] != '\0');
    if (argc == 3)
        return builtin_fail(sh, "test", 1, "an operand is missing");
    return test_binary(sh, first, argv[2], argv[3]);
}

static bool string_exists(struct shell *sh, const char *name)
{
    const char *value = scope_string(&sh->scopes, name);
    if (!value)
        value = getenv(name);
    return value && *value;
}

static bool array_exists(struct shell *sh, const char *name)
{
    const struct symbol *symbol = symbol_find(name);
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    return b && b->value.kind == VALUE_ARRAY && b->value.array.count > 0;
}

static bool program_exists(struct shell *sh, const char *name)
{
    const char *path = scope_string(&sh->scopes, "PATH");
    if (!path)
        path = getenv("PATH");
    return path && program_find_in(&sh->temp, path, name);
}

static bool function_exists(struct shell *sh, const char *name)
{
    const struct symbol *symbol = symbol_find(name);
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    return b && b->value.kind == VALUE_FUNCTION;
}

static int run_exists(struct shell *sh, int argc, char **argv)
{
    struct stat st;
    if (argc < 2)
        return 1;
    const char *option = argv[1];
    if (argc == 2)
        return truth(option[0] != '\0');
    const char *name = argv[2];
    if (strcmp(option, "-a") == 0)
        return truth(array_exists(sh, name));
    if (strcmp(option, "-b") == 0)
        return truth(program_exists(sh, name));
    if (strcmp(option, "-d") == 0)
        return truth(stat(name, &st) == 0 && S_ISDIR(st.st_mode));
    if (strcmp(option, "-f") == 0)
        return truth(stat(name, &st) == 0 && S_ISREG(st.st_mode));
    if (strcmp(option, "-s") == 0)
        return truth(string_exists(sh, name));
    if (strcmp(option, "--fn") == 0)
        return truth(function_exists(sh, name));
    return builtin_fail(sh, "exists", 1, "unknown option '%s'", option);
}

static int run_isatty(struct shell *sh, int argc, char **argv)
{
    if (argc < 2)
        return 0;
    char *end;
    long fd = strtol(argv[1], &end, 10);
    if (!*argv[1] || *end || fd < 0 || fd > 1000000)
        return builtin_fail(sh, "isatty", 1, "'%s' is not a descriptor", argv[1]);
    int real = fd == 0 ? sh->io.in : fd == 1 ? sh->io.out : fd == 2 ? sh->io.err : (int)fd;
    return truth(!(fd == 1 && sh->io.capture) && isatty(real));
}

const struct builtin builtins_test[] = {
    {"test", run_test, BUILTIN_PURE, "[EXPRESSION]", "test texts, numbers and files"},
    {"exists", run_exists, BUILTIN_PURE, "[-abdfs | --fn] NAME",
     "whether a variable, function, program or file exists"},
    {"isatty", run_isatty, BUILTIN_PURE, "[FD]", "whether a descriptor is a terminal"},
    {0},
};
