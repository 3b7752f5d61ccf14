/*
 * Runs ion's examples inside the system: ion_examples FOLDER COUNT. FOLDER/N.in is the text for
 * ion -c; what it writes goes to FOLDER/N.out, and its wait status to FOLDER/N.status. Each runs in
 * a directory of its own, /tmp/ion-N, which has the files that tests/ion/run.py makes on the host.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TEXT_MAX 8192

static void touch(const char *name)
{
    close(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
}

/* In the child: the example's directory, streams and environment. */
static void prepare(const char *directory, const char *out)
{
    static char *const env[] = {"PATH=/bin:/usr/bin:/scheme/initfs/bin",
                                "HOME=/root",
                                "USER=root",
                                "ION=/bin/ion",
                                "LC_ALL=C",
                                NULL};
    int fd = open(out, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    int null = open("/dev/null", O_RDONLY);
    if (fd < 0 || null < 0 || dup2(null, 0) < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(126);
    close(fd);
    close(null);
    mkdir(directory, 0755);
    if (chdir(directory) < 0)
        _exit(126);
    touch("a.txt");
    touch("b.txt");
    touch("c.md");
    touch(".hid");
    mkdir("sub", 0755);
    touch("sub/d.txt");
    environ = (char **)env;
}

static int run(const char *folder, int n)
{
    static char text[TEXT_MAX];
    char in[256], out[256], directory[64];
    int status;
    snprintf(in, sizeof in, "%s/%d.in", folder, n);
    snprintf(out, sizeof out, "%s/%d.out", folder, n);
    snprintf(directory, sizeof directory, "/tmp/ion-%d", n);
    int fd = open(in, O_RDONLY | O_CLOEXEC);
    ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof text - 1);
    close(fd);
    if (len < 0)
        return -1;
    text[len] = '\0';
    pid_t pid = fork();
    if (pid == 0) {
        prepare(directory, out);
        execlp("ion", "ion", "-c", text, NULL);
        _exit(127);
    }
    return pid < 0 || waitpid(pid, &status, 0) != pid ? -1 : status;
}

int main(int argc, char **argv)
{
    if (argc != 3)
        return 2;
    for (int n = 0; n < atoi(argv[2]); n++) {
        char path[256];
        int status = run(argv[1], n);
        snprintf(path, sizeof path, "%s/%d.status", argv[1], n);
        FILE *f = fopen(path, "w");
        if (!f)
            return 1;
        fprintf(f, "%d\n", status);
        if (fclose(f) != 0)
            return 1;
    }
    return 0;
}
