#pragma once

// What a call of the host costs through embed/wasmtime.

#include <string>

namespace afterglow::bench {

struct EmbedCalls {
  double config_ns = 0;  ///< `config_get` of a key that is not there: crossing, checks, a look-up.
  double clock_ns = 0;   ///< WASI's clock, as the library serves it.
  double random_ns = 0;  ///< 16 bytes of WASI's random source, as the library serves it.
  double native_clock_ns = 0;  ///< The clock without a module around it.
};

/// Median of several rounds with the module host_calls.cpp. Throws.
EmbedCalls measure_embed_calls(const std::string& module);

}  // namespace afterglow::bench
