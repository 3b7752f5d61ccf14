/*
 * Namespaces: names to root capabilities, as descriptions of the kernel scheme
 * "namespace". Several descriptors with different permissions may refer to one namespace.
 */
#ifndef UMK_CORE_NAMESPACE_H
#define UMK_CORE_NAMESPACE_H

#include "umk/core/desc.h"

struct namespace;

void namespace_init(void);
/* A new empty namespace; a description of it with all permissions. NULL: no memory. */
struct desc *namespace_create(void);
i64 namespace_insert(struct desc *ns, const char *name, size_t len, struct desc *cap);
/* The root capability behind a name (no reference taken): -ENODEV; -EBADF when ns is no namespace.
 */
i64 namespace_lookup(struct desc *ns, const char *name, size_t len, struct desc **cap);
bool namespace_is(const struct desc *d);
/* The first name under which a scheme is registered anywhere, for people; "" if none. */
const char *namespace_name_of(const struct scheme *s);

#endif
