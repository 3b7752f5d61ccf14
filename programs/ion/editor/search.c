/*
 * Incremental search through the history. The prompt is replaced by what is searched for; the line
 * shows the entry found.
 */
#include "state.h"

#include <stdlib.h>
#include <string.h>

static void show(struct editor *e)
{
    const struct search *s = &e->search;
    const char *text = s->count ? e->source.entry(e->source.arg, s->matches[s->at]) : "";
    if (s->text.len == 0)
        text = buf_text(&s->before);
    line_set(&e->line, text, strlen(text));
}

/* Finds anew, from the newest entry or the oldest. */
static void find(struct editor *e)
{
    struct search *s = &e->search;
    s->count = 0;
    for (size_t i = e->source.entries(e->source.arg); i-- > 0 && s->text.len > 0;) {
        const char *text = e->source.entry(e->source.arg, i);
        bool repeated = s->count > 0 &&
                        strcmp(text, e->source.entry(e->source.arg, s->matches[s->count - 1])) == 0;
        if (!repeated && strstr(text, s->text.text))
            s->matches[s->count++] = i;
    }
    s->at = s->forward && s->count ? s->count - 1 : 0;
    show(e);
}

void search_start(struct editor *e, bool forward)
{
    struct search *s = &e->search;
    s->active = true;
    s->forward = forward;
    buf_clear(&s->text);
    buf_clear(&s->before);
    buf_add(&s->before, buf_text(&e->line.text), e->line.text.len);
    free(s->matches);
    s->matches = mem_alloc((e->source.entries(e->source.arg) + 1) * sizeof *s->matches);
    s->count = s->at = 0;
}

static void step(struct editor *e, bool forward)
{
    struct search *s = &e->search;
    s->forward = forward;
    if (s->count == 0)
        return;
    s->at = forward ? (s->at + s->count - 1) % s->count : (s->at + 1) % s->count;
    show(e);
}

static void end(struct editor *e)
{
    e->search.active = false;
    recall_forget(e);
}

static enum step control(struct editor *e, char c, bool *taken)
{
    switch (c) {
    case 'r':
        step(e, false);
        break;
    case 's':
        step(e, true);
        break;
    case 'f':
        end(e);
        break;
    case 'c':
    case 'g':
        end(e);
        line_set(&e->line, buf_text(&e->search.before), e->search.before.len);
        break;
    default:
        end(e);
        *taken = false;
    }
    return STEP_ON;
}

enum step search_key(struct editor *e, const struct press *k, bool *taken)
{
    struct search *s = &e->search;
    *taken = true;
    switch (k->kind) {
    case KEY_TEXT:
    case KEY_PASTE:
        buf_add(&s->text, k->text, k->len);
        find(e);
        break;
    case KEY_BACKSPACE:
        while (s->text.len > 0 && ((unsigned char)s->text.text[s->text.len - 1] & 0xc0) == 0x80)
            s->text.len--;
        if (s->text.len > 0)
            s->text.text[--s->text.len] = '\0';
        find(e);
        break;
    case KEY_UP:
        step(e, false);
        break;
    case KEY_DOWN:
        step(e, true);
        break;
    case KEY_CTRL:
        return control(e, k->c, taken);
    case KEY_UNKNOWN:
        break;
    default:
        end(e);
        *taken = k->kind == KEY_ESCAPE;
    }
    return STEP_ON;
}

void search_free(struct editor *e)
{
    buf_free(&e->search.text);
    buf_free(&e->search.before);
    free(e->search.matches);
}
