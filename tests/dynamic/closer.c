/* dlclose: what goes, when, and that nothing is left of it. */
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static int failures;
static char told[200];

#define CHECK(x)                                                         \
    do {                                                                 \
        if (!(x)) {                                                      \
            const char *why = dlerror();                                 \
            printf("line %d: %s (%s)\n", __LINE__, #x, why ? why : "-"); \
            failures++;                                                  \
        }                                                                \
    } while (0)

static void tell(const char *what)
{
    strcat(strcat(told, what), " ");
}

static int count(struct dl_phdr_info *info, size_t size, void *arg)
{
    (void)info;
    (void)size;
    ++*(int *)arg;
    return 0;
}

static int loaded(void)
{
    int n = 0;

    dl_iterate_phdr(count, &n);
    return n;
}

static int next(void *lib)
{
    return ((int (*)(void))dlsym(lib, "leaver_next"))();
}

static char *local(void *lib)
{
    return ((char *(*)(void))dlsym(lib, "leaver_local"))();
}

static void start(void *lib)
{
    told[0] = 0;
    ((void (*)(void (*)(const char *)))dlsym(lib, "leaver_start"))(tell);
}

static void counts_and_destructors(void)
{
    int before = loaded(), status;
    void *a = dlopen("libleaver.so", RTLD_LAZY), *b = dlopen("libleaver.so", RTLD_NOW);
    Dl_info info;

    CHECK(a && a == b && loaded() == before + 2);
    start(a);
    CHECK(next(a) == 6 && next(a) == 7);
    void *code = dlsym(a, "leaver_next");
    CHECK(dladdr(code, &info));
    CHECK(dlclose(a) == 0 && loaded() == before + 2 && next(b) == 8 && !*told);
    CHECK(dlclose(b) == 0 && loaded() == before && strcmp(told, "atexit down ") == 0);
    CHECK(!dladdr(code, &info));
    CHECK(dlclose(b) == -1 && dlerror());
    pid_t child = fork(); /* its handler has gone, too */
    if (child == 0)
        _exit(strcmp(told, "atexit down ") != 0);
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    CHECK(!dlopen("libleaver.so", RTLD_NOW | RTLD_NOLOAD) && dlerror());
    a = dlopen("libleaver.so", RTLD_NOW);
    CHECK(a && next(a) == 6 && strcmp(local(a), "fresh") == 0);
    CHECK(dlclose(a) == 0 && loaded() == before);
}

static void what_is_needed_stays(void)
{
    int before = loaded();
    void *a = dlopen("libleaver.so", RTLD_NOW), *deep = dlopen("libdeep.so", RTLD_NOW);

    /* loaded together, they may be bound to each other in any direction */
    CHECK(a && deep && dlclose(a) == 0);
    CHECK(((int (*)(int))dlsym(deep, "deep_add"))(1) == 6);
    CHECK(dlclose(deep) == 0 && loaded() == before);
    deep = dlopen("libdeep.so", RTLD_NOW);
    a = dlopen("libleaver.so", RTLD_NOW);
    CHECK(dlclose(deep) == 0 && loaded() == before + 2 && next(a) == 6);
    deep = dlopen("libdeep.so", RTLD_NOW);
    CHECK(dlclose(a) == 0 && loaded() == before + 1);
    CHECK(((int (*)(int))dlsym(deep, "deep_add"))(1) == 6);
    CHECK(dlclose(deep) == 0 && loaded() == before);
}

static void closing_within_a_destructor(void)
{
    int before = loaded();
    void *h = dlopen("libholder.so", RTLD_NOW), *a;

    CHECK(h && ((int (*)(void))dlsym(h, "holder_works"))() && loaded() == before + 3);
    a = dlopen("libleaver.so", RTLD_NOW | RTLD_NOLOAD);
    CHECK(a && dlclose(a) == 0 && loaded() == before + 3);
    CHECK(dlclose(h) == 0 && loaded() == before);
}

/* Libraries come and go within little memory, when the program has one thread. */
static void again_and_again(void)
{
    struct rlimit old, now;

    getrlimit(RLIMIT_AS, &old);
    now = (struct rlimit){24l << 20, old.rlim_max};
    CHECK(setrlimit(RLIMIT_AS, &now) == 0);
    for (int i = 0; i < 4000; i++) {
        void *a = dlopen("libleaver.so", i % 2 ? RTLD_NOW : RTLD_LAZY);
        if (!a || next(a) != 6 || strcmp(local(a), "fresh") != 0 || dlclose(a) < 0) {
            printf("round %d: %s\n", i, dlerror());
            failures++;
            break;
        }
        if (i % 8 == 0)
            CHECK(!dlopen("libnothing.so", RTLD_NOW) && dlerror());
    }
    CHECK(setrlimit(RLIMIT_AS, &old) == 0);
}

static pthread_barrier_t barrier;

static void *keeps_a_copy(void *arg)
{
    void **lib = arg;

    strcpy(local(*lib), "thread's");
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier); /* closed and opened in between */
    CHECK(strcmp(local(*lib), "fresh") == 0);
    strcpy(local(*lib), "thread's");
    return NULL;
}

static void storage_of_threads(void)
{
    void *lib = dlopen("libleaver.so", RTLD_NOW);
    pthread_t t;

    strcpy(local(lib), "main's");
    pthread_barrier_init(&barrier, NULL, 2);
    CHECK(pthread_create(&t, NULL, keeps_a_copy, &lib) == 0);
    pthread_barrier_wait(&barrier);
    CHECK(dlclose(lib) == 0);
    lib = dlopen("libleaver.so", RTLD_NOW);
    CHECK(lib && strcmp(local(lib), "fresh") == 0);
    pthread_barrier_wait(&barrier);
    CHECK(pthread_join(t, NULL) == 0 && strcmp(local(lib), "fresh") == 0);
    CHECK(dlclose(lib) == 0);
}

static void *comes_and_goes(void *arg)
{
    (void)arg;
    for (int i = 0; i < 300; i++) {
        void *lib = dlopen("libleaver.so", RTLD_LAZY);
        CHECK(lib && next(lib) >= 6 && dlclose(lib) == 0);
    }
    return NULL;
}

static void many_threads(void)
{
    pthread_t t[4];

    for (int i = 0; i < 4; i++)
        CHECK(pthread_create(&t[i], NULL, comes_and_goes, NULL) == 0);
    for (int i = 0; i < 4; i++)
        CHECK(pthread_join(t[i], NULL) == 0);
}

static void those_that_stay(void)
{
    int before = loaded();
    void *a = dlopen("libleaver.so", RTLD_NOW | RTLD_NODELETE);

    CHECK(dlclose(a) == 0 && loaded() == before + 2 && next(a) == 6);
    CHECK(dlclose(dlopen(NULL, RTLD_NOW)) == 0);
    a = dlopen("libplugin.so", RTLD_NOW | RTLD_GLOBAL);
    CHECK(a && dlclose(a) == 0 && dlsym(RTLD_DEFAULT, "plugin_add"));
}

int main(void)
{
    counts_and_destructors();
    what_is_needed_stays();
    closing_within_a_destructor();
    again_and_again();
    storage_of_threads();
    many_threads();
    CHECK(!dlopen("libleaver.so", RTLD_NOW | RTLD_NOLOAD));
    dlerror();
    those_that_stay();
    if (!failures)
        puts("all checks passed");
    return failures != 0;
}
