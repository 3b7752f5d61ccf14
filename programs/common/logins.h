/* Who is logged in: the records that login keeps with the C library's utmpx functions. */
#ifndef COMMON_LOGINS_H
#define COMMON_LOGINS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

struct login {
    char user[33], line[33], host[257];
    pid_t pid; /* of login, while the session lasts */
    time_t since;
};

/* The next session: records of an earlier boot, and of processes that are gone, are left out.
 * False at the end. */
bool login_next(struct login *out);

/* The terminal's path: /dev/LINE or /scheme/LINE. */
void login_path(const struct login *l, char *path, size_t size);

/* When the system was booted; 0 if that cannot be told. */
time_t boot_time(void);

#endif
