/* find: walks trees and does things with the files that fit an expression, which is compiled to a
 * tree of tests and actions first. */
#include "common/copy.h"
#include "common/error.h"
#include "common/options.h"
#include "common/ids.h"
#include "common/io.h"
#include "common/mode.h"
#include "common/names.h"
#include "common/size.h"
#include "common/times.h"
#include "common/tree.h"

#include <errno.h>
#include <fnmatch.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

enum kind {
    E_AND,
    E_OR,
    E_NOT,
    E_COMMA,
    E_TRUE,
    E_FALSE,
    E_NAME,
    E_PATH,
    E_TYPE,
    E_SIZE,
    E_EMPTY,
    E_TIME,
    E_NEWER,
    E_PERM,
    E_USER,
    E_GROUP,
    E_LINKS,
    E_INODE,
    E_ACCESS,
    E_PRINT,
    E_PRINT0,
    E_LS,
    E_PRUNE,
    E_DELETE,
    E_QUIT,
    E_EXEC
};

struct expr {
    enum kind kind;
    struct expr *left;
    struct expr *right;
    const char *text;
    bool fold;   /* -iname, -ipath */
    char letter; /* of -type, -Xtime (a, c, m), and access (r, w, x) */
    char sign;   /* '+', '-' or 0 in front of a number; '/' and '-' of -perm */
    uint64_t number;
    uint64_t unit;
    struct timespec when;
    char **words; /* of -exec, up to the terminator */
    int word_count;
    bool gathers; /* -exec ... + */
    char **files; /* gathered so far */
    size_t file_count, file_cap, file_bytes;
};

static char **words;
static int count;
static int at;
static bool has_action;
static bool depth_first;
static int min_depth;
static int max_depth = 1 << 30;
static int status;
static time_t now;

/* --- parsing --- */

static struct expr *parse_comma(void);

static struct expr *node(enum kind kind)
{
    struct expr *e = xmalloc(sizeof *e);
    memset(e, 0, sizeof *e);
    e->kind = kind;
    return e;
}

static const char *argument(const char *option)
{
    if (at >= count)
        die(1, "missing argument to '%s'", option);
    return words[at++];
}

static uint64_t number_of(const char *text, const char *option, char *sign)
{
    uint64_t value;
    if (sign && (*text == '+' || *text == '-'))
        *sign = *text++;
    if (!number_parse(text, &value))
        die(1, "invalid argument '%s' to '%s'", text, option);
    return value;
}

static struct expr *numeric(enum kind kind, const char *option, uint64_t unit, char letter)
{
    struct expr *e = node(kind);
    e->number = number_of(argument(option), option, &e->sign);
    e->unit = unit;
    e->letter = letter;
    return e;
}

static struct expr *parse_size(void)
{
    struct expr *e = node(E_SIZE);
    char *text = xstrdup(argument("-size"));
    size_t n = strlen(text);
    e->unit = 512;
    static const char letters[] = "cwbkMG";
    static const uint64_t units[] = {1, 2, 512, 1024, 1048576, 1073741824};
    const char *found = n > 0 ? strchr(letters, text[n - 1]) : NULL;
    if (found && *found) {
        e->unit = units[found - letters];
        text[n - 1] = '\0';
    }
    e->number = number_of(text, "-size", &e->sign);
    free(text);
    return e;
}

static struct expr *parse_perm(void)
{
    struct expr *e = node(E_PERM);
    const char *text = argument("-perm");
    if (*text == '-' || *text == '/')
        e->sign = *text++;
    mode_t mode;
    if (!mode_apply(text, 0, false, 0, &mode))
        die(1, "invalid mode '%s'", text);
    e->number = mode;
    return e;
}

static struct expr *parse_newer(void)
{
    struct expr *e = node(E_NEWER);
    const char *name = argument("-newer");
    struct stat st;
    if (stat(name, &st) < 0)
        die_errno(1, "'%s'", name);
    e->when = st.st_mtim;
    return e;
}

