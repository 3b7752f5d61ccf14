/* fmtmsg: "LABEL: SEVERITY: TEXT\nTO FIX: ACTION TAG" to standard error and the console. */
#include <fcntl.h>
#include <fmtmsg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LABEL = 1, SEVERITY = 2, TEXT = 4, ACTION = 8, TAG = 16, EVERYTHING = 31 };

/* What the variable MSGVERB asks for; anything wrong in it means everything. */
static int verbosity(void)
{
    static const char *const words[] = {"label", "severity", "text", "action", "tag"};
    const char *p = getenv("MSGVERB");
    int wanted = 0;

    while (p && *p) {
        size_t n = strcspn(p, ":"), i = 0;
        while (i < 5 && (strlen(words[i]) != n || strncmp(words[i], p, n) != 0))
            i++;
        if (i == 5)
            return EVERYTHING;
        wanted |= 1 << i;
        p += n + (p[n] == ':');
    }
    return wanted ? wanted : EVERYTHING;
}

static const char *severity_text(int severity)
{
    static const char *const texts[] = {"", "HALT", "ERROR", "WARNING", "INFO"};

    return severity >= MM_HALT && severity <= MM_INFO ? texts[severity] : "";
}

static bool print(int fd, int what, const char *label, int severity, const char *text,
                  const char *action, const char *tag)
{
    const char *grade = severity_text(severity);
    bool l = label && (what & LABEL), s = *grade && (what & SEVERITY), t = text && (what & TEXT);
    bool a = action && (what & ACTION), g = tag && (what & TAG);

    return dprintf(fd, "%s%s%s%s%s%s%s%s%s%s\n", l ? label : "",
                   l && (s || t || a || g) ? ": " : "", s ? grade : "",
                   s && (t || a || g) ? ": " : "", t ? text : "",
                   a ? (t ? "\nTO FIX: " : "TO FIX: ") : "", a ? action : "",
                   g && (a || t) ? " " : "", g ? " " : "", g ? tag : "") >= 0;
}

/* Two fields of at most 10 and 14 bytes with a colon between them. */
static bool label_good(const char *label)
{
    const char *colon = strchr(label, ':');

    return colon && colon - label <= 10 && strlen(colon + 1) <= 14;
}

int fmtmsg(long kind, const char *label, int severity, const char *text, const char *action,
           const char *tag)
{
    bool failed = false, console_failed = false;

    if (label && !label_good(label))
        return MM_NOTOK;
    if (kind & MM_PRINT)
        failed = !print(STDERR_FILENO, verbosity(), label, severity, text, action, tag);
    if (kind & MM_CONSOLE) {
        int fd = open("/scheme/debug", O_WRONLY | O_CLOEXEC);
        console_failed = fd < 0 || !print(fd, EVERYTHING, label, severity, text, action, tag);
        if (fd >= 0)
            close(fd);
    }
    if (failed && console_failed)
        return MM_NOTOK;
    return failed ? MM_NOMSG : console_failed ? MM_NOCON : MM_OK;
}
