/* The library's functions, for C and C++. */
#ifndef TESTS_TOOLCHAIN_SUMS_H
#define TESTS_TOOLCHAIN_SUMS_H

#ifdef __cplusplus
extern "C" {
#endif
double sum_of_roots(const double *x, int n);
double area_of_shapes(double side);
#ifdef __cplusplus
}
#endif

#endif
