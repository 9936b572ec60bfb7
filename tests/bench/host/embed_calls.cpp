#include "embed_calls.h"

#include <afterglow/embed/wasmtime.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iterator>
#include <vector>

namespace afterglow::bench {
namespace {

using std::chrono::steady_clock;

constexpr std::uint32_t kCalls = 10'000;
constexpr int kRounds = 51;

/// Of one call, when `make` makes `kCalls` of them.
template <class Make>
double median_ns(const Make& make) {
  std::vector<double> samples;
  for (int round = 0; round < kRounds; ++round) {
    const steady_clock::time_point start = steady_clock::now();
    make();
    samples.push_back(
        std::chrono::duration<double, std::nano>(steady_clock::now() - start).count() / kCalls);
  }
  std::nth_element(samples.begin(), samples.begin() + kRounds / 2, samples.end());
  return samples[kRounds / 2];
}

double median_ns(wasmtime::Store& store, wasmtime::Instance& instance, const char* name) {
  const auto function = std::get<wasmtime::Func>(*instance.get(store, name));
  const auto typed = function.typed<std::uint32_t, std::monostate>(store).unwrap();
  return median_ns([&] { typed.call(store, kCalls).unwrap(); });
}

double native_clock_ns() {
  return median_ns([] {
    for (std::uint32_t i = 0; i < kCalls; ++i) {
      (void)steady_clock::now();
    }
  });
}

}  // namespace

EmbedCalls measure_embed_calls(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  wasmtime::Engine engine;
  const wasmtime::Module module = wasmtime::Module::compile(engine, bytes).unwrap();
  embed::Options options;
  options.destinations[""] = {.url = "http://127.0.0.1:9"};
  embed::Exporter exporter(std::move(options));
  embed::Link link(exporter, embed::inspect(module).unwrap());
  wasmtime::Store store(engine);
  store.context().set_wasi(wasmtime::WasiConfig()).unwrap();
  wasmtime::Linker linker(engine);
  linker.define_wasi().unwrap();
  link.define_imports(linker).unwrap();
  linker.allow_shadowing(true);
  link.define_clock_and_random(linker).unwrap();
  wasmtime::Instance instance = linker.instantiate(store, module).unwrap();
  link.start(store, instance).unwrap();
  return {.config_ns = median_ns(store, instance, "call_config"),
          .clock_ns = median_ns(store, instance, "call_clock"),
          .random_ns = median_ns(store, instance, "call_random"),
          .native_clock_ns = native_clock_ns()};
}

}  // namespace afterglow::bench