static struct expr *parse_exec(bool asks)
{
    struct expr *e = node(E_EXEC);
    e->words = words + at;
    e->letter = asks ? 'o' : 'e';
    while (at < count) {
        if (strcmp(words[at], ";") == 0)
            break;
        if (strcmp(words[at], "+") == 0 && at > 0 && strcmp(words[at - 1], "{}") == 0) {
            e->gathers = true;
            break;
        }
        at++;
    }
    if (at >= count)
        die(1, "missing argument to '-exec'");
    e->word_count = (int)(words + at - e->words) - e->gathers;
    at++;
    if (e->word_count < 1)
        die(1, "invalid argument to '-exec'");
    has_action = true;
    return e;
}

static struct expr *parse_user(const char *option, bool group)
{
    struct expr *e = node(group ? E_GROUP : E_USER);
    const char *name = argument(option);
    uid_t uid = 0;
    gid_t gid = 0;
    if (group ? !group_number(name, &gid) : !user_number(name, &uid))
        die(1, "'%s' is not the name of a known %s", name, group ? "group" : "user");
    e->number = group ? gid : uid;
    return e;
}

static struct expr *action(enum kind kind)
{
    has_action = true;
    return node(kind);
}

/* Options that hold for the whole run; true when the word is one. */
static bool parse_global(const char *word)
{
    if (strcmp(word, "-maxdepth") == 0)
        max_depth = (int)number_of(argument(word), word, NULL);
    else if (strcmp(word, "-mindepth") == 0)
        min_depth = (int)number_of(argument(word), word, NULL);
    else if (strcmp(word, "-depth") == 0 || strcmp(word, "-d") == 0)
        depth_first = true;
    else
        return strcmp(word, "-xdev") == 0 || strcmp(word, "-mount") == 0 ||
               strcmp(word, "-noleaf") == 0;
    return true;
}

static struct expr *parse_test(const char *word)
{
    static const struct {
        const char *name;
        enum kind kind;
    } simple[] = {{"-true", E_TRUE}, {"-false", E_FALSE}, {"-empty", E_EMPTY}, {"-prune", E_PRUNE}};
    for (size_t i = 0; i < sizeof simple / sizeof *simple; i++) {
        if (strcmp(word, simple[i].name) == 0)
            return node(simple[i].kind);
    }
    bool name = strcmp(word, "-name") == 0 || strcmp(word, "-iname") == 0;
    bool path = strcmp(word, "-path") == 0 || strcmp(word, "-ipath") == 0 ||
                strcmp(word, "-wholename") == 0;
    if (name || path) {
        struct expr *e = node(name ? E_NAME : E_PATH);
        e->text = argument(word);
        e->fold = word[1] == 'i';
        return e;
    }
    if (strcmp(word, "-type") == 0) {
        struct expr *e = node(E_TYPE);
        e->text = argument(word);
        return e;
    }
    if (strcmp(word, "-size") == 0)
        return parse_size();
    if (strcmp(word, "-perm") == 0)
        return parse_perm();
    if (strcmp(word, "-newer") == 0)
        return parse_newer();
    if (strcmp(word, "-user") == 0 || strcmp(word, "-group") == 0)
        return parse_user(word, word[1] == 'g');
    if (strcmp(word, "-links") == 0)
        return numeric(E_LINKS, word, 1, '\0');
    if (strcmp(word, "-inum") == 0)
        return numeric(E_INODE, word, 1, '\0');
    if (strlen(word) == 6 && strcmp(word + 2, "time") == 0)
        return numeric(E_TIME, word, 86400, word[1]);
    if (strlen(word) == 5 && strcmp(word + 2, "min") == 0)
        return numeric(E_TIME, word, 60, word[1]);
    if (strcmp(word, "-readable") == 0 || strcmp(word, "-writable") == 0 ||
        strcmp(word, "-executable") == 0) {
        struct expr *e = node(E_ACCESS);
        e->letter = word[1];
        return e;
    }
    return NULL;
}

static struct expr *parse_action(const char *word)
{
    if (strcmp(word, "-print") == 0)
        return action(E_PRINT);
    if (strcmp(word, "-print0") == 0)
        return action(E_PRINT0);
    if (strcmp(word, "-ls") == 0)
        return action(E_LS);
    if (strcmp(word, "-quit") == 0)
        return action(E_QUIT);
    if (strcmp(word, "-exec") == 0)
        return parse_exec(false);
    if (strcmp(word, "-ok") == 0)
        return parse_exec(true);
    if (strcmp(word, "-delete") == 0) {
        depth_first = true;
        return action(E_DELETE);
    }
    return NULL;
}

