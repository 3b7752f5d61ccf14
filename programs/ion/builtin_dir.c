/* Builtins for directories: cd, pushd, popd, dirs, dir_depth, pwd. */
#include "builtin.h"

#include "dirs.h"
#include "eval.h"
#include "expand.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void print_stack(struct shell *sh)
{
    struct buf out = {0};
    for (size_t i = 0; i < dirs_count(sh->dirs); i++)
        buf_printf(&out, "%s%s", i ? " " : "", dirs_entry(sh->dirs, i));
    buf_putc(&out, '\n');
    shell_out(sh, out.text, out.len);
    buf_free(&out);
}

/* In the directories of CDPATH first, then from here. */
static int change_by_path(struct shell *sh, const char *name)
{
    const struct symbol *symbol = symbol_find("CDPATH");
    const struct binding *b = symbol ? scope_get(&sh->scopes, symbol) : NULL;
    bool searched = b && b->value.kind == VALUE_ARRAY && name[0] != '/';
    for (size_t i = 0; searched && i < b->value.array.count; i++) {
        struct buf path = {0};
        buf_printf(&path, "%s/%s", b->value.array.items[i], name);
        int r = dirs_change(sh->dirs, path.text);
        buf_free(&path);
        if (r == 0)
            return 0;
    }
    return dirs_change(sh->dirs, name);
}

static int run_cd(struct shell *sh, int argc, char **argv)
{
    const char *name = argc > 1 ? argv[1] : getenv("HOME");
    if (argc > 2)
        return builtin_fail(sh, "cd", 1, "too many arguments");
    if (!name)
        name = home_directory();
    if (!name)
        return builtin_fail(sh, "cd", 1, "there is no home directory");
    bool back = argc > 1 && strcmp(name, "-") == 0;
    if (back && !(name = getenv("OLDPWD")))
        return builtin_fail(sh, "cd", 1, "there is no previous directory");
    char *copy = mem_dup(name);
    int r = change_by_path(sh, copy);
    int err = errno;
    if (r == 0 && back)
        shell_printf(sh, "%s\n", copy);
    int status = r == 0 ? 0 : builtin_fail(sh, "cd", 1, "%s: %s", copy, strerror(err));
    free(copy);
    if (status == 0)
        call_hook(sh, "CD_CHANGE", NULL);
    return status;
}

/* +N from the top, -N from the bottom; false when the word is not of that form or out of range. */
static bool stack_position(struct shell *sh, const char *word, size_t *out)
{
    char *end;
    if ((word[0] != '+' && word[0] != '-') || word[1] < '0' || word[1] > '9')
        return false;
    unsigned long n = strtoul(word + 1, &end, 10);
    size_t count = dirs_count(sh->dirs);
    if (*end || n >= count)
        return false;
    *out = word[0] == '+' ? n : count - 1 - n;
    return true;
}

static int go_to_top(struct shell *sh, const char *name)
{
    if (dirs_enter_top(sh->dirs) < 0)
        return builtin_fail(sh, name, 1, "%s: %s", dirs_entry(sh->dirs, 0), strerror(errno));
    print_stack(sh);
    return 0;
}

static int push_new(struct shell *sh, const char *name, bool stay)
{
    struct stat st;
    char *path = dirs_resolve(sh->dirs, name);
    int status = 0;
    if (stat(path, &st) < 0)
        status = builtin_fail(sh, "pushd", 1, "%s: %s", name, strerror(errno));
    else if (!S_ISDIR(st.st_mode))
        status = builtin_fail(sh, "pushd", 1, "%s: %s", name, strerror(ENOTDIR));
    if (status == 0 && stay) {
        dirs_insert(sh->dirs, 1, path);
        print_stack(sh);
    } else if (status == 0) {
        dirs_insert(sh->dirs, 0, path);
        if (dirs_enter_top(sh->dirs) < 0) {
            status = builtin_fail(sh, "pushd", 1, "%s: %s", name, strerror(errno));
            dirs_remove(sh->dirs, 0);
        } else {
            print_stack(sh);
        }
    }
    free(path);
    return status;
}

