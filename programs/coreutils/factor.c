/* factor: prime factors of numbers up to 2^64 - 1. */
#include "common/error.h"
#include "common/io.h"
#include "common/options.h"
#include "common/size.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static const char usage[] = "Usage: factor [NUMBER]...\nPrint the prime factors of each NUMBER, or "
                            "of those on standard input.\n";

static uint64_t mul_mod(uint64_t a, uint64_t b, uint64_t m)
{
    return (uint64_t)((unsigned __int128)a * b % m);
}

static uint64_t pow_mod(uint64_t base, uint64_t e, uint64_t m)
{
    uint64_t r = 1;
    for (base %= m; e; e >>= 1, base = mul_mod(base, base, m)) {
        if (e & 1)
            r = mul_mod(r, base, m);
    }
    return r;
}

/* Miller-Rabin with the first twelve primes as bases, which is exact below 2^64 (Sorenson and
 * Webster, "Strong pseudoprimes to twelve prime bases"). n is odd and above 37. */
static bool is_prime(uint64_t n)
{
    static const unsigned bases[] = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37};
    int twos = __builtin_ctzll(n - 1);
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        uint64_t x = pow_mod(bases[i], (n - 1) >> twos, n);
        bool passes = x == 1 || x == n - 1;
        for (int k = 1; k < twos && !passes; k++) {
            x = mul_mod(x, x, n);
            passes = x == n - 1;
        }
        if (!passes)
            return false;
    }
    return true;
}

static uint64_t gcd(uint64_t a, uint64_t b)
{
    while (b) {
        uint64_t t = a % b;
        a = b;
        b = t;
    }
    return a;
}

/* A proper factor of a composite odd n, by Pollard's rho with ever other polynomials x^2 + c. */
static uint64_t proper_factor(uint64_t n)
{
    for (uint64_t c = 1;; c++) {
        uint64_t x = 2, y = 2, d = 1;
        while (d == 1) {
            x = (uint64_t)(((unsigned __int128)x * x + c) % n);
            y = (uint64_t)(((unsigned __int128)y * y + c) % n);
            y = (uint64_t)(((unsigned __int128)y * y + c) % n);
            d = gcd(x > y ? x - y : y - x, n);
        }
        if (d != n)
            return d;
    }
}

static void split(uint64_t n, uint64_t *out, int *count)
{
    if (n == 1)
        return;
    if (n < 1369 || is_prime(n)) { /* no factor below 37 is left, so below 37^2 it is prime */
        out[(*count)++] = n;
        return;
    }
    uint64_t d = proper_factor(n);
    split(d, out, count);
    split(n / d, out, count);
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool print_factors(const char *text)
{
    uint64_t n, factors[64];
    int count = 0;
    if (!number_parse(text + (*text == '+'), &n)) {
        warn_text("'%s' is not a valid positive integer", text);
        return false;
    }
    printf("%llu:", (unsigned long long)n);
    for (uint64_t p = 2; p <= 37; p++) {
        while (n && n % p == 0) {
            factors[count++] = p;
            n /= p;
        }
    }
    if (n)
        split(n, factors, &count);
    qsort(factors, (size_t)count, sizeof *factors, by_value);
    for (int i = 0; i < count; i++)
        printf(" %llu", (unsigned long long)factors[i]);
    putchar('\n');
    return true;
}

static bool read_numbers(void)
{
    struct bytes word = {0};
    bool ok = true;
    for (int c;;) {
        c = getchar();
        if (c != EOF && !isspace(c)) {
            bytes_put(&word, (char)c);
            continue;
        }
        if (word.len) {
            bytes_put(&word, '\0');
            ok &= print_factors(word.data);
            word.len = 0;
        }
        if (c == EOF)
            break;
    }
    free(word.data);
    return ok;
}

int main(int argc, char **argv)
{
    struct opts o = {.argc = argc, .argv = argv, .shorts = "", .usage = usage};
    bool ok = true;
    prog_start(argv);
    opt_next(&o);
    for (int i = 0; i < opt_count(&o); i++)
        ok &= print_factors(opt_operands(&o)[i]);
    if (opt_count(&o) == 0)
        ok = read_numbers();
    return finish(ok ? 0 : 1);
}
