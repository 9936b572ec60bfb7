// A character is no number, and as text it is written "x".
// expected error: deleted function.*Value
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute("cart.class", 'x');
#else
  span.set_attribute("cart.class", "x");
#endif
}
