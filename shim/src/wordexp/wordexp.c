/* wordexp: fields out of expanded text, and patterns out of fields. */
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/wordexp/words.h"

struct list {
    char **words;
    size_t count, room;
};

static int add_word(struct list *l, char *word)
{
    if (!word)
        return WRDE_NOSPACE;
    if (l->count == l->room) {
        size_t room = l->room ? l->room * 2 : 16;
        char **moved = reallocarray(l->words, room, sizeof *moved);
        if (!moved) {
            free(word);
            return WRDE_NOSPACE;
        }
        l->words = moved;
        l->room = room;
    }
    l->words[l->count++] = word;
    return 0;
}

static void drop_words(struct list *l)
{
    while (l->count)
        free(l->words[--l->count]);
    free(l->words);
}

/* A field's bytes as a word, or, if they hold a pattern, the paths that it matches. */
static int add_field(struct list *l, const struct marked *m, size_t from, size_t to)
{
    char *plain = malloc(to - from + 1), *pattern = malloc(2 * (to - from) + 1);
    size_t n = 0, k = 0;
    bool is_pattern = false;
    glob_t found;
    int r = plain && pattern ? 0 : WRDE_NOSPACE;

    for (size_t i = from; r == 0 && i < to; i++) {
        char c = m->bytes[i];
        if (m->marks[i] == MARK_NULL)
            continue;
        plain[n++] = c;
        bool special = strchr("*?[", c) != NULL;
        if (m->marks[i] == MARK_QUOTED ? special || c == ']' || c == '\\' : c == '\\')
            pattern[k++] = '\\';
        pattern[k++] = c;
        is_pattern |= special && m->marks[i] != MARK_QUOTED;
    }
    if (r == 0) {
        plain[n] = pattern[k] = 0;
        int g = is_pattern ? glob(pattern, 0, NULL, &found) : GLOB_NOMATCH;
        if (g == 0) {
            for (size_t i = 0; r == 0 && i < found.gl_pathc; i++)
                r = add_word(l, strdup(found.gl_pathv[i]));
            globfree(&found);
        } else {
            r = g == GLOB_NOSPACE ? WRDE_NOSPACE : add_word(l, strdup(plain));
        }
    }
    free(plain);
    free(pattern);
    return r;
}

/* A separator found by field splitting: white space of IFS, or another of its bytes. */
static int separator(const struct marked *m, size_t i, const char *ifs)
{
    if (m->marks[i] == MARK_BREAK)
        return ' ';
    if (m->marks[i] != MARK_EXPANDED || !m->bytes[i] || !strchr(ifs, m->bytes[i]))
        return 0;
    return strchr(" \t\n", m->bytes[i]) ? ' ' : m->bytes[i];
}

static int split(struct list *l, const struct marked *m)
{
    const char *ifs = getenv("IFS");
    size_t start = 0;
    bool field = false; /* something is in it, if only quotes */
    int r = 0;

    if (!ifs)
        ifs = " \t\n";
    for (size_t i = 0; i < m->len && r == 0; i++) {
        int by = separator(m, i, ifs);
        if (!by) {
            if (!field)
                start = i;
            field = true;
            continue;
        }
        /* a separator that is no white space makes a field, even of nothing */
        if (field || by != ' ') {
            r = add_field(l, m, field ? start : i, i);
            field = false;
            /* white space on both sides of it belongs to it */
            if (by == ' ')
                while (i + 1 < m->len && separator(m, i + 1, ifs) == ' ')
                    i++;
            if (by == ' ' && i + 1 < m->len && m->marks[i + 1] == MARK_EXPANDED) {
                int next = separator(m, i + 1, ifs);
                i += next && next != ' ';
            }
        }
    }
    if (r == 0 && field)
        r = add_field(l, m, start, m->len);
    return r;
}

/* Moves the new words behind those that are there. */
static int append(wordexp_t *we, struct list *l, int flags)
{
    size_t offset = flags & WRDE_DOOFFS ? we->we_offs : 0;
    size_t old = flags & WRDE_APPEND ? we->we_wordc : 0, total;
    char **all;

    if (__builtin_add_overflow(offset, old + l->count + 1, &total))
        return WRDE_NOSPACE;
    all = reallocarray(flags & WRDE_APPEND ? we->we_wordv : NULL, total, sizeof *all);
    if (!all)
        return WRDE_NOSPACE;
    if (!(flags & WRDE_APPEND))
        memset(all, 0, offset * sizeof *all);
    if (l->count)
        memcpy(all + offset + old, l->words, l->count * sizeof *all);
    all[total - 1] = NULL;
    we->we_wordv = all;
    we->we_wordc = old + l->count;
    if (!(flags & WRDE_DOOFFS))
        we->we_offs = 0;
    free(l->words);
    *l = (struct list){0};
    return 0;
}

int wordexp(const char *restrict s, wordexp_t *restrict we, int flags)
{
    struct expansion e = {.p = s, .flags = flags};
    struct list l = {0};
    int r;

    if (flags & WRDE_REUSE)
        wordfree(we);
    if (!(flags & WRDE_APPEND)) {
        we->we_wordc = 0;
        we->we_wordv = NULL;
    }
    r = __umk_words_expand(&e, "");
    if (r == 0)
        r = split(&l, &e.out);
    /* what was found before memory ran out is given too */
    if (r == 0 || r == WRDE_NOSPACE) {
        int appended = append(we, &l, flags);
        r = r ? r : appended;
    }
    drop_words(&l);
    free(e.out.bytes);
    free(e.out.marks);
    return r;
}

void wordfree(wordexp_t *we)
{
    for (size_t i = 0; we->we_wordv && i < we->we_wordc; i++)
        free(we->we_wordv[we->we_offs + i]);
    free(we->we_wordv);
    we->we_wordv = NULL;
    we->we_wordc = 0;
}
