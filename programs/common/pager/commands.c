/* What the keys do. */
#include "state.h"

#include "../keyboard.h"

#include <stdlib.h>
#include <string.h>

/* --- moving --- */

static size_t page(const struct pager *p)
{
    return p->view.rows - 1;
}

static size_t half(const struct pager *p)
{
    return p->half ? p->half : (page(p) + 1) / 2;
}

static void forward(struct pager *p, size_t rows)
{
    bool was_end = view_at_end(&p->view);
    size_t moved = view_forward(&p->view, rows);
    bool end = view_at_end(&p->view) && p->text.ended;
    if (!end || (moved > 0 && !p->opt.at_once && !p->opt.more))
        return;
    if (p->opt.more && p->current + 1 < p->count) {
        if (was_end)
            pager_show(p, p->current + 1);
    } else if (p->opt.more || p->opt.at_once || (p->opt.at_end && was_end)) {
        p->done = true;
    }
}

static void jump(struct pager *p, size_t line)
{
    p->last = p->view.top;
    view_to_line(&p->view, line);
}

static void to_end(struct pager *p)
{
    p->last = p->view.top;
    if (!text_read_all(&p->text, keyboard_interrupted))
        pager_say(p, "Not at the end: more may come (^C, or a key)");
    view_to_end(&p->view);
}

static void to_percent(struct pager *p, size_t percent)
{
    text_read_all(&p->text, keyboard_interrupted);
    off_t want = p->text.scanned * (off_t)(percent > 100 ? 100 : percent) / 100;
    size_t low = 0, high = p->text.count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (text_offset(&p->text, middle) <= want)
            low = middle;
        else
            high = middle;
    }
    jump(p, low);
}

static void follow(struct pager *p)
{
    p->following = true;
    to_end(p);
    p->message[0] = '\0';
}

static void shift(struct pager *p, bool right)
{
    size_t by = p->number ? p->number : p->view.style.columns / 2;
    size_t *at = &p->view.style.shift;
    if (!p->view.style.chop)
        return;
    *at = right ? *at + by : *at > by ? *at - by : 0;
    view_changed(&p->view);
}

/* --- searching --- */

static void find(struct pager *p, bool backwards, size_t nth)
{
    size_t top, behind, found;
    if (!p->search.set) {
        pager_say(p, "No previous search pattern");
        return;
    }
    bool any = view_lines(&p->view, &top, &behind);
    size_t from = backwards ? top - 1 : top + (p->view.top.byte > 0 || !p->fresh);
    p->view.highlight = true;
    if (any && (!backwards || top > 0) &&
        search_find(&p->search, &p->view.style, &p->text, from, backwards, nth, &found)) {
        p->last = p->view.top;
        view_to_line(&p->view, found);
    } else {
        pager_say(p, "Pattern not found");
    }
    view_changed(&p->view);
}

static void ask_pattern(struct pager *p, bool backwards)
{
    size_t nth = p->number ? p->number : 1;
    char *text;
    if (!pager_ask(p, backwards ? "?" : "/", &text))
        return;
    bool inverted = *text == '!';
    const char *pattern = text + inverted;
    if (*pattern && !search_set(&p->search, pattern, p->opt.how)) {
        pager_say(p, "Invalid pattern: %s", pattern);
        free(text);
        return;
    }
    if (*pattern)
        p->search.inverted = inverted;
    p->search.backwards = backwards;
    free(text);
    find(p, backwards, nth);
}

/* --- options --- */

static void toggle(struct pager *p)
{
    pager_say(p, "-");
    pager_paint(p);
    struct view *v = &p->view;
    int key = pager_key(p, -1, -1);
    if (key == 'S') {
        v->style.chop = !v->style.chop;
        v->style.shift = 0;
        v->top.byte = 0;
        pager_say(p, v->style.chop ? "Long lines are cut" : "Long lines go on in the next row");
    } else if (key == 'N' || key == 'n') {
        v->numbers = key == 'N' && !v->numbers;
        pager_say(p, v->numbers ? "Lines have numbers" : "Lines have no numbers");
    } else if (key == 'R') {
        v->style.raw = !v->style.raw;
        pager_say(p, v->style.raw ? "Colours are shown" : "Control characters are shown as text");
    } else if (key == 's') {
        v->squeeze = !v->squeeze;
        pager_say(p, v->squeeze ? "Blank lines are squeezed" : "All blank lines are shown");
    } else if (key == 'i' || key == 'I') {
        enum search_case how = key == 'i' ? CASE_SMART : CASE_NEVER;
        p->opt.how = p->opt.how == how ? CASE_EXACT : how;
        search_set(&p->search, NULL, p->opt.how);
        pager_say(p, p->opt.how == CASE_EXACT ? "Case counts" : "Case is ignored");
    } else if (key != KEY_ESC && key != KEY_INTERRUPT) {
        pager_say(p, "There is no such option");
    }
    v->top.byte = 0;
    view_set_size(v, v->rows, v->columns);
}

/* --- files and places --- */

static void other_file(struct pager *p, bool next, size_t by)
{
    if (next && by < p->count - p->current)
        pager_show(p, p->current + by);
    else if (!next && by <= p->current)
        pager_show(p, p->current - by);
    else
        pager_say(p, next ? "No next file" : "No previous file");
}

