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

  struct Thread {
    std::string name;
    std::uint64_t run_ns = 0;  ///< On a processor, since it began.
  };
  using Threads = std::map<int, Thread>;

  /// Its threads, by their ids.
  [[nodiscard]] Threads threads() const;

 private:
  pid_t process_ = -1;
  int output_ = -1;
  int port_ = 0;
};

}  // namespace afterglow::bench
