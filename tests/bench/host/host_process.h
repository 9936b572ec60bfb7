#pragma once

// afterglow-host as a child process.

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace afterglow::bench {

class HostProcess {
 public:
  /// Starts it and waits until it listens. Throws when it does not.
  explicit HostProcess(const std::vector<std::string>& command);
  /// Ends it and waits for its end.
  ~HostProcess();
  HostProcess(const HostProcess&) = delete;
  HostProcess& operator=(const HostProcess&) = delete;

  [[nodiscard]] int port() const { return port_; }

  /// Nanoseconds that each of its threads has run; by thread id.
  [[nodiscard]] std::map<int, std::uint64_t> thread_times() const;

 private:
  pid_t process_ = -1;
  int output_ = -1;
  int port_ = 0;
};

}  // namespace afterglow::bench
