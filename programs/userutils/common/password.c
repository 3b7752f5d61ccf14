/* Passwords; see password.h. Argon2 is libsodium's. */
#include "programs/userutils/common/password.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "programs/userutils/common/userdb.h"

#include <argon2.h>
#include <errno.h>
#include <signal.h>
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
    while ((n = read_some(STDIN_FILENO, &c, 1)) == 1 && c != '\n' && c != '\r') {
        if (len + 1 < size)
            out[len++] = c;
    }
    out[len] = '\0';
    return n == 1 || (n == 0 && len > 0);
}

/* Signals that would leave the terminal without echo, and what they did before. */
static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP};
#define ENDING (sizeof ending / sizeof ending[0])
static struct sigaction before[ENDING];
static struct termios shown, hidden;

static void on_signal(int sig);

static void catch_signal(int sig, struct sigaction *old)
{
    struct sigaction action = {.sa_handler = on_signal, .sa_flags = SA_NODEFER};
    sigemptyset(&action.sa_mask);
    sigaction(sig, &action, old);
}

/* The signal does what it would have done, with the terminal as it was. */
static void on_signal(int sig)
{
    int error = errno;
    size_t i = 0;
    while (i < ENDING - 1 && ending[i] != sig)
        i++;
    tcsetattr(STDIN_FILENO, TCSANOW, &shown);
    write(STDERR_FILENO, "\n", 1);
    sigaction(sig, &before[i], NULL);
    raise(sig);
    /* it was a stop, which is over */
    catch_signal(sig, NULL);
    tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
    errno = error;
}

/* False where there is no terminal. */
static bool hide_keys(void)
{
    if (tcgetattr(STDIN_FILENO, &shown) < 0)
        return false;
    hidden = shown;
    hidden.c_lflag = (hidden.c_lflag & ~(tcflag_t)ECHO) | ICANON | ISIG;
    for (size_t i = 0; i < ENDING; i++) {
        catch_signal(ending[i], &before[i]);
        if (before[i].sa_handler == SIG_IGN)
            sigaction(ending[i], &before[i], NULL);
    }
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    return true;
}

static void show_keys(void)
{
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    for (size_t i = 0; i < ENDING; i++)
        sigaction(ending[i], &before[i], NULL);
}

bool password_ask(const char *prompt, char out[PASSWORD_MAX])
{
    bool terminal = hide_keys();
    write_all(STDERR_FILENO, prompt, strlen(prompt));
    bool ok = read_line(out, PASSWORD_MAX);
    if (terminal)
        show_keys();
    write_all(STDERR_FILENO, "\n", 1);
    return ok;
}
