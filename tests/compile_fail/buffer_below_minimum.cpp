// A buffer that cannot hold one trace is refused where its size is known.
// expected error: an afterglow::Buffer needs at least 8 KiB
#include <afterglow/afterglow.h>

#ifdef AFTERGLOW_MISUSE
constinit afterglow::Buffer<8 * 1024 - 1> memory;
#else
constinit afterglow::Buffer<8 * 1024> memory;
#endif
constinit afterglow::Telemetry telemetry{memory};