static struct expr *parse_primary(void)
{
    const char *word = argument(at > 0 ? words[at - 1] : "find");
    if (strcmp(word, "(") == 0) {
        struct expr *e = parse_comma();
        if (at >= count || strcmp(words[at], ")") != 0)
            die(1, "invalid expression; expected ')'");
        at++;
        return e;
    }
    if (strcmp(word, "!") == 0 || strcmp(word, "-not") == 0) {
        struct expr *e = node(E_NOT);
        e->left = parse_primary();
        return e;
    }
    if (parse_global(word))
        return node(E_TRUE);
    struct expr *e = parse_test(word);
    if (!e)
        e = parse_action(word);
    if (!e)
        die(1, word[0] == '-' ? "unknown predicate '%s'" : "paths must precede expression: '%s'",
            word);
    return e;
}

static struct expr *pair(enum kind kind, struct expr *left, struct expr *right)
{
    struct expr *e = node(kind);
    e->left = left;
    e->right = right;
    return e;
}

static bool at_word(const char *a, const char *b)
{
    return at < count && (strcmp(words[at], a) == 0 || strcmp(words[at], b) == 0);
}

static struct expr *parse_and(void)
{
    struct expr *e = parse_primary();
    while (at < count && !at_word("-o", "-or") && !at_word(")", ",")) {
        if (at_word("-a", "-and"))
            at++;
        e = pair(E_AND, e, parse_primary());
    }
    return e;
}

static struct expr *parse_or(void)
{
    struct expr *e = parse_and();
    while (at_word("-o", "-or")) {
        at++;
        e = pair(E_OR, e, parse_and());
    }
    return e;
}

static struct expr *parse_comma(void)
{
    struct expr *e = parse_or();
    while (at_word(",", ",")) {
        at++;
        e = pair(E_COMMA, e, parse_or());
    }
    return e;
}

/* --- evaluating --- */

struct file {
    const char *path;
    const struct stat *st;
    bool prune;
};

static bool compare_number(const struct expr *e, uint64_t value)
{
    if (e->sign == '+')
        return value > e->number;
    return e->sign == '-' ? value < e->number : value == e->number;
}

static const char *last_component(const char *path, char *buf, size_t size)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    size_t start = n;
    while (start > 0 && path[start - 1] != '/')
        start--;
    if (start == n)
        start = n - 1;
    snprintf(buf, size, "%.*s", (int)(n - start), path + start);
    return buf;
}

