// A pointer must not become `true`.
// expected error: deleted function.*Value
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span, const int* items) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute("cart.items", items);
#else
  span.set_attribute("cart.items", *items);
#endif
}
