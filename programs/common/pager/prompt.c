/* The bottom row of the screen: what it says, and lines typed into it. */
#include "state.h"

#include "../keyboard.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void pager_say(struct pager *p, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(p->message, sizeof p->message, fmt, ap);
    va_end(ap);
}

int pager_key(struct pager *p, int timeout, int also)
{
    if (p->typed && *p->typed) {
        int c = (unsigned char)*p->typed++;
        return c == '\n' ? '\r' : c;
    }
    int key = keyboard_key(timeout, also);
    if (key == KEY_RESIZED) {
        size_t rows, columns;
        keyboard_size(&rows, &columns);
        view_set_size(&p->view, rows, columns);
    }
    return key;
}

/* "35%" of the text that is on or above the screen; empty when the size is not known. */
static void percent_text(struct pager *p, char out[8])
{
    size_t first, behind;
    off_t size = text_size(&p->text);
    out[0] = '\0';
    if (size > 0 && view_lines(&p->view, &first, &behind)) {
        long long part = (long long)text_offset(&p->text, behind) * 100 / (long long)size;
        snprintf(out, 8, "%d%%", (int)(part > 100 ? 100 : part));
    }
}

static void more_prompt(struct pager *p, char *out, size_t size)
{
    char percent[8];
    percent_text(p, percent);
    if (view_at_end(&p->view) && p->current + 1 < p->count)
        snprintf(out, size, "--More--(Next file: %s)", p->names[p->current + 1]);
    else
        snprintf(out, size, percent[0] ? "--More--(%s)" : "--More--", percent);
}

static void less_prompt(struct pager *p, char *out, size_t size)
{
    const char *name = p->current < p->count ? p->names[p->current] : "";
    char where[64] = "", next[100] = "", percent[8];
    size_t first, behind;
    bool end = view_at_end(&p->view) && p->text.ended;
    if (p->count > 1)
        snprintf(where, sizeof where, " (file %zu of %zu)", p->current + 1, p->count);
    percent_text(p, percent);
    if (end && p->current + 1 < p->count)
        snprintf(next, sizeof next, " - Next: %.80s", p->names[p->current + 1]);
    if (p->fresh && *name)
        snprintf(out, size, "%s%s%s%s", name, where, end ? " (END)" : "", next);
    else if (end)
        snprintf(out, size, "(END)%s", next);
    else if (p->opt.percent && view_lines(&p->view, &first, &behind))
        snprintf(out, size, "%s%slines %zu-%zu %s", name, *name ? " " : "", first + 1, behind,
                 percent);
    else
        snprintf(out, size, ":");
}

void pager_paint(struct pager *p)
{
    char prompt[1024];
    bool reverse = true;
    if (p->message[0]) {
        snprintf(prompt, sizeof prompt, "%s", p->message);
    } else if (p->number > 0) {
        snprintf(prompt, sizeof prompt, ":%zu", p->number);
        reverse = false;
    } else if (p->following) {
        snprintf(prompt, sizeof prompt, "Waiting for data... (^C to stop)");
    } else if (p->opt.more) {
        more_prompt(p, prompt, sizeof prompt);
    } else {
        less_prompt(p, prompt, sizeof prompt);
        reverse = strcmp(prompt, ":") != 0;
    }
    view_paint(&p->view, prompt, reverse);
    p->message[0] = '\0';
}

/* --- lines --- */

static void put_character(struct bytes *line, int c)
{
    if (c < 0x80) {
        bytes_put(line, (char)c);
    } else {
        int more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
        bytes_put(line, (char)((more == 1 ? 0xc0 : more == 2 ? 0xe0 : 0xf0) | c >> (6 * more)));
        while (more-- > 0)
            bytes_put(line, (char)(0x80 | (c >> (6 * more) & 0x3f)));
    }
}

static void drop_character(struct bytes *line)
{
    while (line->len > 0 && ((unsigned char)line->data[--line->len] & 0xc0) == 0x80)
        ;
}

bool pager_ask(struct pager *p, const char *title, char **answer)
{
    struct bytes line = {0}, shown = {0};
    for (;;) {
        shown.len = 0;
        bytes_add(&shown, title, strlen(title));
        bytes_add(&shown, line.data, line.len);
        bytes_put(&shown, '\0');
        if (!p->typed || !*p->typed)
            view_paint(&p->view, shown.data, false);
        int key = pager_key(p, -1, -1);
        bool erase = key == 127 || key == KEY_CTRL('H');
        if (key == KEY_INTERRUPT || key == KEY_GONE || key == KEY_ESC || (erase && line.len == 0))
            break;
        if (key == '\r' || key == '\n') {
            bytes_put(&line, '\0');
            free(shown.data);
            *answer = line.data;
            return true;
        }
        if (erase)
            drop_character(&line);
        else if (key == KEY_CTRL('U'))
            line.len = 0;
        else if (key >= ' ' && key < KEY_UP)
            put_character(&line, key);
    }
    free(line.data);
    free(shown.data);
    return false;
}
