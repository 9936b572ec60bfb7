// Bounds ascend.
// expected error: histogram_bounds_must_be_finite_and_ascending
#include <afterglow/afterglow.h>

using namespace afterglow;
#ifdef AFTERGLOW_MISUSE
constexpr double kBounds[] = {1, 5, 5};
constexpr Histogram kBad{"items", "", {.bounds = kBounds}};
#else
constexpr double kBounds[] = {1, 5, 10};
constexpr Histogram kGood{"items", "", {.bounds = kBounds}};
#endif
