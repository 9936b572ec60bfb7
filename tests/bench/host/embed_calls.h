#pragma once

// What a call of the host costs through embed/wasmtime.

#include <string>

namespace afterglow::bench {

struct EmbedCalls {
  double config_ns = 0;  ///< `config_get` of a key that is not there: crossing, checks, a look-up.
  double clock_ns = 0;   ///< WASI's clock, as the library or wasmtime serves it.
};

/// Median of several rounds with the module host_calls.cpp. Throws.
EmbedCalls measure_embed_calls(const std::string& module);

}  // namespace afterglow::bench
