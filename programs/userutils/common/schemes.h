/* Which schemes a user sees: /etc/login_schemes.toml, and namespaces made from it. */
#ifndef USERUTILS_SCHEMES_H
#define USERUTILS_SCHEMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct scheme_list {
    char **names;
    size_t count, cap;
};

/* The schemes of [user_schemes.NAME]. Where the file is missing or wrong, or has no such table, a
 * list that every program needs; a wrong file is complained of. */
void schemes_of_user(const char *user, struct scheme_list *out);
/* The same from a text; false: there is no list for the user in it, and `out` is empty. */
bool schemes_parse(const char *text, size_t len, const char *user, struct scheme_list *out);
void schemes_add(struct scheme_list *list, const char *name);
void schemes_free(struct scheme_list *list);

/* A new namespace that holds those of the names that the caller's has; "*" means all and "x*" all
 * that begin with x. A descriptor of the upper table, or a negative errno. */
int64_t schemes_namespace(const struct scheme_list *list);

#endif
