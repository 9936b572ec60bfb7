#pragma once

// The scenarios linked into this program.

#include <string>
#include <vector>

#include "subject.h"

namespace afterglow::bench {

/// Scenarios that want fresh instances are left out: there is one memory, and it is this program's.
class Native final : public Subject {
 public:
  Native();

  [[nodiscard]] std::string optimisation() const override { return AFTERGLOW_BENCH_OPTIMISATION; }
  [[nodiscard]] std::string target() const override { return "native"; }
  [[nodiscard]] const std::vector<ScenarioInfo>& scenarios() const override { return scenarios_; }

  void use_host(Host host) override;
  void renew() override {}
  void prepare(std::uint32_t index) override;
  void run(std::uint32_t index) override;
  void run_floor(std::uint32_t index) override;
  bool holds(std::uint32_t index) override;
  RunCounts counts() override;

 private:
  std::vector<ScenarioInfo> scenarios_;
};

}  // namespace afterglow::bench
