// minimal_host MODULE.wasm COLLECTOR_URL: serves one request of a module and exports its telemetry.

#include <afterglow/embed/wasmtime.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <vector>

namespace embed = afterglow::embed;
using namespace std::chrono_literals;

int fail(const std::string& message) {
  std::cerr << "minimal_host: " << message << '\n';
  return 1;
}

int main(int argc, char** argv) {
  if (argc != 3)
    return fail("usage: minimal_host MODULE.wasm COLLECTOR_URL");

  embed::Options options;
  options.destinations[""] = {.url = argv[2]};
  options.config["OTEL_SERVICE_NAME"] = "minimal";
  options.log = [](const embed::LogLine& line) { std::clog << line.message << '\n'; };
  options.on_loss = [](const embed::Loss& loss) { std::clog << embed::name(loss.reason) << '\n'; };
  embed::Exporter exporter(std::move(options));  // throws when the URL is unusable

  std::ifstream file(argv[1], std::ios::binary);
  std::vector<std::uint8_t> bytes(std::istreambuf_iterator<char>(file), {});
  wasmtime::Engine engine;
  auto module = wasmtime::Module::compile(engine, bytes);
  if (!module)
    return fail(module.err().message());
  auto shape = embed::inspect(module.ok_ref());
  if (!shape)
    return fail(shape.err().message());

  embed::Link link(exporter, shape.ok_ref());
  wasmtime::Store store(engine);
  store.context().set_wasi(wasmtime::WasiConfig()).unwrap();
  wasmtime::Linker linker(engine);
  linker.define_wasi().unwrap();
  link.define_imports(linker).unwrap();
  auto instance = linker.instantiate(store, module.ok_ref());
  if (!instance)
    return fail(instance.err().message());
  if (auto started = link.start(store, instance.ok_ref()); !started) {
    return fail(started.err().message());
  }

  auto on_request = instance.ok_ref().get(store, "on_request");
  if (!on_request)
    return fail("the module exports no on_request");
  auto response = std::get<wasmtime::Func>(*on_request).call(store, {});
  if (!response)
    return fail(response.err().message());
  std::cout << "response " << response.ok_ref().front().i32()
            << std::endl;  // the visitor is served

  if (auto sent = link.on_response_sent(1); !sent)
    return fail(sent.err().message());
  if (auto settled = link.settle(5s); !settled)
    return fail(settled.err().message());
  return exporter.drain(5s) == 0 ? 0 : fail("telemetry was abandoned");
}
