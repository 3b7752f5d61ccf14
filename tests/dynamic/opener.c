/* dlopen, dlsym, dladdr, dlerror and dl_iterate_phdr. */
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(x)                                                         \
    do {                                                                 \
        if (!(x)) {                                                      \
            const char *why = dlerror();                                 \
            printf("line %d: %s (%s)\n", __LINE__, #x, why ? why : "-"); \
            failures++;                                                  \
        }                                                                \
    } while (0)

static int (*local_next)(void);
static char *(*buffer)(void);

static void *thread(void *arg)
{
    CHECK(local_next() == 11 && strcmp(buffer(), "first") == 0);
    strcpy(buffer(), "thread");
    return arg;
}

static int count(struct dl_phdr_info *info, size_t size, void *arg)
{
    *(int *)arg += size == sizeof *info && info->dlpi_phdr && info->dlpi_phnum > 0;
    return 0;
}

static void refuse(const char *name, const char *why)
{
    const char *said;

    CHECK(!dlopen(name, RTLD_NOW));
    said = dlerror();
    if (!said || !strstr(said, why)) {
        printf("%s: \"%s\" instead of \"%s\"\n", name, said ? said : "nothing", why);
        failures++;
    }
    CHECK(!dlerror());
}

int main(void)
{
    int before = 0, after = 0;
    pthread_t t;
    Dl_info info;

    dl_iterate_phdr(count, &before);
    void *p = dlopen("libplugin.so", RTLD_LAZY);
    if (!p) {
        puts(dlerror());
        return 1;
    }
    dl_iterate_phdr(count, &after);
    CHECK(before >= 2 && after == before + 2);
    CHECK(dlopen("libplugin.so", RTLD_NOW) == p && dlopen("/lib/libplugin.so", RTLD_NOW) == p);
    CHECK(((int (*)(void))dlsym(p, "plugin_state"))() == 1);
    CHECK(((int (*)(int))dlsym(p, "plugin_add"))(1) == 1006);
    CHECK(((int (*)(int))dlsym(p, "deep_add"))(1) == 6); /* what it needs is in its scope */
    CHECK(!dlsym(RTLD_DEFAULT, "plugin_add") && strstr(dlerror(), "plugin_add"));
    CHECK(dlsym(RTLD_DEFAULT, "printf") == (void *)printf);
    CHECK(dlsym(dlopen(NULL, RTLD_NOW), "puts") == (void *)puts);
    CHECK(dlopen("libplugin.so", RTLD_NOW | RTLD_GLOBAL) == p);
    CHECK(dlsym(RTLD_DEFAULT, "plugin_add") == dlsym(p, "plugin_add"));
    CHECK(!dlopen("libnothing.so", RTLD_NOW | RTLD_NOLOAD) && dlerror());
    local_next = (int (*)(void))dlsym(p, "plugin_local_next");
    buffer = (char *(*)(void))dlsym(p, "plugin_buffer");
    CHECK(local_next() == 11 && local_next() == 12 && *(int *)dlsym(p, "plugin_local") == 13);
    strcpy(buffer(), "main");
    CHECK(pthread_create(&t, NULL, thread, NULL) == 0 && pthread_join(t, NULL) == 0);
    CHECK(local_next() == 13 && strcmp(buffer(), "main") == 0);
    CHECK(dladdr((void *)local_next, &info) && strcmp(info.dli_fname, "/lib/libplugin.so") == 0);
    CHECK(strcmp(info.dli_sname, "plugin_local_next") == 0 && info.dli_saddr == (void *)local_next);
    CHECK(!dladdr(&info, &info));
    refuse("libnothing.so", "not found: libnothing.so");
    refuse("libtext.so", "not an ELF file");
    refuse("libcut.so", "outside of the file");
    refuse("libbroken.so", "symbol not found: nobody_has_this");
    refuse("libbroken.so", "symbol not found: nobody_has_this");
    CHECK(!dlsym(&info, "puts") && dlerror());
    CHECK(dlclose(p) == 0 && dlclose(&info) == -1 && dlerror());
    CHECK(!dlopen("libplugin.so", 0) && dlerror());
    if (!failures)
        puts("all checks passed");
    return failures != 0;
}
