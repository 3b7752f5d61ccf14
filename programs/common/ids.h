/* Users and groups by name and number. A number without a name is written as the number. */
#ifndef COMMON_IDS_H
#define COMMON_IDS_H

#include <stdbool.h>
#include <sys/types.h>

/* The text is valid until the next call of the same function. */
const char *user_name(uid_t uid);
const char *group_name(gid_t gid);

bool user_number(const char *text, uid_t *out);
bool group_number(const char *text, gid_t *out);

#endif
