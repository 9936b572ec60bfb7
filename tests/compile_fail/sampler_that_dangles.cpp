// A Telemetry refers to its sampler, so that has to be a named constant.
// expected error: Sampler.*deleted|deleted function.*Sampler
#include <afterglow/afterglow.h>

#ifdef AFTERGLOW_MISUSE
constexpr afterglow::Config kConfig{.sampler = afterglow::Ratio{0.1}};
#else
constexpr afterglow::Ratio kTenPercent{0.1};
constexpr afterglow::Config kConfig{.sampler = kTenPercent};
#endif

constinit afterglow::Buffer<8 * 1024> memory;
constinit afterglow::Telemetry telemetry{memory, kConfig};
