/* A program linked with libfirst and libdeep: data, functions, thread-local variables of each. */
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern int deep_counter;
extern _Thread_local int deep_local;
int deep_add(int x);
int deep_next_local(void);
double deep_many(double a, double b, double c, double d, double e, double f, double g, double h,
                 double i, int j, int k, int l, int m, int n, int o, int p);
const char *deep_asks_whose(void);
int first_add(int x);
int *first_counter_address(void);

static _Thread_local int mine = 7;
static _Thread_local _Alignas(64) char aligned[10];
static int failures;

#define CHECK(x)                                   \
    do {                                           \
        if (!(x)) {                                \
            printf("line %d: %s\n", __LINE__, #x); \
            failures++;                            \
        }                                          \
    } while (0)

const char *whose(void)
{
    return "program";
}

static void *thread(void *arg)
{
    CHECK(deep_next_local() == 42 && deep_local == 43);
    CHECK(mine == 7 && (size_t)aligned % 64 == 0);
    errno = 3;
    return arg;
}

int main(int argc, char **argv)
{
    pthread_t t;

    CHECK(argc == 3 && strcmp(argv[1], "one") == 0 && strcmp(argv[2], "two") == 0);
    CHECK(strncmp(argv[0], "linked", 6) == 0 && !argv[3]);
    CHECK(deep_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3, 4, 5, 6, 7) == 285 + 7654321);
    CHECK(deep_add(1) == 6 && &deep_counter == first_counter_address());
    deep_counter = 100;
    CHECK(deep_add(1) == 101 && first_add(1) == 105);
    CHECK(strcmp(deep_asks_whose(), "program") == 0);
    CHECK(deep_next_local() == 42 && deep_next_local() == 44 && deep_local == 44);
    errno = 2;
    CHECK(pthread_create(&t, NULL, thread, NULL) == 0 && pthread_join(t, NULL) == 0);
    CHECK(errno == 2 && deep_local == 44 && (size_t)aligned % 64 == 0);
    CHECK(fabs(pow(2, 0.5) - sqrt(2)) < 1e-15);
    CHECK(environ && getenv("PATH"));
    char *p = malloc(100000);
    CHECK(p != NULL);
    free(p);
    if (!failures)
        puts("all checks passed");
    return failures != 0;
}
