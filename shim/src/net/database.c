/* Reading the databases of names. */
#include <string.h>
#include "shim/src/net/database.h"

void __umk_database_rewind(struct database *d)
{
    if (d->open)
        __umk_table_close(&d->table);
    d->open = false;
}

static int cut(struct database *d)
{
    char *rest, *word;
    int n = 0;

    d->line[strcspn(d->line, "#")] = 0;
    for (word = strtok_r(d->line, " \t\r", &rest); word && n < DATABASE_WORDS;
         word = strtok_r(NULL, " \t\r", &rest))
        d->words[n++] = word;
    d->words[n] = NULL;
    return n;
}

int __umk_database_next(struct database *d)
{
    i64 r;

    if (!d->open) {
        if (__umk_table_open(&d->table, d->path) < 0)
            return 0;
        d->open = true;
    }
    while ((r = __umk_table_line(&d->table, d->line, sizeof d->line)) >= 0 || r == -ERANGE) {
        int n = r == -ERANGE ? 0 : cut(d);
        if (n >= 2)
            return n;
    }
    return 0;
}
