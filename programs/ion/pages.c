/* The manual pages of the builtins, see pages.h. The one-line help is the builtin's own. */
#include "pages.h"

#include <string.h>

struct option {
    const char *builtin;
    const char *text; /* as typed */
    const char *help;
};

/* In the order of the pages; a builtin's options stand together. */
static const struct option options[] = {
    {"debug", "on", "show every command before it runs"},
    {"debug", "off", "do not"},
    {"dirs", "-c", "forget all but the current directory"},
    {"dirs", "-l", "show where the directories really are"},
    {"dirs", "-p", "one a line"},
    {"dirs", "-v", "one a line, numbered"},
    {"disown", "-a", "all jobs"},
    {"disown", "-r", "running jobs only"},
    {"disown", "-h", "keep the jobs, but spare them from SIGHUP"},
    {"echo", "-e", "replace \\\\ \\a \\b \\c \\e \\f \\n \\r \\t \\v by what they stand for"},
    {"echo", "-n", "no newline at the end"},
    {"echo", "-s", "no blanks between the words"},
    {"echo", "--escape", "the same as -e"},
    {"echo", "--no-newline", "the same as -n"},
    {"echo", "--no-spaces", "the same as -s"},
    {"exec", "-c", "with an empty environment"},
    {"exists", "-a", "NAME is an array that is not empty"},
    {"exists", "-b", "NAME is a program in PATH"},
    {"exists", "-d", "NAME is a directory"},
    {"exists", "-f", "NAME is a regular file"},
    {"exists", "-s", "NAME is a string or in the environment, and not empty"},
    {"exists", "--fn", "NAME is a function"},
    {"history", "+inc_append", "write each entry to the file at once"},
    {"history", "-inc_append", "write the file when the shell ends"},
    {"history", "+share", "take over what other shells have written"},
    {"history", "-share", "do not"},
    {"history", "+duplicates", "keep repeated lines of the file"},
    {"history", "-duplicates", "drop them"},
    {"huponexit", "on", "send SIGHUP to all jobs when the shell ends"},
    {"huponexit", "off", "do not"},
    {"keybindings", "emacs", "keys as in emacs"},
    {"keybindings", "vi", "keys as in vi"},
    {"mapfile", "-d", "DELIM separates the parts, by default a newline"},
    {"mapfile", "-n", "take at most MAX parts"},
    {"mapfile", "-O", "put the first part at index ORIGIN"},
    {"mapfile", "-s", "skip the first SKIP parts"},
    {"mapfile", "-u", "read FILE, not standard input"},
    {"mapfile", "--keep-empty", "keep empty parts"},
    {"popd", "-n", "stay here, remove the second entry"},
    {"pushd", "-n", "stay here, put the directory second"},
    {"set", "-e", "a command that fails ends the script"},
    {"set", "+e", "it does not"},
    {"set", "-p", "a pipeline fails when any of its commands does"},
    {"set", "+p", "its last command decides"},
    {"set", "--", "the words behind it become the script's arguments"},
    {"status", "-l", "is this a login shell?"},
    {"status", "-i", "is standard input a terminal?"},
    {"status", "-f", "the name of the script"},
    {"status", "--is-login", "the same as -l"},
    {"status", "--is-interactive", "the same as -i"},
    {"status", "--current-filename", "the same as -f"},
    {"test", "-e", "FILE exists"},
    {"test", "-f", "FILE is a regular file"},
    {"test", "-d", "FILE is a directory"},
    {"test", "-h", "FILE is a symbolic link (also -L)"},
    {"test", "-b", "FILE is a block device (-c: character device, -S: socket)"},
    {"test", "-s", "FILE is not empty"},
    {"test", "-r", "FILE may be read (-w: written, -x: executed)"},
    {"test", "-n", "TEXT is not empty"},
    {"test", "-z", "TEXT is empty"},
    {"test", "-eq", "A and B are equal integers (also -ne -lt -le -gt -ge)"},
    {"test", "-nt", "file A is newer than B (-ot: older, -ef: the same file)"},
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

const char *page_option(const char *builtin, size_t at)
{
    for (size_t i = 0; i < COUNT(options); i++) {
        if (strcmp(options[i].builtin, builtin) == 0 && at-- == 0)
            return options[i].text;
    }
    return NULL;
}

void page_print(const struct builtin *b, struct buf *out)
{
    bool any = false;
    buf_printf(out, "NAME\n    %s - %s\n\nSYNOPSIS\n    %s%s%s\n", b->name, b->help, b->name,
               *b->args ? " " : "", b->args);
    buf_printf(out, "\nDESCRIPTION\n    %c%s.\n", b->help[0] - ('a' - 'A'), b->help + 1);
    for (size_t i = 0; i < COUNT(options); i++) {
        if (strcmp(options[i].builtin, b->name) != 0)
            continue;
        buf_printf(out, "%s    %-20s %s\n", any ? "" : "\nOPTIONS\n", options[i].text,
                   options[i].help);
        any = true;
    }
}
