// The specification allows letters, digits and _.-/ only.
// expected error: an_instrument_name_has_letters|InstrumentName.*constant expression
#include <afterglow/afterglow.h>

using namespace afterglow;
#ifdef AFTERGLOW_MISUSE
constexpr Counter kBad{"cache lookups"};
#else
constexpr Counter kGood{"cache.lookups"};
#endif
