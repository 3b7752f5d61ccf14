/* Unit files of any content: the TOML parser, and what is made of its result. */
#include "libtoml/toml.c"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A tree must be well-formed: keys only in tables, no key twice, strings that end. */
static void check(const struct toml *t, bool in_table)
{
    if ((t->key != NULL) != in_table)
        abort();
    if (t->kind == TOML_STRING && strnlen(t->string, 1 << 20) == 1 << 20)
        abort();
    if (t->kind != TOML_ARRAY && t->kind != TOML_TABLE)
        return;
    for (const struct toml *c = t->list.first; c; c = c->next) {
        check(c, t->kind == TOML_TABLE);
        if (t->kind == TOML_TABLE && toml_get(t, c->key) != c)
            abort();
        if (!c->next && c != t->list.last)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct toml_error err = {0};
    struct toml *root = toml_parse((const char *)data, size, &err);
    if (!root && (err.line == 0 || err.message[0] == 0))
        abort();
    if (root)
        check(root, false);
    toml_free(root);
    return 0;
}
