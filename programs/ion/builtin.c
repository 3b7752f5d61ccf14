/* Finding and running builtins, see builtin.h. */
#include "builtin.h"

#include "pages.h"

#include <stdlib.h>
#include <string.h>

static const struct builtin *const groups[] = {
    builtins_text, builtins_test, builtins_var,   builtins_dir,
    builtins_run,  builtins_job,  builtins_shell,
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

/* All that exist in this mode, sorted by name. */
static struct {
    struct builtin *items;
    size_t count;
} all;

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct builtin *)a)->name, ((const struct builtin *)b)->name);
}

void builtins_start(bool interactive)
{
    for (size_t g = 0; g < COUNT(groups); g++) {
        for (const struct builtin *b = groups[g]; b->name; b++) {
            if ((b->flags & BUILTIN_INTERACTIVE) && !interactive)
                continue;
            all.items = mem_resize(all.items, (all.count + 1) * sizeof *all.items);
            all.items[all.count++] = *b;
        }
    }
    qsort(all.items, all.count, sizeof *all.items, by_name);
    for (size_t i = 0; i < all.count; i++)
        symbol_of(all.items[i].name, strlen(all.items[i].name))->builtin = &all.items[i];
}

const struct builtin *builtin_find(const char *name)
{
    const struct symbol *s = symbol_find(name);
    return s ? s->builtin : NULL;
}

const struct builtin *builtins_all(size_t *count)
{
    *count = all.count;
    return all.items;
}

/* `disown` has a -h of its own. */
static bool asks_for_help(const struct builtin *b, int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        bool help = strcmp(argv[i], "--help") == 0 ||
                    (strcmp(argv[i], "-h") == 0 && strcmp(b->name, "disown") != 0 &&
                     strcmp(b->name, "test") != 0);
        if (help)
            return true;
    }
    return false;
}

int builtin_run(struct shell *sh, const struct builtin *b, int argc, char **argv)
{
    if (asks_for_help(b, argc, argv)) {
        struct buf page = {0};
        page_print(b, &page);
        shell_out(sh, buf_text(&page), page.len);
        buf_free(&page);
        return 0;
    }
    return b->run(sh, argc, argv);
}

int builtin_fail(struct shell *sh, const char *name, int status, const char *fmt, ...)
{
    struct buf text = {0};
    va_list ap;
    va_start(ap, fmt);
    buf_vprintf(&text, fmt, ap);
    va_end(ap);
    shell_warn(sh, "%s: %s", name, buf_text(&text));
    buf_free(&text);
    return status;
}
