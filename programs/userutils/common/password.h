/* Passwords: kept as encoded Argon2 strings, asked for without echo. */
#ifndef USERUTILS_PASSWORD_H
#define USERUTILS_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>

#define PASSWORD_MAX 1024
#define HASH_MAX 256

/* In the hash field: nobody can log in with a password. */
#define HASH_UNSET "!"

/* Whether `given` is the password of `hash`: an encoded string of any Argon2 variant and costs; an
 * empty hash is matched by the empty password only, "!" and whatever is no such string by nothing.
 */
bool password_matches(const char *hash, const char *given);

/* The same, after which a wrong one costs three seconds. */
bool password_check(const char *hash, const char *given);

/* A new hash: argon2id with 19 MiB, 2 passes, a random salt. Ends the program on failure. */
void password_hash(const char *given, char out[HASH_MAX]);

/* The user's hash from /etc/shadow, malloc'd; HASH_UNSET for users that are not there. */
char *password_of(const char *user);

/* Makes a hash the user's. Ends the program on failure, or where the caller is not root. */
void password_store(const char *user, const char *hash);

/* Asks on the terminal (without echo) or reads a line of standard input. False at its end. */
bool password_ask(const char *prompt, char out[PASSWORD_MAX]);

/* Overwrites a secret so that the compiler does not leave it out. */
void password_forget(void *p, size_t len);

#endif
