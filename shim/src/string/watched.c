/* Whether a memory checker watches; see internal/sse.h. Set by malloc's start. */
#include "shim/src/internal/sse.h"

bool __umk_watched;
