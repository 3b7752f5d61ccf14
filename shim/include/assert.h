/* No guard: assert follows NDEBUG at each inclusion. */
#include <features.h>

#undef assert
#ifdef NDEBUG
#define assert(e) ((void)0)
#else
#define assert(e) ((void)((e) || (__assert_fail(#e, __FILE__, __LINE__, __func__), 0)))
#endif

#if !defined(__cplusplus) && __STDC_VERSION__ >= 201112L && !defined(static_assert)
#define static_assert _Static_assert
#endif

__BEGIN_DECLS
__noreturn void __assert_fail(const char *, const char *, int, const char *);
__END_DECLS
