/* Passwords; see password.h. Argon2 is libsodium's. */
#include "programs/userutils/common/password.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/userutils/common/userdb.h"

#include <argon2.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define MEMORY_KIB 19456u
#define PASSES 2u
#define SALT_BYTES 16u
#define HASH_BYTES 32u
#define WRONG_SECONDS 3u

void password_forget(void *p, size_t len)
{
    volatile char *byte = p;
    while (len--)
        *byte++ = 0;
}

bool password_matches(const char *hash, const char *given)
{
    size_t len = strlen(given);
    if (!*hash)
        return len == 0;
    if (strncmp(hash, "$argon2id$", 10) == 0)
        return argon2id_verify(hash, given, len) == ARGON2_OK;
    if (strncmp(hash, "$argon2i$", 9) == 0)
        return argon2i_verify(hash, given, len) == ARGON2_OK;
    return false;
}

bool password_check(const char *hash, const char *given)
{
    bool right = password_matches(hash, given);
    if (!right)
        sleep(WRONG_SECONDS);
    return right;
}

void password_hash(const char *given, char out[HASH_MAX])
{
    unsigned char salt[SALT_BYTES];
    if (getentropy(salt, sizeof salt) < 0)
        die_errno(1, "no random numbers");
    if (argon2id_hash_encoded(PASSES, MEMORY_KIB, 1, given, strlen(given), salt, sizeof salt,
                              HASH_BYTES, out, HASH_MAX) != ARGON2_OK)
        die(1, "the password cannot be hashed");
}

char *password_of(const char *user)
{
    struct table shadow;
    table_load(&shadow, TABLE_SHADOW);
    const struct record *r = table_find(&shadow, user);
    char *hash = xstrdup(r ? r->field[SH_HASH] : HASH_UNSET);
    table_free(&shadow);
    return hash;
}

void password_store(const char *user, const char *hash)
{
    struct table shadow;
    userdb_lock();
    table_load(&shadow, TABLE_SHADOW);
    struct record *r = table_find(&shadow, user);
    if (r)
        record_set(r, SH_HASH, hash);
    else
        table_add(&shadow, (const char *const[]){user, hash});
    table_save(&shadow);
    table_free(&shadow);
}

/* A byte at a time: what follows the line is for whoever reads next. */
static bool read_line(char *out, size_t size)
{
    size_t len = 0;
    char c;
    ssize_t n;
    while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n' && c != '\r') {
        if (len + 1 < size)
            out[len++] = c;
    }
    out[len] = '\0';
    return n == 1 || (n == 0 && len > 0);
}

bool password_ask(const char *prompt, char out[PASSWORD_MAX])
{
    struct termios old;
    bool terminal = tcgetattr(STDIN_FILENO, &old) == 0;
    if (terminal) {
        struct termios quiet = old;
        quiet.c_lflag = (quiet.c_lflag & ~(tcflag_t)ECHO) | ICANON | ISIG;
        terminal = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    write_all(STDERR_FILENO, prompt, strlen(prompt));
    bool ok = read_line(out, PASSWORD_MAX);
    if (terminal)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
    write_all(STDERR_FILENO, "\n", 1);
    return ok;
}
