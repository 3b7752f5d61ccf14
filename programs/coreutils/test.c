/*
 * test, and [: evaluates an expression. By POSIX the number of arguments decides what they mean up
 * to four; longer expressions are parsed with ! above -a above -o.
 */
#include "common/error.h"
#include "common/size.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char **words;
static int count;
static int at;

static bool parse_or(void);

static long long integer(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    int64_t value;
    if (!signed_parse(text, &value))
        die(2, "invalid integer '%s'", text);
    return value;
}

static bool is_unary(const char *op)
{
    return op[0] == '-' && op[1] && !op[2] && strchr("bcdefgGhkLnNOprsStuwxz", op[1]);
}

static bool is_binary(const char *op)
{
    static const char *const ops[] = {"=",   "==",  "!=",  "<",   ">",   "-eq", "-ne",
                                      "-lt", "-le", "-gt", "-ge", "-nt", "-ot", "-ef"};
    for (size_t i = 0; i < sizeof ops / sizeof *ops; i++) {
        if (strcmp(op, ops[i]) == 0)
            return true;
    }
    return false;
}

static bool unary(char op, const char *arg)
{
    struct stat st;
    switch (op) {
    case 'n':
        return *arg != '\0';
    case 'z':
        return *arg == '\0';
    case 't':
        return isatty((int)integer(arg));
    case 'r':
        return access(arg, R_OK) == 0;
    case 'w':
        return access(arg, W_OK) == 0;
    case 'x':
        return access(arg, X_OK) == 0;
    case 'h':
    case 'L':
        return lstat(arg, &st) == 0 && S_ISLNK(st.st_mode);
    }
    if (stat(arg, &st) < 0)
        return false;
    switch (op) {
    case 'b':
        return S_ISBLK(st.st_mode);
    case 'c':
        return S_ISCHR(st.st_mode);
    case 'd':
        return S_ISDIR(st.st_mode);
    case 'f':
        return S_ISREG(st.st_mode);
    case 'g':
        return st.st_mode & S_ISGID;
    case 'G':
        return st.st_gid == getegid();
    case 'k':
        return st.st_mode & S_ISVTX;
    case 'N':
        return st.st_mtim.tv_sec > st.st_atim.tv_sec;
    case 'O':
        return st.st_uid == geteuid();
    case 'p':
        return S_ISFIFO(st.st_mode);
    case 's':
        return st.st_size > 0;
    case 'S':
        return S_ISSOCK(st.st_mode);
    case 'u':
        return st.st_mode & S_ISUID;
    default:
        return true;
    }
}

static bool newer(const struct stat *a, const struct stat *b)
{
    return a->st_mtim.tv_sec != b->st_mtim.tv_sec ? a->st_mtim.tv_sec > b->st_mtim.tv_sec
                                                  : a->st_mtim.tv_nsec > b->st_mtim.tv_nsec;
}

static bool compare_files(const char *a, const char *op, const char *b)
{
    struct stat x;
    struct stat y;
    bool has_x = stat(a, &x) == 0;
    bool has_y = stat(b, &y) == 0;
    if (op[1] == 'e')
        return has_x && has_y && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
    if (op[1] == 'n')
        return has_x && (!has_y || newer(&x, &y));
    return has_y && (!has_x || newer(&y, &x));
}

static bool binary(const char *a, const char *op, const char *b)
{
    if (strcmp(op, "=") == 0 || strcmp(op, "==") == 0)
        return strcmp(a, b) == 0;
    if (strcmp(op, "!=") == 0)
        return strcmp(a, b) != 0;
    if (strcmp(op, "<") == 0)
        return strcmp(a, b) < 0;
    if (strcmp(op, ">") == 0)
        return strcmp(a, b) > 0;
    if (strcmp(op, "-nt") == 0 || strcmp(op, "-ot") == 0 || strcmp(op, "-ef") == 0)
        return compare_files(a, op, b);
    long long x = integer(a);
    long long y = integer(b);
    switch (op[1] << 8 | op[2]) {
    case 'e' << 8 | 'q':
        return x == y;
    case 'n' << 8 | 'e':
        return x != y;
    case 'l' << 8 | 't':
        return x < y;
    case 'l' << 8 | 'e':
        return x <= y;
    case 'g' << 8 | 't':
        return x > y;
    default:
        return x >= y;
    }
}

static const char *next(void)
{
    if (at >= count)
        die(2, "missing argument after '%s'", count ? words[count - 1] : "");
    return words[at++];
}

static bool parse_primary(void)
{
    if (at + 2 < count && is_binary(words[at + 1])) {
        at += 3;
        return binary(words[at - 3], words[at - 2], words[at - 1]);
    }
    const char *word = next();
    if (strcmp(word, "!") == 0 && at < count)
        return !parse_primary();
    if (strcmp(word, "(") == 0 && at < count) {
        bool value = parse_or();
        if (at >= count || strcmp(words[at], ")") != 0)
            die(2, "')' expected");
        at++;
        return value;
    }
    if (is_unary(word) && at < count)
        return unary(word[1], next());
    return *word != '\0';
}

static bool parse_and(void)
{
    bool value = parse_primary();
    while (at < count && strcmp(words[at], "-a") == 0) {
        at++;
        bool right = parse_primary();
        value = value && right;
    }
    return value;
}

static bool parse_or(void)
{
    bool value = parse_and();
    while (at < count && strcmp(words[at], "-o") == 0) {
        at++;
        bool right = parse_and();
        value = value || right;
    }
    return value;
}

/* The cases that POSIX decides by the number of arguments. */
static bool by_count(char **w, int n, bool *decided)
{
    *decided = true;
    if (n == 0)
        return false;
    if (n == 1)
        return *w[0] != '\0';
    bool negated = strcmp(w[0], "!") == 0;
    if (n == 2) {
        if (negated)
            return *w[1] == '\0';
        if (is_unary(w[0]))
            return unary(w[0][1], w[1]);
        die(2, "%s: unary operator expected", w[0]);
    }
    if (n == 3) {
        if (is_binary(w[1]))
            return binary(w[0], w[1], w[2]);
        if (negated)
            return !by_count(w + 1, 2, decided);
        if (strcmp(w[0], "(") == 0 && strcmp(w[2], ")") == 0)
            return *w[1] != '\0';
        if (strcmp(w[1], "-a") == 0)
            return *w[0] && *w[2];
        if (strcmp(w[1], "-o") == 0)
            return *w[0] || *w[2];
        die(2, "'%s': binary operator expected", w[1]);
    }
    if (n == 4 && negated)
        return !by_count(w + 1, 3, decided);
    *decided = false;
    return false;
}

int main(int argc, char **argv)
{
    prog_start(argv);
    words = argv + 1;
    count = argc - 1;
    if (strcmp(prog_name, "[") == 0) {
        if (count == 0 || strcmp(words[count - 1], "]") != 0)
            die(2, "missing ']'");
        count--;
    }
    bool decided;
    bool value = by_count(words, count, &decided);
    if (!decided) {
        value = parse_or();
        if (at < count)
            die(2, "extra argument '%s'", words[at]);
    }
    return value ? 0 : 1;
}
