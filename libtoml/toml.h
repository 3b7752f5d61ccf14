/*
 * A parser for the part of TOML that units and login_schemes.toml use: tables, dotted and quoted
 * keys, strings of all four kinds, integers, booleans, arrays, inline tables and comments.
 * Floats, dates and arrays of tables are refused with an error.
 *
 * A document is a tree of struct toml that belongs to its root; toml_free of the root frees it.
 */
#ifndef LIBTOML_TOML_H
#define LIBTOML_TOML_H

#include "umk/abi/types.h"

#define TOML_DEPTH_MAX 32u

struct toml_error {
    unsigned line; /* from 1 */
    char message[100];
};

enum toml_kind { TOML_STRING, TOML_INTEGER, TOML_BOOLEAN, TOML_ARRAY, TOML_TABLE };

struct toml {
    enum toml_kind kind;
    unsigned line;     /* where it was defined */
    bool closed;       /* tables: nothing may be added by a later header */
    char *key;         /* in a table; NULL in an array */
    struct toml *next; /* next in the same table or array */
    union {
        char *string; /* UTF-8, NUL-terminated, holds no other NUL */
        i64 integer;
        bool boolean;
        struct {
            struct toml *first, *last;
        } list; /* arrays and tables, in the order of the text */
    };
};

/* The root table of a document, or NULL with the reason in err. */
struct toml *toml_parse(const char *text, size_t len, struct toml_error *err);
void toml_free(struct toml *root);
/* An entry of a table, or NULL. */
const struct toml *toml_get(const struct toml *table, const char *key);

#endif
