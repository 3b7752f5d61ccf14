/*
 * Program start, streams and the other parts of the C library that have no kernel object of their
 * own: constructors, TLS, exit, stdio on files, memory and commands, environment, sorting,
 * patterns, options, jumps.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <getopt.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <locale.h>
#include <pthread.h>
#include <search.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/wait.h>
#include <threads.h>
#include <wchar.h>
#include "posix_check.h"

/* The call gives NULL and this errno. */
#define CHECK_NULL(call, error)                                            \
    do {                                                                   \
        errno = 0;                                                         \
        const void *got_ = (call);                                         \
        if (got_ || errno != (error))                                      \
            check_fail(__FILE__, __LINE__, #call, got_ != NULL, 0, errno); \
    } while (0)
/* The call gives this value and ERANGE. */
#define CHECK_RANGE(call, want)                                        \
    do {                                                               \
        errno = 0;                                                     \
        long got_ = (long)(call), want_ = (long)(want);                \
        if (got_ != want_ || errno != ERANGE)                          \
            check_fail(__FILE__, __LINE__, #call, got_, want_, errno); \
    } while (0)

static int constructed;
static _Thread_local int local_value = 42;
static _Thread_local char local_zero[300];
static _Thread_local _Alignas(64) char local_aligned[64] = "x";

__attribute__((constructor)) static void construct(void)
{
    constructed = local_value;
}

static void *look_at_tls(void *arg)
{
    bool ok = local_value == 42 && local_zero[299] == 0 && local_aligned[0] == 'x' &&
              (uintptr_t)local_aligned % 64 == 0;

    (void)arg;
    local_value = 7;
    return ok ? NULL : (void *)1;
}

static void test_start(void)
{
    pthread_t thread;
    void *result = (void *)2;

    CHECK_EQ(constructed, 42);
    CHECK_EQ((uintptr_t)local_aligned % 64, 0);
    local_value = 5;
    CHECK_EQ(pthread_create(&thread, NULL, look_at_tls, NULL), 0);
    CHECK_EQ(pthread_join(thread, &result), 0);
    CHECK(result == NULL);
    CHECK_EQ(local_value, 5);
}

static void last(void)
{
    (void)!write(1, "last ", 5);
}

static void first(void)
{
    (void)!write(1, "first ", 6);
    atexit(last);
}

__attribute__((destructor)) static void destruct(void)
{
    if (getenv("SHOW_END"))
        (void)!write(1, "destructor ", 11);
}

/* The order at exit: handlers, those they add, destructors, then buffered output. */
static void test_exit(void)
{
    int fds[2], status;
    char buf[100] = "";
    size_t got = 0;
    ssize_t n;

    CHECK_EQ(pipe(fds), 0);
    fflush(stdout);
    pid_t pid = fork();
    if (pid == 0) {
        dup2(fds[1], 1);
        close(fds[0]);
        close(fds[1]);
        setenv("SHOW_END", "1", 1);
        atexit(first);
        printf("buffered");
        exit(300 + 7);
    }
    close(fds[1]);
    while ((n = read(fds[0], buf + got, sizeof buf - 1 - got)) > 0)
        got += (size_t)n;
    close(fds[0]);
    CHECK_EQ(waitpid(pid, &status, 0), pid);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == ((300 + 7) & 0xff));
    CHECK(strcmp(buf, "first last destructor buffered") == 0);
}

static void test_file_stream(void)
{
    FILE *f = fopen("stream", "w+");
    char buf[100];

    CHECK(f != NULL);
    CHECK_EQ(fprintf(f, "line %d\nline %s\n", 1, "two"), 16);
    CHECK_EQ(ftell(f), 16);
    rewind(f);
    CHECK(fgets(buf, sizeof buf, f) && strcmp(buf, "line 1\n") == 0);
    CHECK_EQ(ftell(f), 7);
    CHECK_EQ(fgetc(f), 'l');
    CHECK_EQ(ungetc('X', f), 'X');
    CHECK_EQ(fgetc(f), 'X');
    CHECK_EQ(fseek(f, -4, SEEK_END), 0);
    CHECK(fgets(buf, 3, f) && strcmp(buf, "tw") == 0);
    CHECK_EQ(fseek(f, 0, SEEK_CUR), 0);
    CHECK(fputs("OO", f) >= 0);
    rewind(f);
    CHECK_EQ(fread(buf, 1, sizeof buf, f), 16);
    CHECK(memcmp(buf, "line 1\nline twOO", 16) == 0);
    CHECK(feof(f) && !ferror(f));
    CHECK_EQ(fgetc(f), EOF);
    clearerr(f);
    CHECK(!feof(f));
    CHECK_EQ(fclose(f), 0);
    CHECK_NULL(fopen("stream", "wx"), EEXIST);
    CHECK_NULL(fopen("stream", "q"), EINVAL);
    CHECK_NULL(fopen("not/there", "r"), ENOENT);
    f = fopen("stream", "a");
    CHECK(f && fputs("tail\n", f) >= 0);
    CHECK_EQ(ftell(f), 21);
    CHECK_EQ(fclose(f), 0);
    f = fopen("stream", "r");
    CHECK_EQ(fputc('x', f), EOF);
    CHECK(ferror(f));
    CHECK_EQ(fclose(f), 0);
    CHECK_EQ(remove("stream"), 0);
    CHECK_ERRNO(remove("stream"), ENOENT);
}

static void test_buffers(void)
{
    static char big[100000];
    char small[64];
    struct stat st;
    FILE *f = fopen("buffers", "w");

    for (size_t i = 0; i < sizeof big; i++)
        big[i] = (char)('a' + i % 23);
    CHECK_EQ(setvbuf(f, small, _IOFBF, sizeof small), 0);
    for (int i = 0; i < 50; i++)
        putc('x', f);
    CHECK_EQ(fwrite(big, 1, sizeof big, f), sizeof big);
    CHECK(fputs("end", f) >= 0);
    CHECK_EQ(fclose(f), 0);
    CHECK_EQ(stat("buffers", &st), 0);
    CHECK_EQ(st.st_size, (long)(50 + sizeof big + 3));
    f = fopen("buffers", "r");
    for (int i = 0; i < 50; i++)
        CHECK_EQ(getc(f), 'x');
    static char again[100000];
    CHECK_EQ(fread(again, 1000, sizeof again / 1000, f), 100);
    CHECK(memcmp(big, again, sizeof big) == 0);
    CHECK(fgets(small, sizeof small, f) && strcmp(small, "end") == 0);
    CHECK_EQ(fclose(f), 0);
    f = fopen("buffers", "w");
    setvbuf(f, NULL, _IONBF, 0);
    fputs("unbuffered", f);
    CHECK_EQ(stat("buffers", &st), 0);
    CHECK_EQ(st.st_size, 10);
    setvbuf(f, NULL, _IOLBF, 0);
    fputs(" one\ntwo", f);
    CHECK_EQ(stat("buffers", &st), 0);
    CHECK(st.st_size >= 15);
    CHECK_EQ(fclose(f), 0);
    unlink("buffers");
}

static void test_lines(void)
{
    FILE *f = fopen("lines", "w+");
    char *line = NULL;
    size_t size = 0;

    for (int i = 0; i < 5000; i++)
        putc('y', f);
    fputs("\n\nlast", f);
    rewind(f);
    CHECK_EQ(getline(&line, &size, f), 5001);
    CHECK_EQ(getline(&line, &size, f), 1);
    CHECK_EQ(getline(&line, &size, f), 4);
    CHECK(strcmp(line, "last") == 0);
    CHECK_EQ(getline(&line, &size, f), -1);
    rewind(f);
    CHECK_EQ(getdelim(&line, &size, 's', f), 5001 + 1 + 3);
    free(line);
    fclose(f);
    unlink("lines");
}

static void test_memory_streams(void)
{
    char *text = NULL, buf[20];
    size_t len = 0;
    FILE *f = open_memstream(&text, &len);

    for (int i = 0; i < 1000; i++)
        fprintf(f, "%d,", i);
    CHECK_EQ(fflush(f), 0);
    CHECK_EQ(len, 3890);
    CHECK_EQ(strlen(text), 3890);
    fseek(f, 0, SEEK_SET);
    fputs("Z", f);
    CHECK_EQ(fclose(f), 0);
    CHECK(text[0] == 'Z');
    free(text);
    f = fmemopen(buf, sizeof buf, "w");
    fputs("hello", f);
    CHECK_EQ(fclose(f), 0);
    CHECK(strcmp(buf, "hello") == 0);
    f = fmemopen("12 abc 7.5", 10, "r");
    int i = 0;
    char word[10];
    double d = 0;
    CHECK_EQ(fscanf(f, "%d %9s %lf", &i, word, &d), 3);
    CHECK(i == 12 && strcmp(word, "abc") == 0 && d == 7.5);
    CHECK_EQ(fscanf(f, "%d", &i), EOF);
    fclose(f);
}

static void test_descriptors(void)
{
    int fds[2];
    char buf[40];

    CHECK_EQ(pipe(fds), 0);
    FILE *w = fdopen(fds[1], "w"), *r = fdopen(fds[0], "r");
    CHECK(w && r);
    CHECK_EQ(fileno(r), fds[0]);
    fputs("through a pipe\n", w);
    fclose(w);
    CHECK(fgets(buf, sizeof buf, r) && strcmp(buf, "through a pipe\n") == 0);
    CHECK_ERRNO(fseek(r, 0, SEEK_SET), ESPIPE);
    fclose(r);
    CHECK_NULL(fdopen(99, "r"), EBADF);
    FILE *f = freopen("/dev/null", "r", fopen("x", "w"));
    if (f)
        fclose(f);
    unlink("x");
    f = tmpfile();
    CHECK(f && fputs("t", f) >= 0);
    if (f)
        fclose(f);
    char name[] = "tmp-XXXXXX", bad[] = "tmp-XXXX";
    int fd = mkstemp(name);
    CHECK(fd >= 0 && strcmp(name, "tmp-XXXXXX") != 0);
    close(fd);
    CHECK_EQ(unlink(name), 0);
    CHECK_ERRNO(mkstemp(bad), EINVAL);
    char dir[] = "dir-XXXXXX";
    CHECK(mkdtemp(dir) == dir);
    CHECK_EQ(rmdir(dir), 0);
}

static void test_environment(void)
{
    CHECK_EQ(setenv("FIRST", "one", 0), 0);
    CHECK_EQ(setenv("FIRST", "two", 0), 0);
    CHECK(strcmp(getenv("FIRST"), "one") == 0);
    CHECK_EQ(setenv("FIRST", "a longer value", 1), 0);
    CHECK(strcmp(getenv("FIRST"), "a longer value") == 0);
    CHECK_ERRNO(setenv("A=B", "x", 1), EINVAL);
    CHECK_ERRNO(setenv("", "x", 1), EINVAL);
    static char own[] = "OWN=1";
    CHECK_EQ(putenv(own), 0);
    own[4] = '2';
    CHECK(strcmp(getenv("OWN"), "2") == 0);
    CHECK_EQ(unsetenv("FIRST"), 0);
    CHECK(getenv("FIRST") == NULL);
    for (int i = 0; i < 100; i++) {
        char name[20];
        sprintf(name, "N%d", i);
        CHECK_EQ(setenv(name, name, 1), 0);
    }
    CHECK(strcmp(getenv("N57"), "N57") == 0);
}

static int by_value(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

static int by_value_turned(const void *a, const void *b, void *calls)
{
    ++*(long *)calls;
    return by_value(b, a);
}

struct big {
    int key, order;
    char more[100];
};

static void test_sorting(void)
{
    static int numbers[5000];
    static struct big records[1000];
    long calls = 0;

    srand(7);
    for (int i = 0; i < 5000; i++)
        numbers[i] = rand() % 1000;
    qsort(numbers, 5000, sizeof numbers[0], by_value);
    for (int i = 1; i < 5000; i++)
        CHECK(numbers[i - 1] <= numbers[i]);
    int key = numbers[1234], absent = 5000;
    int *found = bsearch(&key, numbers, 5000, sizeof numbers[0], by_value);
    CHECK(found && *found == key);
    CHECK(!bsearch(&absent, numbers, 5000, sizeof numbers[0], by_value));
    qsort_r(numbers, 5000, sizeof numbers[0], by_value_turned, &calls);
    CHECK(numbers[0] >= numbers[4999] && calls > 5000);
    for (int i = 0; i < 1000; i++)
        records[i] = (struct big){rand() % 10, i, {(char)i}};
    qsort(records, 1000, sizeof records[0], by_value);
    for (int i = 1; i < 1000; i++) {
        CHECK(records[i - 1].key <= records[i].key);
        CHECK(records[i].more[0] == (char)records[i].order);
    }
}

static int by_text(const void *a, const void *b)
{
    return strcmp(a, b);
}

static int visited;

static void visit(const void *node, VISIT which, int depth)
{
    (void)node, (void)depth;
    visited += which == postorder || which == leaf;
}

static int kept_keys;

static void count_key(void *key)
{
    kept_keys += key != NULL;
}

static void test_search(void)
{
    static char keys[500][8];
    void *root = NULL;

    for (int i = 0; i < 500; i++) {
        sprintf(keys[i], "%d", i * 7919 % 1009);
        CHECK(tsearch(keys[i], &root, by_text) != NULL);
    }
    twalk(root, visit);
    CHECK_EQ(visited, 500);
    for (int i = 0; i < 500; i += 2)
        CHECK(tdelete(keys[i], &root, by_text) != NULL);
    CHECK(!tfind(keys[0], &root, by_text) && tfind(keys[1], &root, by_text));
    visited = 0;
    twalk(root, visit);
    CHECK_EQ(visited, 250);
    tdestroy(root, count_key);
    CHECK_EQ(kept_keys, 250);
    CHECK(hcreate(1000) != 0);
    for (int i = 0; i < 500; i++)
        hsearch((ENTRY){keys[i], keys[i]}, ENTER);
    ENTRY *e = hsearch((ENTRY){"2", NULL}, FIND);
    CHECK(!e || strcmp(e->data, "2") == 0);
    CHECK(hsearch((ENTRY){keys[77], NULL}, FIND) != NULL);
    CHECK(hsearch((ENTRY){"none", NULL}, FIND) == NULL);
    hdestroy();
}

static void test_patterns(void)
{
    static const struct {
        const char *pattern, *text;
        int flags, result;
    } cases[] = {
        {"*.c", "main.c", 0, 0},
        {"*.c", "main.h", 0, FNM_NOMATCH},
        {"a*b*c", "aXbXbXc", 0, 0},
        {"[a-c]?[!x]", "bzy", 0, 0},
        {"[a-c]?[!x]", "bzx", 0, FNM_NOMATCH},
        {"*", ".hidden", FNM_PERIOD, FNM_NOMATCH},
        {".*", ".hidden", FNM_PERIOD, 0},
        {"*", "a/b", FNM_PATHNAME, FNM_NOMATCH},
        {"*/b", "a/b", FNM_PATHNAME, 0},
        {"a\\*", "a*", 0, 0},
        {"a\\*", "a\\b", FNM_NOESCAPE, 0},
        {"[[:digit:]]*", "7up", 0, 0},
        {"[]]", "]", 0, 0},
        {"[", "[", 0, 0},
        {"ABC", "abc", FNM_CASEFOLD, 0},
        {"a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 0, FNM_NOMATCH},
        {"foo*", "foo/bar", FNM_LEADING_DIR | FNM_PATHNAME, 0},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_EQ(fnmatch(cases[i].pattern, cases[i].text, cases[i].flags), cases[i].result);
    mkdir("g", 0755);
    close(open("g/one.c", O_CREAT | O_WRONLY, 0644));
    close(open("g/two.c", O_CREAT | O_WRONLY, 0644));
    close(open("g/.three.c", O_CREAT | O_WRONLY, 0644));
    glob_t g;
    CHECK_EQ(glob("g/*.c", 0, NULL, &g), 0);
    CHECK_EQ(g.gl_pathc, 2);
    CHECK(strcmp(g.gl_pathv[0], "g/one.c") == 0 && strcmp(g.gl_pathv[1], "g/two.c") == 0);
    CHECK_EQ(glob("?", GLOB_MARK | GLOB_APPEND, NULL, &g), 0);
    CHECK_EQ(g.gl_pathc, 3);
    CHECK(strcmp(g.gl_pathv[2], "g/") == 0 && !g.gl_pathv[3]);
    globfree(&g);
    CHECK_EQ(glob("g/*.none", 0, NULL, &g), GLOB_NOMATCH);
    globfree(&g);
    CHECK_EQ(glob("g/*.none", GLOB_NOCHECK, NULL, &g), 0);
    CHECK(strcmp(g.gl_pathv[0], "g/*.none") == 0);
    globfree(&g);
    unlink("g/one.c");
    unlink("g/two.c");
    unlink("g/.three.c");
    rmdir("g");
}

static char walked[200];

static int note_path(const char *path, const struct stat *st, int type, struct FTW *f)
{
    char line[64];

    (void)st;
    snprintf(line, sizeof line, "%s:%c:%d ", path + f->base,
             type == FTW_F   ? 'f'
             : type == FTW_D ? 'd'
                             : 'p',
             f->level);
    strcat(walked, line);
    return strcmp(path, "tree/sub/deep") == 0 && type == FTW_F ? 9 : 0;
}

static void test_tree(void)
{
    mkdir("tree", 0755);
    mkdir("tree/sub", 0755);
    close(open("tree/sub/file", O_CREAT | O_WRONLY, 0644));
    CHECK_EQ(nftw("tree", note_path, 8, FTW_PHYS), 0);
    char *want = walked;
    CHECK(strstr(want, "tree:d:0 sub:d:1 file:f:2 ") == want);
    walked[0] = 0;
    CHECK_EQ(nftw("tree", note_path, 8, FTW_PHYS | FTW_DEPTH), 0);
    CHECK(strcmp(walked, "file:f:2 sub:p:1 tree:p:0 ") == 0);
    walked[0] = 0;
    close(open("tree/sub/deep", O_CREAT | O_WRONLY, 0644));
    CHECK_EQ(nftw("tree", note_path, 8, FTW_PHYS), 9);
    CHECK_ERRNO(nftw("none", note_path, 8, 0), ENOENT);
    unlink("tree/sub/deep");
    unlink("tree/sub/file");
    rmdir("tree/sub");
    rmdir("tree");
}

static mtx_t counter_lock;
static int counter;

static int count_up(void *n)
{
    for (int i = 0; i < *(int *)n; i++) {
        mtx_lock(&counter_lock);
        counter++;
        mtx_unlock(&counter_lock);
    }
    return 7;
}

static void test_c_threads(void)
{
    thrd_t threads[3];
    int n = 2000, result;

    CHECK_EQ(mtx_init(&counter_lock, mtx_plain), thrd_success);
    for (int i = 0; i < 3; i++)
        CHECK_EQ(thrd_create(&threads[i], count_up, &n), thrd_success);
    for (int i = 0; i < 3; i++) {
        CHECK_EQ(thrd_join(threads[i], &result), thrd_success);
        CHECK_EQ(result, 7);
    }
    CHECK_EQ(counter, 6000);
    mtx_destroy(&counter_lock);
}

static void test_options(void)
{
    char *argv[] = {"prog", "-a",      "file", "-bvalue", "--long", "--need=x", "--ne",
                    "y",    "another", "-c",   "--",      "-z",     NULL};
    static const struct option longs[] = {
        {"long", no_argument, NULL, 'L'},
        {"need", required_argument, NULL, 'N'},
        {NULL, 0, NULL, 0},
    };
    char seen[20], *p = seen;
    int c;

    optind = 1;
    while ((c = getopt_long(12, argv, "ab:c", longs, NULL)) != -1) {
        *p++ = (char)c;
        if (c == 'N')
            *p++ = *optarg;
        if (c == 'b')
            CHECK(strcmp(optarg, "value") == 0);
    }
    *p = 0;
    CHECK(strcmp(seen, "abLNxNyc") == 0);
    CHECK_EQ(12 - optind, 3);
    CHECK(strcmp(argv[optind], "file") == 0 && strcmp(argv[optind + 1], "another") == 0 &&
          strcmp(argv[optind + 2], "-z") == 0);
    char *few[] = {"prog", "-x", "-b", NULL};
    optind = 1;
    opterr = 0;
    CHECK_EQ(getopt(3, few, ":b:"), '?');
    CHECK_EQ(optopt, 'x');
    CHECK_EQ(getopt(3, few, ":b:"), ':');
    CHECK_EQ(optopt, 'b');
    CHECK_EQ(getopt(3, few, ":b:"), -1);
}

static jmp_buf jump;

static void jump_back(int value)
{
    longjmp(jump, value);
}

static void test_jumps(void)
{
    volatile int kept = 5;

    int r = setjmp(jump);
    if (r == 0) {
        kept = 6;
        jump_back(17);
    }
    CHECK_EQ(r, 17);
    CHECK_EQ(kept, 6);
    sigjmp_buf with_mask;
    r = sigsetjmp(with_mask, 1);
    if (r == 0)
        siglongjmp(with_mask, 0);
    CHECK_EQ(r, 1);
}

static void test_text(void)
{
    char path1[] = "/usr/lib/", path2[] = "/usr/lib/", path3[] = "name";

    CHECK(strcmp(basename(path1), "lib") == 0);
    CHECK(strcmp(dirname(path2), "/usr") == 0);
    CHECK(strcmp(dirname(path3), ".") == 0);
    CHECK_EQ(strtol("-0x7fz", NULL, 16), -127);
    CHECK_RANGE(strtol("99999999999999999999", NULL, 10), LONG_MAX);
    CHECK_RANGE(strtoul("99999999999999999999", NULL, 10), (long)ULONG_MAX);
    CHECK(strtod("0x1.8p1", NULL) == 3.0);
    CHECK(setlocale(LC_ALL, "C.UTF-8") != NULL);
    wchar_t wide[20];
    CHECK_EQ(mbstowcs(wide, "h\xc3\xa9llo \xe2\x82\xac", 20), 7);
    CHECK(wide[1] == 0xe9 && wide[6] == 0x20ac);
    CHECK_ERRNO((int)mbstowcs(wide, "\xc0\x80", 20), EILSEQ);
    CHECK_ERRNO((int)mbstowcs(wide, "\xed\xa0\x80", 20), EILSEQ);
    char bytes[20];
    CHECK_EQ(wcstombs(bytes, L"\u20ac!", 20), 4);
    CHECK(strcmp(bytes, "\xe2\x82\xac!") == 0);
    CHECK_EQ(swprintf(wide, 20, L"%5ls|%-3d|", L"\u00e9", 7), 10);
    CHECK(wcscmp(wide, L"    \u00e9|7  |") == 0);
    CHECK(strerror(ENOENT)[0] == 'N' && strerror(9999)[0] == 'U');
    char *s = NULL;
    CHECK_EQ(asprintf(&s, "%0*d", 500, 1), 500);
    CHECK(s && s[499] == '1');
    free(s);
}

int main(void)
{
    check_enter("posix_stdio");
    test_start();
    test_exit();
    test_file_stream();
    test_buffers();
    test_lines();
    test_memory_streams();
    test_descriptors();
    test_environment();
    test_sorting();
    test_search();
    test_patterns();
    test_tree();
    test_c_threads();
    test_options();
    test_jumps();
    test_text();
    check_leave();
    return check_status();
}
