/* Prints what the library says and whether the build system's questions were answered rightly. */
#include "sums.h"
#include <stdio.h>

int main(void)
{
    const double x[] = {1, 4, 9};

#if !defined __redox__ || defined __linux__ || !defined ANSWERS_ARE_RIGHT
    return 1;
#endif
    printf("%g %g\n", sum_of_roots(x, 3), area_of_shapes(1.5));
    return 0;
}
