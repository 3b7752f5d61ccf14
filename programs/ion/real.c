/* Functions of real numbers, see real.h. */
#include "real.h"

#include <stddef.h>
#include <string.h>

#if __has_include(<math.h>)
#include <math.h>

double real_power(double base, double exponent)
{
    return pow(base, exponent);
}

double (*real_function(const char *name))(double)
{
    static const struct {
        const char *name;
        double (*fn)(double);
    } table[] = {
        {"log", log10}, {"ln", log},      {"sin", sin},     {"cos", cos},     {"tan", tan},
        {"asin", asin}, {"acos", acos},   {"atan", atan},   {"sinh", sinh},   {"cosh", cosh},
        {"tanh", tanh}, {"asinh", asinh}, {"acosh", acosh}, {"atanh", atanh},
    };
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(name, table[i].name) == 0)
            return table[i].fn;
    }
    return NULL;
}

#else

double real_power(double base, double exponent)
{
    double result = 1;
    if (!(exponent > -1e9 && exponent < 1e9) || exponent != (double)(long)exponent)
        return __builtin_nan("");
    unsigned long n = (unsigned long)(exponent < 0 ? -exponent : exponent);
    for (; n; n >>= 1) {
        if (n & 1)
            result *= base;
        base *= base;
    }
    return exponent < 0 ? 1 / result : result;
}

double (*real_function(const char *name))(double)
{
    (void)name;
    return NULL;
}

#endif
