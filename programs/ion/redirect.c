/* Redirections, see redirect.h. */
#include "redirect.h"

#include "expand.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* A pipe takes this much before anybody reads. */
#define PIPE_ROOM 4096

int ends_add(struct shell *sh, struct ends *ends, int fd)
{
    if (ends->count == ENDS_MAX)
        return shell_fail(sh, KIND_PIPELINE, "too many redirections");
    ends->fds[ends->count++] = fd;
    return 0;
}

void ends_close(struct ends *ends)
{
    for (size_t i = 0; i < ends->count; i++)
        close(ends->fds[i]);
    ends->count = 0;
}

int redirect_expand(struct shell *sh, const struct command *c, struct redirect_names *names)
{
    names->items = arena_alloc(&sh->temp, c->redirect_count * sizeof *names->items);
    for (size_t i = 0; i < c->redirect_count; i++) {
        names->items[i] = expand_text(sh, &c->redirects[i].word);
        if (!names->items[i])
            return -1;
    }
    return 0;
}

/* A descriptor from which the text and a newline can be read. */
static int open_text(struct shell *sh, const char *text)
{
    int fds[2];
    size_t len = strlen(text);
    bool newline = len == 0 || text[len - 1] != '\n';
    if (pipe_open(fds) < 0)
        return -1;
    pid_t pid = 1;
    if (len + newline > PIPE_ROOM) {
        const struct streams3 fds3 = {STDIN_FILENO, fds[1], sh->io.err};
        pid = spawn_copy(sh, &fds3, GROUP_NONE, false);
        if (pid == 0) {
            close(fds[0]);
            fd_write(STDOUT_FILENO, text, len);
            if (newline)
                fd_write(STDOUT_FILENO, "\n", 1);
            shell_exit(sh, 0);
        }
    } else {
        fd_write(fds[1], text, len);
        if (newline)
            fd_write(fds[1], "\n", 1);
    }
    int err = errno;
    close(fds[1]);
    if (pid < 0) {
        close(fds[0]);
        errno = err;
        return -1;
    }
    return fds[0];
}

static int open_one(struct shell *sh, const struct redirect *r, const char *name)
{
    switch (r->kind) {
    case REDIRECT_READ:
        return open(name, O_RDONLY | O_CLOEXEC);
    case REDIRECT_TEXT:
        return open_text(sh, name);
    case REDIRECT_APPEND:
        return open(name, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    default:
        return open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    }
}

static const char *stream_name(const struct redirect *r)
{
    if (r->kind == REDIRECT_READ || r->kind == REDIRECT_TEXT)
        return "stdin";
    return r->streams == STREAM_OUT   ? "stdout"
           : r->streams == STREAM_ERR ? "stderr"
                                      : "stdout and stderr";
}

int redirect_open(struct shell *sh, const struct command *c, const struct redirect_names *names,
                  struct ends *in, struct ends *out, struct ends *err, struct ends *owned)
{
    for (size_t i = 0; i < c->redirect_count; i++) {
        const struct redirect *r = &c->redirects[i];
        int fd = open_one(sh, r, names->items[i]);
        if (fd < 0)
            return shell_fail(sh, KIND_PIPELINE, "cannot redirect %s to file '%s': %s",
                              stream_name(r), names->items[i], strerror(errno));
        if (ends_add(sh, owned, fd) < 0) {
            close(fd);
            return -1;
        }
        bool input = r->kind == REDIRECT_READ || r->kind == REDIRECT_TEXT;
        if (input && ends_add(sh, in, fd) < 0)
            return -1;
        if (!input && (r->streams & STREAM_OUT) && ends_add(sh, out, fd) < 0)
            return -1;
        if (!input && (r->streams & STREAM_ERR) && ends_add(sh, err, fd) < 0)
            return -1;
    }
    return 0;
}

/* --- helpers --- */

static void copy_out(const struct ends *ends)
{
    char block[16384];
    for (;;) {
        ssize_t n = read(STDIN_FILENO, block, sizeof block);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return;
        for (size_t i = 0; i < ends->count; i++)
            fd_write(ends->fds[i], block, (size_t)n);
    }
}

static void copy_in(const struct ends *ends)
{
    char block[16384];
    for (size_t i = 0; i < ends->count; i++) {
        ssize_t n;
        while ((n = read(ends->fds[i], block, sizeof block)) > 0 || (n < 0 && errno == EINTR)) {
            if (n > 0 && !fd_write(STDOUT_FILENO, block, (size_t)n))
                return;
        }
    }
}

int ends_join(struct shell *sh, const struct ends *ends, int fallback, bool input,
              struct ends *owned, pid_t *helper)
{
    int fds[2];
    if (ends->count == 0)
        return fallback;
    if (ends->count == 1)
        return ends->fds[0];
    if (pipe_open(fds) < 0)
        return shell_fail(sh, KIND_PIPELINE, "cannot make a pipe: %s", strerror(errno));
    /* The helper has the far end of the pipe, the member gets the near one. */
    int near = fds[input ? 0 : 1];
    int far = fds[input ? 1 : 0];
    const struct streams3 streams = {input ? STDIN_FILENO : far, input ? far : STDOUT_FILENO,
                                     STDERR_FILENO};
    *helper = spawn_copy(sh, &streams, GROUP_NONE, false);
    if (*helper == 0) {
        close(near);
        close(far);
        if (input)
            copy_in(ends);
        else
            copy_out(ends);
        shell_exit(sh, 0);
    }
    close(far);
    if (*helper < 0) {
        close(near);
        return shell_fail(sh, KIND_PIPELINE, "cannot start a helper: %s", strerror(errno));
    }
    if (ends_add(sh, owned, near) < 0) {
        close(near);
        return -1;
    }
    return near;
}
