/*
 * Changing the environment: setenv, unsetenv, putenv, clearenv. The array becomes ours
 * at the first change; strings that setenv made are remembered, so that they can be freed
 * when they are replaced. POSIX lets these functions be unsafe between threads, reading
 * included; the lock only keeps our own records whole.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include "shim/src/internal/lock.h"

extern char **environ;

static u32 lock;
static char **own_array; /* environ, when we made it */
static size_t own_room;
static char **own_strings;
static size_t own_count, own_strings_room;

/* Frees old if it is ours, and notes fresh (either may be NULL). */
static void note_string(char *old, char *fresh)
{
    for (size_t i = 0; old && i < own_count; i++) {
        if (own_strings[i] != old)
            continue;
        free(old);
        own_strings[i] = own_strings[--own_count];
        break;
    }
    if (!fresh)
        return;
    if (own_count == own_strings_room) {
        size_t room = own_strings_room ? own_strings_room * 2 : 16;
        char **moved = reallocarray(own_strings, room, sizeof *moved);
        if (!moved)
            return; /* the string is never freed, which does no harm */
        own_strings = moved;
        own_strings_room = room;
    }
    own_strings[own_count++] = fresh;
}

static size_t find(const char *name, size_t len)
{
    size_t i = 0;

    for (; environ && environ[i]; i++)
        if (strncmp(environ[i], name, len) == 0 && environ[i][len] == '=')
            break;
    return i;
}

/* Puts an entry where the name stands, or at the end. */
static int put(char *entry, size_t len, bool is_ours)
{
    size_t i = find(entry, len);

    if (environ && environ[i]) {
        char *old = environ[i];
        environ[i] = entry;
        note_string(old, is_ours ? entry : NULL);
        return 0;
    }
    if (!environ || environ != own_array || i + 2 > own_room) {
        size_t room = i + 2 + i / 2 + 8;
        char **moved = malloc(room * sizeof *moved);
        if (!moved)
            return -1;
        for (size_t k = 0; environ && k < i; k++)
            moved[k] = environ[k];
        if (environ == own_array)
            free(own_array);
        environ = own_array = moved;
        own_room = room;
    }
    environ[i] = entry;
    environ[i + 1] = NULL;
    note_string(NULL, is_ours ? entry : NULL);
    return 0;
}

int setenv(const char *name, const char *value, int replace)
{
    size_t len = name ? strlen(name) : 0;
    int result = 0;

    if (len == 0 || memchr(name, '=', len)) {
        errno = EINVAL;
        return -1;
    }
    if (!replace && getenv(name))
        return 0;
    size_t value_len = strlen(value);
    char *entry = malloc(len + value_len + 2);
    if (!entry)
        return -1;
    memcpy(entry, name, len);
    entry[len] = '=';
    memcpy(entry + len + 1, value, value_len + 1);
    __umk_lock(&lock);
    result = put(entry, len, true);
    __umk_unlock(&lock);
    if (result)
        free(entry);
    return result;
}

int unsetenv(const char *name)
{
    size_t len = name ? strlen(name) : 0;

    if (len == 0 || memchr(name, '=', len)) {
        errno = EINVAL;
        return -1;
    }
    __umk_lock(&lock);
    for (size_t i; environ && environ[i = find(name, len)];) {
        note_string(environ[i], NULL);
        for (; environ[i]; i++)
            environ[i] = environ[i + 1];
    }
    __umk_unlock(&lock);
    return 0;
}

int putenv(char *entry)
{
    size_t len = strcspn(entry, "=");
    int result;

    if (!entry[len])
        return unsetenv(entry);
    __umk_lock(&lock);
    result = put(entry, len, false);
    __umk_unlock(&lock);
    return result;
}

int clearenv(void)
{
    static char *nothing[1];

    __umk_lock(&lock);
    while (own_count)
        free(own_strings[--own_count]);
    environ = nothing;
    __umk_unlock(&lock);
    return 0;
}
