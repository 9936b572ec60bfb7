// What is taken from the environment, and what is not.

#include "config/environment.h"

#include <doctest/doctest.h>
#include <fake_host.h>

#include <span>
#include <string>

namespace {

using afterglow::Diagnostic;
using afterglow::base::Diagnostics;
using afterglow::config::Environment;
using afterglow::host::fake_host;
using afterglow::host::Pair;
using afterglow::host::Status;

struct Reading {
  explicit Reading(std::span<const Pair> pairs, Status status = Status::Ok) {
    fake_host().reset();
    fake_host().environment = pairs;
    fake_host().config_status = status;
    environment.read(scratch, diagnostics);
    CHECK(fake_host().calls() == "e");
  }

  char scratch[64];
  Diagnostics diagnostics;
  Environment environment;
};

TEST_CASE("an empty environment leaves everything open") {
  const Reading reading({});
  CHECK_FALSE(reading.environment.sdk_disabled());
  CHECK(reading.environment.service_name().empty());
  CHECK(reading.diagnostics.count(Diagnostic::ConfigurationInvalid) == 0);
}

TEST_CASE("only true, in any case, disables the SDK; other words are ignored and counted") {
  const struct {
    const char* value;
    bool disabled;
    std::uint32_t invalid;
  } cases[] = {{"true", true, 0},   {"TRUE", true, 0},   {"tRuE", true, 0},   {"", false, 0},
               {"false", false, 0}, {"False", false, 0}, {"1", false, 1},     {"yes", false, 1},
               {"true ", false, 1}, {"tru", false, 1},   {"truee", false, 1}, {"\xFF", false, 1}};
  for (const auto& one : cases) {
    CAPTURE(one.value);
    const Pair pair[] = {{"OTEL_SDK_DISABLED", one.value}};
    const Reading reading(pair);
    CHECK(reading.environment.sdk_disabled() == one.disabled);
    CHECK(reading.diagnostics.count(Diagnostic::ConfigurationInvalid) == one.invalid);
  }
}

TEST_CASE("the service name is copied, empty is unset, too long is ignored and counted") {
  std::string name(255, 'n');
  const Pair pair[] = {{"OTEL_SERVICE_NAME", name}};
  const Reading longest(pair);
  CHECK(longest.environment.service_name() == name);
  name[0] = 'x';
  CHECK(longest.environment.service_name() == std::string(255, 'n'));

  const Pair empty_pair[] = {{"OTEL_SERVICE_NAME", ""}};
  const Reading empty(empty_pair);
  CHECK(empty.environment.service_name().empty());
  CHECK(empty.diagnostics.count(Diagnostic::ConfigurationInvalid) == 0);

  name += 'y';
  const Pair long_pair[] = {{"OTEL_SERVICE_NAME", name}};
  const Reading too_long(long_pair);
  CHECK(too_long.environment.service_name().empty());
  CHECK(too_long.diagnostics.count(Diagnostic::ConfigurationInvalid) == 1);
}

TEST_CASE("names are exact, and others are not ours") {
  const Pair pairs[] = {{"otel_service_name", "a"},
                        {"OTEL_SERVICE_NAME2", "b"},
                        {"OTEL_SERVICE", "c"},
                        {"", "d"},
                        {"PATH", "e"}};
  const Reading reading(pairs);
  CHECK(reading.environment.service_name().empty());
  CHECK(reading.diagnostics.count(Diagnostic::ConfigurationInvalid) == 0);
}

TEST_CASE("a host without an environment is no error, any other failure is") {
  for (const Status status : {Status::Unsupported, Status::NotFound}) {
    const Reading reading({}, status);
    CHECK(reading.diagnostics.count(Diagnostic::EnvironmentUnread) == 0);
  }
  for (const Status status : {Status::BufferTooSmall, Status::MemoryFault, Status::Denied,
                              Status::Timeout, Status::Again, Status::Internal}) {
    const Pair pair[] = {{"OTEL_SERVICE_NAME", "unseen"}};
    const Reading reading(pair, status);
    CHECK(reading.diagnostics.count(Diagnostic::EnvironmentUnread) == 1);
    CHECK(reading.environment.service_name().empty());
  }
}

}  // namespace
