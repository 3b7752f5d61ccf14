/* Users' namespaces; see schemes.h. */
#include "programs/userutils/common/schemes.h"
#include "programs/common/error.h"
#include "programs/common/io.h"
#include "redox/redox.h"
#include "libtoml/toml.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SCHEMES_FILE "/etc/login_schemes.toml"

/* Redox's list, and initfs, where this system's programs are. */
static const char *const usual[] = {
    "debug",     "event", "memory", "pipe",   "serio",        "irq",     "time",
    "sys",       "rand",  "null",   "zero",   "log",          "ip",      "icmp",
    "tcp",       "udp",   "shm",    "chan",   "file",         "pty",     "uds_stream",
    "uds_dgram", "sudo",  "audio",  "initfs", "display.vesa", "display*"};

void schemes_add(struct scheme_list *list, const char *name)
{
    list->names = xgrow(list->names, &list->cap, list->count + 1, sizeof *list->names);
    list->names[list->count++] = xstrdup(name);
}

void schemes_free(struct scheme_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->names[i]);
    free(list->names);
    *list = (struct scheme_list){0};
}

/* False: the document has no list for this user. A list that is not one of strings is no list. */
static bool take_list(const struct toml *root, const char *user, struct scheme_list *out)
{
    const struct toml *users = toml_get(root, "user_schemes");
    const struct toml *table = users && users->kind == TOML_TABLE ? toml_get(users, user) : NULL;
    const struct toml *list =
        table && table->kind == TOML_TABLE ? toml_get(table, "schemes") : NULL;
    if (!list || list->kind != TOML_ARRAY)
        return false;
    for (const struct toml *item = list->list.first; item; item = item->next) {
        if (item->kind != TOML_STRING) {
            warn_text(SCHEMES_FILE ":%u: a scheme's name is no string", item->line);
            schemes_free(out);
            return false;
        }
        schemes_add(out, item->string);
    }
    return true;
}

bool schemes_parse(const char *text, size_t len, const char *user, struct scheme_list *out)
{
    struct toml_error error;
    struct toml *root = toml_parse(text, len, &error);
    bool found = root && take_list(root, user, out);
    if (!root)
        warn_text(SCHEMES_FILE ":%u: %s", error.line, error.message);
    toml_free(root);
    return found;
}

static bool read_file(const char *user, struct scheme_list *out)
{
    struct bytes text = {0};
    int fd = open(SCHEMES_FILE, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        if (errno != ENOENT)
            warn_errno(SCHEMES_FILE);
        return false;
    }
    bool found = false;
    if (!read_everything(fd, &text))
        warn_errno(SCHEMES_FILE);
    else
        found = schemes_parse(text.data ? text.data : "", text.len, user, out);
    close(fd);
    free(text.data);
    return found;
}

void schemes_of_user(const char *user, struct scheme_list *out)
{
    *out = (struct scheme_list){0};
    if (read_file(user, out))
        return;
    for (size_t i = 0; i < sizeof usual / sizeof usual[0]; i++)
        schemes_add(out, usual[i]);
}

int64_t schemes_namespace(const struct scheme_list *list)
{
    struct redox_iovec *names = xmalloc((list->count + 1) * sizeof *names);
    for (size_t i = 0; i < list->count; i++)
        names[i] = (struct redox_iovec){list->names[i], strlen(list->names[i])};
    int64_t ns = (int64_t)redox_mkns_v1(names, list->count, 0);
    free(names);
    return ns;
}