static int run_pushd(struct shell *sh, int argc, char **argv)
{
    bool stay = argc > 1 && strcmp(argv[1], "-n") == 0;
    const char *word = argc > 1 + stay ? argv[1 + stay] : NULL;
    size_t at;
    if (argc > 2 + stay)
        return builtin_fail(sh, "pushd", 1, "too many arguments");
    if (word && stack_position(sh, word, &at)) {
        /* -N turns the stack the other way. */
        size_t count = dirs_count(sh->dirs);
        dirs_rotate(sh->dirs, word[0] == '+' ? at : (at + 1) % count);
        return go_to_top(sh, "pushd");
    }
    if (word && (word[0] == '+' || word[0] == '-') && word[1] >= '0' && word[1] <= '9')
        return builtin_fail(sh, "pushd", 1, "%s: no such entry in the directory stack", word);
    if (word)
        return push_new(sh, word, stay);
    if (dirs_count(sh->dirs) < 2)
        return builtin_fail(sh, "pushd", 1, "there is no other directory");
    char *top = mem_dup(dirs_entry(sh->dirs, 0));
    dirs_remove(sh->dirs, 0);
    dirs_insert(sh->dirs, 1, top);
    free(top);
    return go_to_top(sh, "pushd");
}

static int run_popd(struct shell *sh, int argc, char **argv)
{
    bool stay = argc > 1 && strcmp(argv[1], "-n") == 0;
    const char *word = argc > 1 + stay ? argv[1 + stay] : NULL;
    size_t at = stay ? 1 : 0;
    if (word && !stack_position(sh, word, &at))
        return builtin_fail(sh, "popd", 1, "%s: no such entry in the directory stack", word);
    if (dirs_count(sh->dirs) < 2)
        return builtin_fail(sh, "popd", 1, "the directory stack is empty");
    dirs_remove(sh->dirs, at);
    if (at > 0) {
        print_stack(sh);
        return 0;
    }
    return go_to_top(sh, "popd");
}

struct dirs_options {
    bool lines, numbers, real;
    const char *word;
};

static void put_entry(const struct dirs_options *o, const char *path, struct buf *out)
{
    char *real = NULL;
    /* Where the directory really is, as seen from inside it. */
    if (o->real && chdir(path) == 0)
        real = getcwd(NULL, 0);
    buf_puts(out, real ? real : path);
    free(real);
}

static int run_dirs(struct shell *sh, int argc, char **argv)
{
    struct dirs_options o = {0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-c") == 0) {
            while (dirs_count(sh->dirs) > 1)
                dirs_remove(sh->dirs, 1);
        } else if (strcmp(argv[i], "-l") == 0) {
            o.real = true;
        } else if (strcmp(argv[i], "-p") == 0) {
            o.lines = true;
        } else if (strcmp(argv[i], "-v") == 0) {
            o.lines = o.numbers = true;
        } else {
            o.word = argv[i];
        }
    }
    struct buf out = {0};
    size_t at;
    int status = 0;
    if (o.word && !stack_position(sh, o.word, &at)) {
        status = 1;
    } else if (o.word) {
        put_entry(&o, dirs_entry(sh->dirs, at), &out);
        buf_putc(&out, '\n');
    } else {
        size_t count = dirs_count(sh->dirs);
        for (size_t i = 0; i < count; i++) {
            if (o.numbers)
                buf_printf(&out, " %zu  ", i);
            put_entry(&o, dirs_entry(sh->dirs, i), &out);
            buf_putc(&out, i + 1 == count || o.lines ? '\n' : ' ');
        }
    }
    if (o.real && chdir(dirs_entry(sh->dirs, 0)) < 0)
        status = builtin_fail(sh, "dirs", 1, "%s", strerror(errno));
    shell_out(sh, buf_text(&out), out.len);
    buf_free(&out);
    return status;
}

static int run_dir_depth(struct shell *sh, int argc, char **argv)
{
    if (argc < 2) {
        dirs_limit(sh->dirs, 0);
        return 0;
    }
    char *end;
    unsigned long n = strtoul(argv[1], &end, 10);
    if (*end || argv[1][0] < '0' || argv[1][0] > '9')
        return builtin_fail(sh, "dir_depth", 1, "'%s' is not a number", argv[1]);
    dirs_limit(sh->dirs, n);
    return 0;
}

static int run_pwd(struct shell *sh, int argc, char **argv)
{
    (void)argc;
    (void)argv;
    return shell_printf(sh, "%s\n", dirs_entry(sh->dirs, 0)) ? 0 : 1;
}

const struct builtin builtins_dir[] = {
    {"cd", run_cd, 0, "[DIRECTORY]", "change the current directory"},
    {"pushd", run_pushd, 0, "[-n] [DIRECTORY | +N | -N]",
     "go to a directory and remember this one"},
    {"popd", run_popd, 0, "[-n] [+N | -N]", "go back to a remembered directory"},
    {"dirs", run_dirs, 0, "[-clpv] [+N | -N]", "show the directory stack"},
    {"dir_depth", run_dir_depth, 0, "[N]", "limit the directory stack"},
    {"pwd", run_pwd, BUILTIN_PURE, "", "print the current directory"},
    {0},
};
