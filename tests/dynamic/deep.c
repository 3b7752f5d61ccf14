/* A library that others need. */
#include <stdio.h>

int deep_counter = 5;
_Thread_local int deep_local = 42;
static _Thread_local char deep_zeros[300];

__attribute__((constructor)) static void up(void)
{
    puts("deep up");
}

__attribute__((destructor)) static void down(void)
{
    puts("deep down");
}

int deep_add(int x)
{
    return x + deep_counter;
}

int deep_next_local(void)
{
    deep_zeros[299]++;
    return deep_local++ + deep_zeros[299] - 1;
}

/* More arguments than registers, of both kinds: lazy binding must keep them all. */
double deep_many(double a, double b, double c, double d, double e, double f, double g, double h,
                 double i, int j, int k, int l, int m, int n, int o, int p)
{
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + j + 10 * k +
           100 * l + 1000 * m + 10000 * n + 100000 * o + 1000000 * p;
}

/* The program has one of this name as well, and it is the program's that counts. */
const char *whose(void)
{
    return "library";
}

const char *deep_asks_whose(void)
{
    return whose();
}
