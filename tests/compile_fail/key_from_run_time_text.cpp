// Run-time text as a key is copied with each use: that has to be asked for with DynamicKey.
// expected error: (cannot convert|no viable conversion from) .std::string_view.*Key
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span, std::string_view name) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute(name, 1);
#else
  span.set_attribute(afterglow::DynamicKey{name}, 1);
#endif
}
