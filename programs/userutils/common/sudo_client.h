/* Asking the sudo daemon (scheme sudo) to make this process root's. */
#ifndef USERUTILS_SUDO_CLIENT_H
#define USERUTILS_SUDO_CLIENT_H

#include <stdint.h>

/* A conversation: "" (own password, members of group sudo), "su" (root's password) or "passwd".
 * A descriptor or a negative errno. */
int64_t sudo_open(const char *what);
/* Sends a password; 0, -EPERM: wrong or not permitted. */
int64_t sudo_password(int64_t fd, const char *password);
/* After a right password: this process becomes root's, and its namespace the daemon's. 0 or a
 * negative errno, with which nothing has changed or only the ids have. */
int64_t sudo_elevate(int64_t fd);

#endif
