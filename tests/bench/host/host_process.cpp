#include "host_process.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace afterglow::bench {
namespace {

constexpr std::string_view kListening = "listening on http://127.0.0.1:";

// What it says beside that is of no interest: with the collector down it says much.
pid_t spawn(const std::vector<std::string>& command, int output) {
  std::vector<char*> arguments;
  for (const std::string& word : command) {
    arguments.push_back(const_cast<char*>(word.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t process = -1;
  const int error =
      posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::runtime_error("cannot start " + command.front());
  }
  return process;
}

}  // namespace

HostProcess::HostProcess(const std::vector<std::string>& command) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) {
    throw std::runtime_error("no pipe");
  }
  output_ = ends[0];
  process_ = spawn(command, ends[1]);
  close(ends[1]);
  std::string said;
  char c = 0;
  while (read(output_, &c, 1) == 1) {
    said.push_back(c);
    const std::size_t at = said.find(kListening);
    if (c == '\n' && at != std::string::npos) {
      port_ = std::stoi(said.substr(at + kListening.size()));
      return;
    }
  }
  throw std::runtime_error(command.front() + " does not listen: " + said);
}

HostProcess::~HostProcess() {
  kill(process_, SIGINT);
  kill(process_, SIGINT);  // the second one ends it without sending what is left
  int status = 0;
  waitpid(process_, &status, 0);
  close(output_);
}

HostProcess::Threads HostProcess::threads() const {
  Threads threads;
  const std::filesystem::path tasks = "/proc/" + std::to_string(process_) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::ifstream times(task.path() / "schedstat");  // nanoseconds on a processor come first
    std::ifstream name(task.path() / "comm");
    Thread thread;
    if (times >> thread.run_ns && std::getline(name, thread.name)) {
      threads[std::stoi(task.path().filename())] = thread;
    }
  }
  return threads;
}

}  // namespace afterglow::bench
