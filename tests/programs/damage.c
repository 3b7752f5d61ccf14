/*
 * Does one thing that a program must not do with its memory. Those that the C library has to find
 * end the program with a line that says what was found; those of memcheck end it well.
 *
 *     damage double_free | bad_free | header | memcpy | strcpy | sprintf | fgets | stack
 *     damage use_after_free | leak
 */
#undef _FORTIFY_SOURCE
#define _FORTIFY_SOURCE 2
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the compiler warns of is what is tried here. */
#pragma GCC diagnostic ignored "-Wformat-overflow"
#pragma GCC diagnostic ignored "-Wfree-nonheap-object"

static char *volatile lost;
static volatile size_t sixteen = 16;

/* Makes the compiler believe that somebody looks at it. */
static void keep(const char *p)
{
    __asm__ volatile("" : : "r"(p) : "memory");
}

static void twice(void)
{
    char *volatile p = malloc(40);

    free(p);
    free(p);
}

static void not_a_block(void)
{
    char *volatile p = malloc(40);

    free(p + 16);
}

/* Writes over what malloc keeps in front of a block. */
static void damage_header(void)
{
    char *volatile p = malloc(40);

    memset((char *)p - sixteen, 0x5a, sixteen);
    keep(p);
    free(p);
}

static void copy_too_much(void)
{
    char small[8];
    static const char big[32] = "much more than it can take";

    memcpy(small, big, sixteen);
    keep(small);
}

static void long_string(void)
{
    char small[8];
    const char *volatile text = "much more than it can take";

    strcpy(small, text);
    keep(small);
}

static void long_print(void)
{
    char small[8];

    sprintf(small, "%d and more", (int)sixteen * 1000000);
    keep(small);
}

static void long_line(void)
{
    char small[8];

    if (fgets(small, (int)sixteen, stdin))
        keep(small);
}

/* Through a pointer that the compiler knows nothing of: the stack protector has to find it. */
__attribute__((noinline)) static void smash(void)
{
    char small[16];
    char *volatile p = small;

    for (size_t i = 0; i < 4 * sixteen; i++)
        p[i] = 'x';
    keep(small);
}

__attribute__((noinline)) static void use_after_free(void)
{
    char *volatile p = malloc(40);

    free(p);
    p[3] = 1;
    keep(p);
}

__attribute__((noinline)) static void leak(void)
{
    /* a copy of the last one's address may be anywhere; not of all */
    for (int i = 0; i < 10; i++)
        lost = malloc(123);
    lost = NULL;
}

static const struct {
    const char *name;
    void (*run)(void);
} ways[] = {
    {"double_free", twice},
    {"bad_free", not_a_block},
    {"header", damage_header},
    {"memcpy", copy_too_much},
    {"strcpy", long_string},
    {"sprintf", long_print},
    {"fgets", long_line},
    {"stack", smash},
    {"use_after_free", use_after_free},
    {"leak", leak},
};

int main(int argc, char **argv)
{
    for (size_t i = 0; argc == 2 && i < sizeof ways / sizeof ways[0]; i++) {
        if (strcmp(argv[1], ways[i].name) == 0) {
            ways[i].run();
            return 0;
        }
    }
    return 2;
}
