/* C with the math library. */
#include "sums.h"
#include <math.h>

double sum_of_roots(const double *x, int n)
{
    double sum = 0;

    while (n-- > 0)
        sum += sqrt(x[n]);
    return sum;
}
