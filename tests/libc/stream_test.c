/*
 * Streams against the host's: the same random operations on two files, the results, positions
 * and contents compared. Usage: stream_test [runs [seed]].
 */
#define _GNU_SOURCE
#include "tests/random.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

typedef struct u_file U_FILE;
typedef struct {
    ssize_t (*read)(void *cookie, char *buf, size_t len);
    ssize_t (*write)(void *cookie, const char *buf, size_t len);
    int (*seek)(void *cookie, long *offset, int whence);
    int (*close)(void *cookie);
} u_functions;
U_FILE *u_fopencookie(void *cookie, const char *mode, u_functions functions);
int u_setvbuf(U_FILE *f, char *buf, int mode, size_t size);
size_t u_fread(void *p, size_t size, size_t n, U_FILE *f);
size_t u_fwrite(const void *p, size_t size, size_t n, U_FILE *f);
int u_fgetc(U_FILE *f);
int u_fputc(int c, U_FILE *f);
int u_ungetc(int c, U_FILE *f);
char *u_fgets(char *s, int n, U_FILE *f);
int u_fseek(U_FILE *f, long offset, int whence);
long u_ftell(U_FILE *f);
int u_fflush(U_FILE *f);
int u_feof(U_FILE *f);
int u_fclose(U_FILE *f);
int u_fprintf(U_FILE *f, const char *format, ...);
ssize_t u_getline(char **line, size_t *size, U_FILE *f);
void u_free(void *p);

static uint64_t state;
static long failures;

static unsigned below(unsigned n)
{
    return random_below(&state, n);
}

/* The kernel's side of our stream: a descriptor of the host. Reads and writes come in parts. */
static ssize_t file_read(void *cookie, char *buf, size_t len)
{
    if (len > 1 && below(4) == 0)
        len = len / 2;
    return read((int)(intptr_t)cookie, buf, len);
}

static ssize_t file_write(void *cookie, const char *buf, size_t len)
{
    if (len > 1 && below(4) == 0)
        len = len / 2;
    return write((int)(intptr_t)cookie, buf, len);
}

static int file_seek(void *cookie, long *offset, int whence)
{
    long r = lseek((int)(intptr_t)cookie, *offset, whence);

    if (r < 0)
        return -1;
    *offset = r;
    return 0;
}

static void expect(long ours, long host, const char *what)
{
    if (ours != host && failures++ < 20)
        printf("stream_test: %s: host %ld, ours %ld\n", what, host, ours);
}

struct pair {
    FILE *host;
    U_FILE *ours;
    enum { IDLE, READING, WRITING } last;
};

static void read_some(struct pair *p)
{
    static char a[20000], b[20000];
    char *line_a = NULL, *line_b = NULL;
    size_t size_a = 0, size_b = 0;
    int n = (int)below(below(4) ? 60 : 20000), c;

    switch (below(5)) {
    case 0:
        c = fgetc(p->host);
        expect(u_fgetc(p->ours), c, "fgetc");
        break;
    case 1:
        memset(a, 0, sizeof a);
        memset(b, 0, sizeof b);
        expect(u_fgets(b, n + 1, p->ours) != NULL, fgets(a, n + 1, p->host) != NULL, "fgets");
        expect(memcmp(a, b, sizeof a), 0, "fgets text");
        break;
    case 2:
        expect(u_getline(&line_b, &size_b, p->ours), getline(&line_a, &size_a, p->host), "getline");
        free(line_a);
        u_free(line_b);
        break;
    case 3:
        c = fgetc(p->host);
        expect(u_fgetc(p->ours), c, "fgetc");
        if (c != EOF) {
            c = (int)below(256);
            expect(u_ungetc(c, p->ours), ungetc(c, p->host), "ungetc");
            c = fgetc(p->host);
            expect(u_fgetc(p->ours), c, "fgetc after ungetc");
        }
        break;
    default:
        expect((long)u_fread(b, 1, (size_t)n, p->ours), (long)fread(a, 1, (size_t)n, p->host),
               "fread");
        expect(memcmp(a, b, (size_t)n), 0, "fread data");
        break;
    }
    p->last = READING;
}

static void write_some(struct pair *p)
{
    static char data[20000];
    unsigned n = below(below(4) ? 60 : 20000);
    int x = (int)below(100000);

    for (unsigned i = 0; i < n; i++)
        data[i] = below(20) ? (char)('a' + below(26)) : '\n';
    switch (below(3)) {
    case 0:
        expect(u_fputc(data[0], p->ours), fputc(data[0], p->host), "fputc");
        break;
    case 1:
        expect(u_fprintf(p->ours, "%d %.*s\n", x, (int)n, data),
               fprintf(p->host, "%d %.*s\n", x, (int)n, data), "fprintf");
        break;
    default:
        expect((long)u_fwrite(data, 1, n, p->ours), (long)fwrite(data, 1, n, p->host), "fwrite");
        break;
    }
    p->last = WRITING;
}

static void seek_somewhere(struct pair *p)
{
    static const int whences[] = {SEEK_SET, SEEK_CUR, SEEK_END};
    int whence = whences[below(3)];
    long offset = whence == SEEK_SET ? (long)below(30000) : (long)below(4000) - 2000;

    expect(u_fseek(p->ours, offset, whence), fseek(p->host, offset, whence), "fseek");
    p->last = IDLE;
}

static void run(void)
{
    static const int modes[] = {_IOFBF, _IOFBF, _IOLBF, _IONBF};
    static char a[200000], b[200000];
    int host_fd = memfd_create("host", 0), our_fd = memfd_create("ours", 0);
    int mode = modes[below(4)];
    u_functions functions = {file_read, file_write, file_seek, NULL};
    struct pair p = {fdopen(host_fd, "w+"),
                     u_fopencookie((void *)(intptr_t)our_fd, "w+", functions), IDLE};

    setvbuf(p.host, NULL, mode, BUFSIZ);
    u_setvbuf(p.ours, NULL, mode, 0);
    for (int i = 0; i < 60; i++) {
        switch (below(5)) {
        case 0:
            seek_somewhere(&p);
            break;
        case 1:
            if (p.last != READING) {
                expect(u_fflush(p.ours), fflush(p.host), "fflush");
                p.last = IDLE;
            }
            break;
        case 2:
            if (p.last != READING)
                write_some(&p);
            break;
        default:
            if (p.last != WRITING)
                read_some(&p);
            break;
        }
        expect(u_ftell(p.ours), ftell(p.host), "ftell");
        expect(u_feof(p.ours) != 0, feof(p.host) != 0, "feof");
    }
    fflush(p.host);
    u_fflush(p.ours);
    ssize_t na = pread(host_fd, a, sizeof a, 0), nb = pread(our_fd, b, sizeof b, 0);
    expect(nb, na, "length");
    expect(na > 0 ? memcmp(a, b, (size_t)na) : 0, 0, "contents");
    fclose(p.host);
    expect(u_fclose(p.ours), 0, "fclose");
    close(our_fd);
}

int main(int argc, char **argv)
{
    long runs = argc > 1 ? atol(argv[1]) : 2000;

    state = argc > 2 ? strtoull(argv[2], NULL, 0) : 1;
    for (long i = 0; i < runs; i++)
        run();
    printf("stream_test: %ld runs, %ld differences\n", runs, failures);
    return failures != 0;
}
