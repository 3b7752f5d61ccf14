/* The part of the sudo daemon that reads the user data base; see sudo_check.h. */
#include "programs/userutils/common/sudo_check.h"
#include "programs/common/error.h"
#include "programs/common/size.h"
#include "programs/userutils/common/password.h"
#include "programs/userutils/common/session.h"
#include "programs/userutils/common/userdb.h"

#include <stdlib.h>
#include <string.h>

#define SUDO_GROUP "sudo"

static bool may_sudo(const char *name)
{
    struct table groups;
    table_load(&groups, TABLE_GROUP);
    const struct record *r = table_find(&groups, SUDO_GROUP);
    bool may = r && group_has(r, name);
    table_free(&groups);
    return may;
}

static bool is_password_of(const char *name, const char *secret)
{
    char *hash = password_of(name);
    bool right = password_check(hash, secret);
    free(hash);
    return right;
}

static void store(const char *name, const char *secret)
{
    char hash[HASH_MAX];
    password_hash(secret, hash);
    password_store(name, hash);
}

int sudo_check(const char *question)
{
    const char *secret = getenv(CHECK_SECRET), *number = getenv(CHECK_UID);
    uint64_t uid;
    struct user u;
    if (!secret || !number || !number_parse(number, &uid) || uid > INT32_MAX)
        return CHECK_NO;
    if (!user_find_uid((uid_t)uid, &u))
        return CHECK_NO;
    bool yes = true;
    if (strcmp(question, "store") == 0)
        store(u.name, secret);
    else if (strcmp(question, "su") == 0)
        yes = is_password_of("root", secret);
    else if (strcmp(question, "passwd") == 0)
        yes = is_password_of(u.name, secret);
    else
        yes = strcmp(question, "sudo") == 0 && is_password_of(u.name, secret) && may_sudo(u.name);
    user_free(&u);
    return yes ? CHECK_YES : CHECK_NO;
}
