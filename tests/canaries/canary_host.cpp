// canary-host REACTOR.wasm COLLECTOR_URL [plant]: requests to the module of canaries, by the
// library that afterglow-host is made with. After each request, after its telemetry was taken, and
// after a trap, all of the instance's linear memory is searched; what the module logs goes to
// standard error. Prints "recording N", "memory N", "trapped N": marks found in all of them.

#include <afterglow/embed/wasmtime.h>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <vector>

#include "canary.h"

namespace {

namespace embed = afterglow::embed;
using namespace std::chrono_literals;

constexpr int kRequests = 12;

class Guest {
 public:
  Guest(embed::Exporter& exporter, const wasmtime::Module& module, wasmtime::Engine& engine)
      : link_(exporter, embed::inspect(module).unwrap()), store_(engine), instance_([&] {
          store_.context().set_wasi(wasmtime::WasiConfig()).unwrap();
          wasmtime::Linker linker(engine);
          linker.define_wasi().unwrap();
          link_.define_imports(linker).unwrap();
          return linker.instantiate(store_, module).unwrap();
        }()) {
    link_.start(store_, instance_).unwrap();
  }

  /// False: it trapped.
  bool request(bool plant, bool trap) {
    const auto serve = std::get<wasmtime::Func>(*instance_.get(store_, "canary_request"));
    return static_cast<bool>(serve.call(
        store_, {wasmtime::Val(std::int32_t{plant}), wasmtime::Val(std::int32_t{trap})}));
  }

  void leave() {
    link_.on_response_sent(1).unwrap();
    link_.settle(10s).unwrap();
  }

  std::size_t marks() {
    const auto memory = std::get<wasmtime::Memory>(*instance_.get(store_, "memory")).data(store_);
    return canaries::count_marks({reinterpret_cast<const char*>(memory.data()), memory.size()});
  }

 private:
  embed::Link link_;
  wasmtime::Store store_;
  wasmtime::Instance instance_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) {
    std::fputs("usage: canary-host REACTOR.wasm COLLECTOR_URL [plant]\n", stderr);
    return 2;
  }
  const bool plant = argc > 3;
  embed::Options options;
  options.destinations[""] = {.url = argv[2]};
  options.config["OTEL_RESOURCE_ATTRIBUTES"] = "team=x";
  options.log = [](const embed::LogLine& line) {
    std::fprintf(stderr, "%.*s\n", static_cast<int>(line.message.size()), line.message.data());
  };
  embed::Exporter exporter(std::move(options));
  std::ifstream file(argv[1], std::ios::binary);
  const std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  wasmtime::Engine engine;
  wasmtime::Module module =
      wasmtime::Module::compile(engine, {const_cast<std::uint8_t*>(bytes.data()), bytes.size()})
          .unwrap();
  Guest guest(exporter, module, engine);
  std::size_t recording = 0;
  std::size_t memory = 0;
  for (int i = 0; i < kRequests; ++i) {
    guest.request(plant, false);
    recording += guest.marks();
    guest.leave();
    memory += guest.marks();
  }
  const bool trapped = !guest.request(plant, true);
  std::printf("recording %zu\nmemory %zu\n", recording, memory);
  if (trapped) {
    std::printf("trapped %zu\n", guest.marks());
  }
  exporter.drain(10s);
  return 0;
}
