// A null pointer is no value; the null value is written {}.
// expected error: deleted function.*Value
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute("cart.owner", nullptr);
#else
  span.set_attribute("cart.owner", {});
#endif
}
