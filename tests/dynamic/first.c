/* A library that needs libdeep. */
#include <stdio.h>

extern int deep_counter;
int deep_add(int x);

static volatile int prefer_four = 1;

static int three(void)
{
    return 3;
}

static int four(void)
{
    return 4;
}

static int (*choose(void))(void)
{
    return prefer_four ? four : three;
}

/* An indirect function: what it is, choose() says when it is bound. */
int first_chosen(void) __attribute__((ifunc("choose")));

__attribute__((constructor)) static void up(void)
{
    puts("first up");
}

__attribute__((destructor)) static void down(void)
{
    puts("first down");
}

int *first_counter_address(void)
{
    return &deep_counter;
}

int first_add(int x)
{
    return deep_add(x) + first_chosen();
}
