/* Patterns over file names, see glob.h. The walk goes component by component; a component without
 * wildcards costs no directory read. */
#include "glob.h"

#include "utf8.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Paths longer than this are not looked at: it bounds the recursion of `**`. */
#define PATH_LIMIT 4096

void glob_quote(const char *text, struct buf *out)
{
    for (; *text; text++) {
        if (strchr("*?[]\\", *text))
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
}

void glob_unquote(const char *pattern, struct buf *out)
{
    for (; *pattern; pattern++) {
        if (*pattern == '\\' && pattern[1])
            pattern++;
        buf_putc(out, *pattern);
    }
}

static bool has_wildcard(const char *p, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (p[i] == '\\')
            i++;
        else if (strchr("*?[", p[i]))
            return true;
    }
    return false;
}

bool glob_is_pattern(const char *text)
{
    return has_wildcard(text, strlen(text));
}

/* At `[`: length of the class with its brackets, 0 when it is not closed. */
static size_t class_end(const char *p, size_t len)
{
    size_t i = 1;
    if (i < len && (p[i] == '!' || p[i] == '^'))
        i++;
    if (i < len && p[i] == ']')
        i++;
    while (i < len && p[i] != ']')
        i++;
    return i < len ? i + 1 : 0;
}

static bool in_class(const char *p, size_t len, uint32_t c)
{
    size_t i = 1;
    bool negated = p[i] == '!' || p[i] == '^';
    bool found = false;
    i += negated;
    while (i < len - 1) {
        size_t n;
        uint32_t low = utf8_get(p + i, len - 1 - i, &n);
        uint32_t high = low;
        i += n;
        if (i + 1 < len - 1 && p[i] == '-') {
            high = utf8_get(p + i + 1, len - 2 - i, &n);
            i += 1 + n;
        }
        found |= c >= low && c <= high;
    }
    return found != negated;
}

/* Consumes one pattern element that matches exactly one character; its length, 0 on mismatch. */
static size_t match_one(const char *p, size_t len, const char *name, size_t *used)
{
    uint32_t c = utf8_get(name, strlen(name), used);
    size_t n;
    if (p[0] == '?')
        return 1;
    if (p[0] == '[' && (n = class_end(p, len)) > 0)
        return in_class(p, n, c) ? n : 0;
    size_t skip = p[0] == '\\' && len > 1;
    uint32_t want = utf8_get(p + skip, len - skip, &n);
    return want == c ? n + skip : 0;
}

bool glob_match(const char *pattern, size_t len, const char *name)
{
    size_t at = 0;
    size_t star = 0;              /* where to go on after the last star */
    const char *star_name = NULL; /* what it has to match on; NULL: there was none */
    size_t used;
    for (;;) {
        if (at < len && pattern[at] == '*') {
            while (at < len && pattern[at] == '*')
                at++;
            star = at;
            star_name = name;
            continue;
        }
        if (*name == '\0' && at == len)
            return true;
        size_t n = at < len && *name ? match_one(pattern + at, len - at, name, &used) : 0;
        if (n > 0) {
            at += n;
            name += used;
            continue;
        }
        if (!star_name || *star_name == '\0')
            return false;
        utf8_get(star_name, strlen(star_name), &used);
        star_name += used;
        name = star_name;
        at = star;
    }
}

struct walk {
    struct arena *arena;
    struct args *out;
};

static void walk(struct walk *w, struct buf *path, const char *pattern);

/* The names of a directory, collected first so that few directories are open at a time. */
static struct args read_names(struct walk *w, const char *dir)
{
    struct args names = {0};
    DIR *d = opendir(dir[0] ? dir : ".");
    if (!d)
        return names;
    for (struct dirent *e; (e = readdir(d));) {
        bool dots =
            e->d_name[0] == '.' && (!e->d_name[1] || (e->d_name[1] == '.' && !e->d_name[2]));
        if (!dots)
            args_add(w->arena, &names, arena_dup(w->arena, e->d_name));
    }
    closedir(d);
    return names;
}

static bool is_directory(const char *path, bool follow)
{
    struct stat st;
    return (follow ? stat(path, &st) : lstat(path, &st)) == 0 && S_ISDIR(st.st_mode);
}

/* `**`: the rest here, and below every directory; symbolic links are not followed. */
static void walk_any_depth(struct walk *w, struct buf *path, const char *rest)
{
    size_t len = path->len;
    if (*rest)
        walk(w, path, rest);
    if (len > PATH_LIMIT)
        return;
    struct args names = read_names(w, buf_text(path));
    for (size_t i = 0; i < names.count; i++) {
        buf_puts(path, names.items[i]);
        bool dir = is_directory(path->text, false);
        if (!*rest)
            args_add(w->arena, w->out, arena_dup(w->arena, path->text));
        if (dir) {
            buf_putc(path, '/');
            walk_any_depth(w, path, rest);
        }
        path->len = len;
        path->text[len] = '\0';
    }
}

static void walk_component(struct walk *w, struct buf *path, const char *pattern, size_t n,
                           const char *rest, bool more)
{
    size_t len = path->len;
    struct args names = read_names(w, buf_text(path));
    for (size_t i = 0; i < names.count; i++) {
        if (!glob_match(pattern, n, names.items[i]))
            continue;
        buf_puts(path, names.items[i]);
        if (!more)
            args_add(w->arena, w->out, arena_dup(w->arena, path->text));
        else if (is_directory(path->text, true))
            walk(w, path, rest);
        path->len = len;
        path->text[len] = '\0';
    }
}

/* Matches `pattern` below the directory `path`, which is empty or ends in a slash. */
static void walk(struct walk *w, struct buf *path, const char *pattern)
{
    struct stat st;
    size_t start = path->len;
    /* A rest that begins with slashes belongs to the path as it is. */
    while (*pattern == '/')
        buf_putc(path, *pattern++);
    size_t n = strcspn(pattern, "/");
    const char *rest = pattern + n;
    bool more = *rest == '/';
    if (n == 0) {
        if (path->len > start || path->len == 0 || is_directory(buf_text(path), true))
            args_add(w->arena, w->out, arena_dup(w->arena, buf_text(path)));
    } else if (n == 2 && memcmp(pattern, "**", 2) == 0) {
        walk_any_depth(w, path, rest + strspn(rest, "/"));
    } else if (has_wildcard(pattern, n)) {
        walk_component(w, path, pattern, n, rest, more);
    } else {
        char *name = arena_copy(w->arena, pattern, n);
        glob_unquote(name, path);
        if (more ? is_directory(path->text, true) : lstat(path->text, &st) == 0) {
            if (more)
                walk(w, path, rest);
            else
                args_add(w->arena, w->out, arena_dup(w->arena, path->text));
        }
    }
    path->len = start;
    if (path->text)
        path->text[start] = '\0';
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

bool glob_expand(struct arena *a, const char *pattern, struct args *out)
{
    struct args found = {0};
    struct walk w = {.arena = a, .out = &found};
    struct buf path = {0};
    while (pattern[0] == '.' && pattern[1] == '/' && pattern[2])
        pattern += 2;
    walk(&w, &path, pattern);
    buf_free(&path);
    if (found.count == 0)
        return false;
    qsort(found.items, found.count, sizeof *found.items, by_bytes);
    args_append(a, out, &found);
    return true;
}
