/* Tab stops; see tabs.h. */
#include "tabs.h"
#include "error.h"
#include "io.h"
#include "size.h"

#include <stdlib.h>
#include <string.h>

void tabs_parse(struct tabs *t, const char *list)
{
    char *copy = xstrdup(list), *rest = copy;
    for (char *word; (word = strsep(&rest, ", ")) != NULL;) {
        uint64_t n;
        if (!*word)
            continue;
        if (!number_parse(word, &n))
            die(1, "tab size contains invalid character(s): '%s'", word);
        if (n == 0)
            die(1, "tab size cannot be 0");
        if (t->count && n <= t->stops[t->count - 1])
            die(1, "tab sizes must be ascending");
        t->stops = xgrow(t->stops, &t->cap, t->count + 1, sizeof *t->stops);
        t->stops[t->count++] = n;
    }
    free(copy);
    t->step = t->count == 1 ? t->stops[0] : t->count ? 0 : t->step;
}

uint64_t tabs_next(const struct tabs *t, uint64_t column)
{
    if (t->step)
        return column + t->step - column % t->step;
    for (size_t i = 0; i < t->count; i++) {
        if (t->stops[i] > column)
            return t->stops[i];
    }
    return column + 1;
}

bool tabs_is_stop(const struct tabs *t, uint64_t column)
{
    return t->step || (t->count && column <= t->stops[t->count - 1]);
}
