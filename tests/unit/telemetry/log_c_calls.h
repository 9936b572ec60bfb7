#pragma once

/* What log_c_calls.c logs. */

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

void log_plain_from_c(const char* body);
/* With so many attributes, at most 62. */
void log_attributes_from_c(size_t count);
/* Null pointers, numbers that are no severity. */
void log_nonsense_from_c(void);

#ifdef __cplusplus
}
#endif
