/*
 * Starting a user's program: with the user's ids, home, environment and namespace. The program gets
 * descriptors 0 to 2 and nothing else that could name a scheme outside of its namespace: the
 * namespace and the working directory of the caller are replaced, all else is close-on-exec.
 */
#ifndef USERUTILS_SESSION_H
#define USERUTILS_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct user {
    char *name, *home, *shell; /* own strings */
    uid_t uid;
    gid_t gid;
};

/* False: there is no such user. */
bool user_find(const char *name, struct user *out);
bool user_find_uid(uid_t uid, struct user *out);
void user_free(struct user *u);

struct session {
    const struct user *user;
    char *const *argv; /* NULL: the user's shell, as a login shell */
    int64_t ns_fd;     /* the namespace; below 0: the caller's */
    bool keep_dir;     /* start in the caller's working directory */
};

/* Runs it and waits. Its exit status, 128 and the signal that ended it, 127 when there is no such
 * program or 126 when it cannot be started (both with a message). Only for root. */
int session_run(const struct session *s);

/* Runs argv, or the shell, as the user and in the namespace that /etc/login_schemes.toml gives. */
int session_login(const struct user *user, char *const *argv);

#endif
