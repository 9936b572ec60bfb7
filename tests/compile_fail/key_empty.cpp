// An attribute needs a name.
// expected error: a_key_must_not_be_empty|Key::Key.*N = 1.*in a constant expression
#include <afterglow/afterglow.h>

void describe(afterglow::Span& span) {
#ifdef AFTERGLOW_MISUSE
  span.set_attribute("", 1);
#else
  span.set_attribute("k", 1);
#endif
}
