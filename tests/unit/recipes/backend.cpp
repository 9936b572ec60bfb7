#include "backend.h"

#include <doctest/doctest.h>

namespace recipes {

std::uint32_t call_backend(std::string_view host, const CallHeaders& headers) {
  test::Backend& backend = test::backend();
  test::BackendCall call{.host = std::string(host), .headers = {}};
  for (const HeaderLine& line : headers.lines()) {
    call.headers.emplace_back(std::string(line.name), std::string(line.value));
  }
  backend.calls.push_back(call);
  afterglow::host::fake_host().monotonic_nano += std::uint64_t{backend.took_ms} * 1'000'000;
  return backend.status;
}

namespace test {

Backend& backend() {
  static auto* const the_backend = new Backend;  // for good: no destructor at exit
  return *the_backend;
}

std::uint32_t Serve::operator()(const Request& request) const {
  static constinit afterglow::Buffer<64 * 1024> memory;
  afterglow::host::FakeHost& host = afterglow::host::fake_host();
  host.reset();
  host.step_nano = 0;
  host.environment = environment;
  host.platform = platform;
  backend().calls.clear();
  afterglow::Telemetry telemetry{memory, config};
  const std::uint32_t status = handle(telemetry, request);
  telemetry.flush();
  CHECK(telemetry.report().traces.balanced());
  CHECK(telemetry.report().traces.open == 0);
  CHECK(telemetry.free_pages() == telemetry.page_count());
  return status;
}

}  // namespace test
}  // namespace recipes