static void say_where(struct pager *p)
{
    size_t first, behind;
    const char *name = p->current < p->count ? p->names[p->current] : "(standard input)";
    if (!view_lines(&p->view, &first, &behind)) {
        pager_say(p, "%s is empty", name);
        return;
    }
    off_t size = text_size(&p->text), at = text_offset(&p->text, behind);
    char all[64] = "";
    if (p->text.ended)
        snprintf(all, sizeof all, "/%zu", p->text.count);
    pager_say(p, "%s  file %zu of %zu  lines %zu-%zu%s  byte %lld%s%lld", name, p->current + 1,
              p->count ? p->count : 1, first + 1, behind, all, (long long)at,
              size < 0 ? "/? read so far " : "/",
              size < 0 ? (long long)p->text.scanned : (long long)size);
}

static void colon(struct pager *p)
{
    pager_say(p, ":");
    pager_paint(p);
    size_t by = p->number ? p->number : 1;
    int key = pager_key(p, -1, -1);
    if (key == 'n' || key == 'p')
        other_file(p, key == 'n', by);
    else if (key == 'x')
        pager_show(p, 0);
    else if (key == 'f')
        say_where(p);
    else if (key == 'q' || key == 'Q')
        p->done = true;
}

static void mark(struct pager *p, bool set)
{
    pager_say(p, set ? "mark: " : "goto mark: ");
    pager_paint(p);
    int key = pager_key(p, -1, -1);
    struct place here = p->view.top;
    if (!set && key == '\'') {
        p->view.top = p->last;
        p->last = here;
    } else if (!set && (key == '^' || key == '$')) {
        if (key == '$')
            to_end(p);
        else
            jump(p, 0);
    } else if (key < 'a' || key > 'z') {
        pager_say(p, "A mark is a letter from a to z");
    } else if (set) {
        p->marks[key - 'a'].set = true;
        p->marks[key - 'a'].at = here;
    } else if (p->marks[key - 'a'].set) {
        p->last = here;
        p->view.top = p->marks[key - 'a'].at;
    } else {
        pager_say(p, "Mark not set");
    }
}

/* --- keys --- */

/* Keys that move by rows; false for others. */
static bool move(struct pager *p, int key)
{
    size_t n = p->number;
    switch (key) {
    case ' ':
    case 'f':
    case 'z':
    case KEY_CTRL('F'):
    case KEY_CTRL('V'):
    case KEY_PAGE_DOWN:
        forward(p, n ? n : p->window ? p->window : page(p));
        p->window = key == 'z' && n ? n : p->window;
        return true;
    case 'b':
    case 'w':
    case KEY_CTRL('B'):
    case KEY_PAGE_UP:
        view_back(&p->view, n ? n : p->window ? p->window : page(p));
        return true;
    case '\r':
    case '\n':
    case 'j':
    case 'e':
    case KEY_CTRL('E'):
    case KEY_CTRL('N'):
    case KEY_DOWN:
        forward(p, n ? n : 1);
        return true;
    case 'k':
    case 'y':
    case KEY_CTRL('Y'):
    case KEY_CTRL('P'):
    case KEY_CTRL('K'):
    case KEY_UP:
        view_back(&p->view, n ? n : 1);
        return true;
    case 'd':
    case KEY_CTRL('D'):
    case 'u':
    case KEY_CTRL('U'):
        p->half = n ? n : p->half;
        if (key == 'd' || key == KEY_CTRL('D'))
            forward(p, half(p));
        else
            view_back(&p->view, half(p));
        return true;
    default:
        return false;
    }
}

static bool go(struct pager *p, int key)
{
    size_t n = p->number;
    switch (key) {
    case 'g':
    case '<':
    case KEY_HOME:
        jump(p, n ? n - 1 : 0);
        return true;
    case 'G':
    case '>':
    case KEY_END:
        if (n)
            jump(p, n - 1);
        else
            to_end(p);
        return true;
    case 'p':
    case '%':
        to_percent(p, n);
        return true;
    case '/':
    case '?':
        ask_pattern(p, key == '?');
        return true;
    case 'n':
    case 'N':
        find(p, p->search.backwards != (key == 'N'), n ? n : 1);
        return true;
    case 'm':
    case '\'':
        mark(p, key == 'm');
        return true;
    case 'F':
        follow(p);
        return true;
    case KEY_LEFT:
    case KEY_RIGHT:
        shift(p, key == KEY_RIGHT);
        return true;
    default:
        return false;
    }
}

void pager_command(struct pager *p, int key)
{
    if (key >= '0' && key <= '9' && p->number < 100000000) {
        p->number = p->number * 10 + (size_t)(key - '0');
        return;
    }
    if (!move(p, key) && !go(p, key)) {
        if (key == 'q' || key == 'Q' || key == KEY_GONE)
            p->done = true;
        else if (key == KEY_INTERRUPT) {
            p->done = true;
            p->status = 2;
        } else if (key == '-')
            toggle(p);
        else if (key == ':')
            colon(p);
        else if (key == '=' || key == KEY_CTRL('G'))
            say_where(p);
        else if (key == 'h' || key == 'H')
            pager_help(p);
        else if (key == 'r' || key == 'R' || key == KEY_CTRL('L'))
            view_changed(&p->view);
        else if (key > 0 && key != KEY_ESC)
            pager_say(p, "No such command: h for help");
    }
    p->number = 0;
    p->fresh = false;
}
