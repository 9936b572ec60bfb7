/* A C program's part of log_c_test.cpp. */

#include "log_c_calls.h"

#include <afterglow/log_c.h>
#include <string.h>

void log_plain_from_c(const char* body) {
  afterglow_log_event(AFTERGLOW_ERROR, "cart.failed", 11, body, strlen(body));
}

void log_attributes_from_c(size_t count) {
  static const char digits[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  afterglow_text keys[sizeof digits];
  afterglow_text values[sizeof digits];
  for (size_t i = 0; i < count; ++i) {
    keys[i].data = digits + i;
    keys[i].size = 1;
    values[i] = keys[i];
  }
  afterglow_log_event_with(AFTERGLOW_INFO, NULL, 0, "with", 4, keys, values, count);
}

void log_nonsense_from_c(void) {
  const afterglow_text none = {NULL, 7};
  afterglow_log_event(256 + 9, NULL, 5, NULL, 1000);
  afterglow_log_event_with(0, "e", 1, "", 0, NULL, &none, 3);
  afterglow_log_event_with(24, "e", 1, "", 0, &none, &none, 1);
}
