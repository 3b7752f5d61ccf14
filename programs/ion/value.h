/*
 * What a name can stand for: a string, an array of strings, a map, a function, an alias. Values
 * own their memory; they are moved by assignment and copied only by value_copy.
 */
#ifndef ION_VALUE_H
#define ION_VALUE_H

#include "mem.h"
#include "syntax.h"

enum value_kind { VALUE_STRING, VALUE_ARRAY, VALUE_MAP, VALUE_FUNCTION, VALUE_ALIAS };

struct value;

struct map_entry {
    char *key;
    struct value *value;
};

/* sorted: bmap, entries in bytewise order of keys; else hmap, in order of insertion. */
struct map {
    bool sorted;
    struct map_entry *entries;
    size_t count;
    size_t cap;
    size_t *index; /* hash slots of an hmap, entry number + 1, 0 when free */
    size_t index_size;
};

struct value {
    enum value_kind kind;
    union {
        char *string; /* also an alias's text */
        struct {
            char **items;
            size_t count;
            size_t cap;
        } array;
        struct map *map;
        struct {
            struct unit *unit;
            const struct fn_def *def;
        } fn;
    };
};

struct value value_string(const char *text);
struct value value_string_take(char *text);
struct value value_array(void);
struct value value_map(bool sorted);
struct value value_function(struct unit *unit, const struct fn_def *def);
struct value value_alias(const char *text);
struct value value_copy(const struct value *v);
void value_free(struct value *v);

void array_add(struct value *v, const char *item);
/* Inserts before index `at` <= count. */
void array_insert(struct value *v, size_t at, const char *item);
void array_remove(struct value *v, size_t at);

/* The value of a key, null when there is none. */
struct value *map_get(const struct map *m, const char *key);
/* Takes the value over. */
void map_set(struct map *m, const char *key, struct value v);

/* The elements of an array, or of a map (key, value, key, value...), as texts in the arena. */
void value_list(struct arena *a, const struct value *v, struct args *out);

/* "string", "array" and so on, for messages. */
const char *value_kind_name(enum value_kind kind);

#endif
