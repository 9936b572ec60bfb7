#ifndef AFTERGLOW_LOG_C_H
#define AFTERGLOW_LOG_C_H

/* Logs from C, and from every language that can call C, linked into the module:
 *
 *   afterglow_log_event(AFTERGLOW_ERROR, "cart.failed", 11, "no answer", 9);
 *
 * The record goes to the `Telemetry` whose program called `telemetry.serve_c_log()`; it belongs to
 * no span. Texts are UTF-8, need no NUL at their end, and are copied before the call returns; a
 * null pointer is an empty text. An empty event name makes a plain record. Severities are
 * OpenTelemetry's numbers, 1 to 24; any other number is a record without one. No call fails, blocks
 * or traps for what it is given; filters, limits and counts are those of `Telemetry::log`. Records
 * before `serve_c_log` are counted: in the report as dropped, for `DropReason::Disabled`. */

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* NOLINTBEGIN(readability-identifier-naming): the names of C. */
enum {
  AFTERGLOW_TRACE = 1,
  AFTERGLOW_DEBUG = 5,
  AFTERGLOW_INFO = 9,
  AFTERGLOW_WARN = 13,
  AFTERGLOW_ERROR = 17,
  AFTERGLOW_FATAL = 21
};

/* At most so many attributes of one call are recorded; the others are counted as dropped. */
enum { AFTERGLOW_LOG_MAX_ATTRIBUTES = 32 };
/* NOLINTEND(readability-identifier-naming) */

/* A text of `size` bytes. */
typedef struct {
  const char* data;
  size_t size;
} afterglow_text;

void afterglow_log_event(uint32_t severity, const char* event_name, size_t event_name_size,
                         const char* body, size_t body_size);

/* The same with `count` attributes: the value of keys[i] is values[i]. */
void afterglow_log_event_with(uint32_t severity, const char* event_name, size_t event_name_size,
                              const char* body, size_t body_size, const afterglow_text* keys,
                              const afterglow_text* values, size_t count);

#ifdef __cplusplus
}
#endif

#endif
