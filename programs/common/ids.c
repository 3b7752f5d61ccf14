/* Users and groups, see ids.h. The last answer is remembered: listings ask for the same one often.
 */
#include "ids.h"

#include "size.h"

#include <grp.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>

const char *user_name(uid_t uid)
{
    static char text[64];
    static bool known;
    static uid_t last;
    if (known && last == uid)
        return text;
    const struct passwd *pw = getpwuid(uid);
    if (pw)
        snprintf(text, sizeof text, "%s", pw->pw_name);
    else
        snprintf(text, sizeof text, "%lu", (unsigned long)uid);
    known = true;
    last = uid;
    return text;
}

const char *group_name(gid_t gid)
{
    static char text[64];
    static bool known;
    static gid_t last;
    if (known && last == gid)
        return text;
    const struct group *gr = getgrgid(gid);
    if (gr)
        snprintf(text, sizeof text, "%s", gr->gr_name);
    else
        snprintf(text, sizeof text, "%lu", (unsigned long)gid);
    known = true;
    last = gid;
    return text;
}

bool user_number(const char *text, uid_t *out)
{
    const struct passwd *pw = getpwnam(text);
    uint64_t value;
    if (pw)
        *out = pw->pw_uid;
    else if (number_parse(text, &value) && value < UINT32_MAX)
        *out = (uid_t)value;
    else
        return false;
    return true;
}

bool group_number(const char *text, gid_t *out)
{
    const struct group *gr = getgrnam(text);
    uint64_t value;
    if (gr)
        *out = gr->gr_gid;
    else if (number_parse(text, &value) && value < UINT32_MAX)
        *out = (gid_t)value;
    else
        return false;
    return true;
}