static bool fits(const char *pattern, const char *text, bool fold)
{
    if (!fold)
        return fnmatch(pattern, text, 0) == 0;
    char *a = xstrdup(pattern);
    char *b = xstrdup(text);
    for (char *p = a; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    for (char *p = b; *p; p++)
        *p = (char)(*p >= 'A' && *p <= 'Z' ? *p + 32 : *p);
    bool yes = fnmatch(a, b, 0) == 0;
    free(a);
    free(b);
    return yes;
}

static bool has_type(const char *letters, mode_t mode)
{
    char text[11];
    mode_text(mode, text);
    char letter = text[0] == '-' ? 'f' : text[0];
    return strchr(letters, letter) != NULL;
}

static bool is_empty(const struct file *f)
{
    if (S_ISREG(f->st->st_mode))
        return f->st->st_size == 0;
    if (!S_ISDIR(f->st->st_mode))
        return false;
    struct names names;
    bool empty = names_read(&names, f->path) && names.count == 0;
    if (!empty)
        names_free(&names);
    return empty;
}

static bool run_words(char **argv)
{
    pid_t pid;
    int wait_status;
    fflush(stdout);
    int err = posix_spawnp(&pid, argv[0], NULL, NULL, argv, environ);
    if (err) {
        errno = err;
        warn_errno("'%s'", argv[0]);
        return false;
    }
    while (waitpid(pid, &wait_status, 0) < 0) {
        if (errno != EINTR)
            return false;
    }
    return WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == 0;
}

static void flush_gathered(struct expr *e)
{
    if (e->file_count == 0)
        return;
    size_t n = (size_t)e->word_count;
    char **argv = xmalloc((n + e->file_count + 1) * sizeof *argv);
    memcpy(argv, e->words, n * sizeof *argv);
    memcpy(argv + n, e->files, e->file_count * sizeof *argv);
    argv[n + e->file_count] = NULL;
    if (!run_words(argv))
        status = 1;
    free(argv);
    for (size_t i = 0; i < e->file_count; i++)
        free(e->files[i]);
    e->file_count = e->file_bytes = 0;
}

/* A word of -exec with every {} replaced. */
static char *fill_in(const char *word, const char *path)
{
    struct bytes out = {0};
    for (const char *hit; (hit = strstr(word, "{}")); word = hit + 2) {
        bytes_add(&out, word, (size_t)(hit - word));
        bytes_add(&out, path, strlen(path));
    }
    bytes_add(&out, word, strlen(word) + 1);
    return out.data;
}

static bool run_exec(struct expr *e, const char *path)
{
    if (e->gathers) {
        e->files = xgrow(e->files, &e->file_cap, e->file_count + 1, sizeof *e->files);
        e->files[e->file_count++] = xstrdup(path);
        e->file_bytes += strlen(path) + 1;
        if (e->file_bytes > 32768 || e->file_count >= 1000)
            flush_gathered(e);
        return true;
    }
    char **argv = xmalloc(((size_t)e->word_count + 1) * sizeof *argv);
    for (int i = 0; i < e->word_count; i++)
        argv[i] = fill_in(e->words[i], path);
    argv[e->word_count] = NULL;
    bool ok = (e->letter == 'e' || ask("< %s ... %s > ? ", argv[0], path)) && run_words(argv);
    for (int i = 0; i < e->word_count; i++)
        free(argv[i]);
    free(argv);
    return ok;
}

static bool delete_file(const struct file *f)
{
    int r = S_ISDIR(f->st->st_mode) ? rmdir(f->path) : unlink(f->path);
    if (r < 0 && strcmp(f->path, ".") != 0) {
        warn_errno("cannot delete '%s'", f->path);
        status = 1;
        return false;
    }
    return true;
}

static void list(const struct file *f)
{
    char mode[11];
    char when[64];
    mode_text(f->st->st_mode, mode);
    time_listing(f->st->st_mtim.tv_sec, now, when, sizeof when);
    printf("%9llu %6llu %s %3lu %-8s %-8s %8lld %s %s\n", (unsigned long long)f->st->st_ino,
           (unsigned long long)(f->st->st_blocks + 1) / 2, mode, (unsigned long)f->st->st_nlink,
           user_name(f->st->st_uid), group_name(f->st->st_gid), (long long)f->st->st_size, when,
           f->path);
}

static bool in_time(const struct expr *e, const struct stat *st)
{
    time_t t = e->letter == 'a'   ? st->st_atim.tv_sec
               : e->letter == 'c' ? st->st_ctim.tv_sec
                                  : st->st_mtim.tv_sec;
    uint64_t age = t < now ? (uint64_t)(now - t) : 0;
    return compare_number(e, age / e->unit);
}

static bool has_permissions(const struct expr *e, mode_t mode)
{
    mode &= 07777;
    if (e->sign == '-')
        return ((uint64_t)mode & e->number) == e->number;
    if (e->sign == '/')
        return e->number == 0 || ((uint64_t)mode & e->number) != 0;
    return (uint64_t)mode == e->number;
}

static bool evaluate(struct expr *e, struct file *f)
{
    char name[4096];
    switch (e->kind) {
    case E_AND:
        return evaluate(e->left, f) && evaluate(e->right, f);
    case E_OR:
        return evaluate(e->left, f) || evaluate(e->right, f);
    case E_COMMA:
        evaluate(e->left, f);
        return evaluate(e->right, f);
    case E_NOT:
        return !evaluate(e->left, f);
    case E_TRUE:
        return true;
    case E_FALSE:
        return false;
    case E_NAME:
        return fits(e->text, last_component(f->path, name, sizeof name), e->fold);
    case E_PATH:
        return fits(e->text, f->path, e->fold);
    case E_TYPE:
        return has_type(e->text, f->st->st_mode);
    case E_SIZE:
        return compare_number(e, ((uint64_t)f->st->st_size + e->unit - 1) / e->unit);
    case E_EMPTY:
        return is_empty(f);
    case E_TIME:
        return in_time(e, f->st);
    case E_NEWER:
        return f->st->st_mtim.tv_sec != e->when.tv_sec ? f->st->st_mtim.tv_sec > e->when.tv_sec
                                                       : f->st->st_mtim.tv_nsec > e->when.tv_nsec;
    case E_PERM:
        return has_permissions(e, f->st->st_mode);
    case E_USER:
        return (uint64_t)f->st->st_uid == e->number;
    case E_GROUP:
        return (uint64_t)f->st->st_gid == e->number;
    case E_LINKS:
        return compare_number(e, f->st->st_nlink);
    case E_INODE:
        return compare_number(e, f->st->st_ino);
    case E_ACCESS:
        return access(f->path, e->letter == 'r' ? R_OK : e->letter == 'w' ? W_OK : X_OK) == 0;
    case E_PRINT:
        puts(f->path);
        return true;
    case E_PRINT0:
        printf("%s%c", f->path, '\0');
        return true;
    case E_LS:
        list(f);
        return true;
    case E_PRUNE:
        f->prune = true;
        return true;
    case E_DELETE:
        return delete_file(f);
    case E_QUIT:
        exit(finish(status));
    case E_EXEC:
        return run_exec(e, f->path);
    }
    return false;
}

static bool visit(struct tree *t, enum tree_event event, const char *path, const struct stat *st,
                  int level)
{
    struct file f = {.path = path, .st = st};
    if (event == TREE_ERROR) {
        warn_errno("'%s'", path);
        status = 1;
        return false;
    }
    bool due = event == TREE_FILE || (event == TREE_DIR_AFTER) == depth_first;
    if (due && level >= min_depth && level <= max_depth)
        evaluate(t->arg, &f);
    return level < max_depth && !(f.prune && !depth_first);
}

static void flush_all(struct expr *e)
{
    if (!e)
        return;
    flush_all(e->left);
    flush_all(e->right);
    if (e->kind == E_EXEC && e->gathers)
        flush_gathered(e);
}

static bool starts_expression(const char *word)
{
    return (word[0] == '-' && word[1]) || strcmp(word, "(") == 0 || strcmp(word, "!") == 0;
}

static const char usage[] =
    "Usage: find [-H] [-L] [-P] [FILE]... [EXPRESSION]\nFind files below each FILE.\n"
    "Tests: -name -iname -path -type -size -empty -perm -user -group -newer -mtime -mmin ...\n"
    "Actions: -print -print0 -ls -delete -exec -ok -prune -quit    Both: ( ) ! -a -o ,\n";

int main(int argc, char **argv)
{
    struct tree t = {.visit = visit};
    int i = 1;
    prog_start(argv);
    if (opt_help_alone(argc, argv, usage))
        return finish(0);
    now = time(NULL);
    for (; i < argc &&
           (strcmp(argv[i], "-L") == 0 || strcmp(argv[i], "-P") == 0 || strcmp(argv[i], "-H") == 0);
         i++) {
        t.follow = argv[i][1] == 'L';
        t.follow_operands = argv[i][1] == 'H';
    }
    int first = i;
    while (i < argc && !starts_expression(argv[i]))
        i++;
    words = argv + i;
    count = argc - i;
    struct expr *e = count > 0 ? parse_comma() : node(E_TRUE);
    if (at < count)
        die(1, "invalid expression; unexpected '%s'", words[at]);
    if (!has_action)
        e = pair(E_AND, e, node(E_PRINT));
    t.arg = e;
    if (first == i)
        tree_walk(&t, ".");
    for (; first < i; first++)
        tree_walk(&t, argv[first]);
    flush_all(e);
    return finish(status);
}
