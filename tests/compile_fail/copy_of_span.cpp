// A copy would end the span twice.
// expected error: deleted (function|constructor of) .afterglow::Span
#include <afterglow/afterglow.h>

afterglow::Span pass_on(afterglow::Span& span) {
#ifdef AFTERGLOW_MISUSE
  return span;
#else
  return static_cast<afterglow::Span&&>(span);
#endif
}
