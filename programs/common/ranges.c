/* Lists of numbers, see ranges.h. */
#include "ranges.h"

#include "io.h"

#include <errno.h>
#include <stdlib.h>

static bool number(const char **p, uint64_t *out)
{
    char *end;
    if (**p < '0' || **p > '9')
        return false;
    errno = 0;
    *out = strtoull(*p, &end, 10);
    *p = end;
    return errno == 0 && *out > 0;
}

bool ranges_parse(const char *text, struct ranges *out)
{
    for (;;) {
        struct range_item item = {1, UINT64_MAX};
        bool has_first = *text != '-';
        if (has_first && !number(&text, &item.first))
            return false;
        if (*text == '-') {
            text++;
            bool has_last = *text != '\0' && *text != ',' && *text != ' ';
            if (has_last && !number(&text, &item.last))
                return false;
            if (!has_first && !has_last)
                return false;
        } else {
            item.last = item.first;
        }
        if (item.last < item.first)
            return false;
        out->items = xgrow(out->items, &out->cap, out->count + 1, sizeof *out->items);
        out->items[out->count++] = item;
        if (*text == '\0')
            return true;
        if (*text != ',' && *text != ' ')
            return false;
        text++;
    }
}

bool ranges_have(const struct ranges *r, uint64_t n)
{
    for (size_t i = 0; i < r->count; i++) {
        if (n >= r->items[i].first && n <= r->items[i].last)
            return true;
    }
    return false;
}
