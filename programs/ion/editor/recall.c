/*
 * The history at the line: walking through it, suggesting from it, taking words from it.
 *
 * On an empty line all entries are walked through; else those that begin with what was typed, then
 * those that contain it, newest first. Below the newest is what was typed.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

static size_t entries(const struct editor *e)
{
    return e->source.entries(e->source.arg);
}

static const char *entry(const struct editor *e, size_t at)
{
    return e->source.entry(e->source.arg, at);
}

/* The matches, of which `wanted` (begins with, or only contains) decides. */
static void collect(struct editor *e, bool beginning)
{
    struct recall *r = &e->recall;
    const char *typed = buf_text(&r->typed);
    for (size_t i = entries(e); i-- > 0;) {
        const char *text = entry(e, i);
        bool begins = strncmp(text, typed, r->typed.len) == 0;
        bool same = strcmp(text, typed) == 0;
        if (!same && (beginning ? begins : !begins && strstr(text, typed)))
            r->matches[r->count++] = i;
    }
}

static void begin(struct editor *e)
{
    struct recall *r = &e->recall;
    if (r->active)
        return;
    buf_clear(&r->typed);
    buf_add(&r->typed, buf_text(&e->line.text), e->line.text.len);
    free(r->matches);
    r->matches = mem_alloc((entries(e) + 1) * sizeof *r->matches);
    r->count = r->at = 0;
    collect(e, true);
    if (r->typed.len > 0)
        collect(e, false);
    r->active = true;
}

/* Shows entry number `at` of the walk, 0 being what was typed. */
static void show(struct editor *e, size_t at)
{
    struct recall *r = &e->recall;
    r->at = at;
    const char *text = at == 0 ? buf_text(&r->typed) : entry(e, r->matches[at - 1]);
    line_set(&e->line, text, strlen(text));
}

void recall_older(struct editor *e)
{
    begin(e);
    if (e->recall.at < e->recall.count)
        show(e, e->recall.at + 1);
}

void recall_newer(struct editor *e)
{
    if (e->recall.active && e->recall.at > 0)
        show(e, e->recall.at - 1);
}

void recall_oldest(struct editor *e)
{
    begin(e);
    if (e->recall.count > 0)
        show(e, e->recall.count);
}

void recall_newest(struct editor *e)
{
    if (e->recall.active)
        show(e, 0);
}

void recall_forget(struct editor *e)
{
    e->recall.active = false;
}

const char *recall_suggestion(const struct editor *e)
{
    size_t len = e->line.text.len;
    if (len == 0 || e->line.cursor != len)
        return NULL;
    for (size_t i = entries(e); i-- > 0;) {
        const char *text = entry(e, i);
        if (strncmp(text, e->line.text.text, len) == 0 && text[len])
            return text + len;
    }
    return NULL;
}

void recall_last_word(struct editor *e)
{
    size_t nth = e->last_word_on ? e->last_word + 1 : 0;
    if (nth >= entries(e))
        return;
    const char *text = entry(e, entries(e) - 1 - nth);
    struct line words = {0};
    line_set(&words, text, strlen(text));
    size_t start = line_word_prev(&words, words.text.len);
    size_t end = line_word_next(&words, start);
    if (e->last_word_on)
        line_remove(&e->line, e->last_word_at, e->line.cursor);
    e->last_word_at = e->line.cursor;
    line_insert(&e->line, text + start, end - start, false);
    e->last_word = nth;
    e->last_word_on = true;
    line_free(&words);
}

void recall_free(struct editor *e)
{
    buf_free(&e->recall.typed);
    free(e->recall.matches);
}
