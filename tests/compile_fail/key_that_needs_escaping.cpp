// The bytes of a key are its JSON form.
// expected error: a_key_must_be_printable_ascii_without_quote_or_backslash
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute("cart \"items\"", 3);
#else
  span.set_attribute("cart 'items'", 3);
#endif
}
