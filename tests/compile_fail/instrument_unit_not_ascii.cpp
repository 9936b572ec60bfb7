// A unit is ASCII.
// expected error: an_instrument_unit_is_printable|InstrumentUnit.*constant expression
#include <afterglow/afterglow.h>

using namespace afterglow;
#ifdef AFTERGLOW_MISUSE
constexpr Counter kBad{"cost", "€"};
#else
constexpr Counter kGood{"cost", "EUR"};
#endif
