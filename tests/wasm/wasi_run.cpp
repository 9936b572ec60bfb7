// Runs a WASI preview 1 command module and exits with its exit code: what `wasmtime run` does,
// built from the library the tests need anyway, so that no second installation of wasmtime is
// needed.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>
#include <wasmtime.hh>

namespace {

constexpr const char* kUsage =
    "Usage: wasi-run [OPTION]... MODULE.wasm [ARGUMENT]...\n"
    "Runs the WASI command module with this process's standard streams; exits with its code.\n"
    "\n"
    "  --env KEY=VALUE  one environment variable; the module sees no others\n"
    "  --dir DIR        lets the module read and write DIR, under the same name\n"
    "  --memory FILE    writes the linear memory there when the module has ended or trapped\n"
    "  --fuel           prints the fuel used as the last line on stderr: 'fuel: N'\n"
    "  --help           this text\n"
    "\n"
    "Exit codes of wasi-run itself: 2 wrong usage, 126 the module cannot be loaded, 134 it "
    "trapped.\n";

constexpr int kWrongUsage = 2;
constexpr int kCannotLoad = 126;
constexpr int kTrapped = 134;

struct Options {
  std::vector<std::pair<std::string, std::string>> environment;
  std::vector<std::string> directories;
  std::vector<std::string> arguments;  // the first is the path of the module
  std::string memory;
  bool fuel = false;
};

int fail(int code, const std::string& what) {
  std::fprintf(stderr, "wasi-run: %s\n", what.c_str());
  return code;
}

std::optional<Options> parse(int argc, char** argv) {
  Options options;
  int next = 1;
  for (; next < argc && std::string_view(argv[next]).starts_with("--"); ++next) {
    const std::string_view option = argv[next];
    if (option == "--fuel") {
      options.fuel = true;
      continue;
    }
    if (next + 1 == argc)
      return std::nullopt;
    const std::string value = argv[++next];
    const std::size_t equals = value.find('=');
    if (option == "--memory") {
      options.memory = value;
    } else if (option == "--dir") {
      options.directories.push_back(value);
    } else if (option == "--env" && equals != 0 && equals != std::string::npos) {
      options.environment.emplace_back(value.substr(0, equals), value.substr(equals + 1));
    } else {
      return std::nullopt;
    }
  }
  options.arguments.assign(argv + next, argv + argc);
  if (options.arguments.empty())
    return std::nullopt;
  return options;
}

std::optional<std::vector<std::uint8_t>> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path))
    return std::nullopt;
  return std::vector<std::uint8_t>(std::istreambuf_iterator<char>(file), {});
}

// What became of a call that did not return: proc_exit is an error of its own kind.
int exit_code_of(const wasmtime::TrapError& error) {
  if (const auto* exit = std::get_if<wasmtime::Error>(&error.data)) {
    if (const auto code = exit->i32_exit())
      return *code;
  }
  return fail(kTrapped, error.message());
}

int write_memory(wasmtime::Store& store, wasmtime::Instance instance, const std::string& path) {
  const auto exported = instance.get(store, "memory");
  const auto* memory = exported ? std::get_if<wasmtime::Memory>(&*exported) : nullptr;
  if (memory == nullptr)
    return fail(kCannotLoad, "no exported memory");
  const auto bytes = memory->data(store);
  std::ofstream file(path, std::ios::binary);
  file.write(reinterpret_cast<const char*>(bytes.data()),
             static_cast<std::streamsize>(bytes.size()));
  return file.good() ? 0 : fail(kCannotLoad, "cannot write " + path);
}

int run(const Options& options) {
  const std::string& path = options.arguments.front();
  const auto bytes = read_file(path);
  if (!bytes)
    return fail(kCannotLoad, "cannot read " + path);

  wasmtime::Config config;
  config.consume_fuel(options.fuel);
  wasmtime::Engine engine(std::move(config));
  auto module =
      wasmtime::Module::compile(engine, {const_cast<std::uint8_t*>(bytes->data()), bytes->size()});
  if (!module)
    return fail(kCannotLoad, path + ": " + module.err().message());

  wasmtime::WasiConfig wasi;
  wasi.argv(options.arguments);
  wasi.env(options.environment);
  wasi.inherit_stdin();
  wasi.inherit_stdout();
  wasi.inherit_stderr();
  for (const std::string& directory : options.directories) {
    if (!wasi.preopen_dir(directory, directory, true)) {
      return fail(kCannotLoad, "cannot open directory " + directory);
    }
  }

  wasmtime::Store store(engine);
  store.context().set_wasi(std::move(wasi)).unwrap();
  if (options.fuel)
    store.context().set_fuel(UINT64_MAX).unwrap();
  wasmtime::Linker linker(engine);
  linker.define_wasi().unwrap();
  auto instance = linker.instantiate(store, module.ok_ref());
  if (!instance)
    return fail(kCannotLoad, path + ": " + instance.err().message());
  const auto start = instance.ok_ref().get(store, "_start");
  const auto* function = start ? std::get_if<wasmtime::Func>(&*start) : nullptr;
  if (function == nullptr)
    return fail(kCannotLoad, path + ": no function _start, so no WASI command");

  const auto result = function->call(store, std::vector<wasmtime::Val>{});
  const int code = result ? 0 : exit_code_of(result.err_ref());
  if (!options.memory.empty() && write_memory(store, instance.ok_ref(), options.memory) != 0)
    return kCannotLoad;
  if (options.fuel) {
    const std::uint64_t used = UINT64_MAX - store.context().get_fuel().unwrap();
    std::fprintf(stderr, "fuel: %llu\n", static_cast<unsigned long long>(used));
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 2 && std::string_view(argv[1]) == "--help") {
    std::fputs(kUsage, stdout);
    return 0;
  }
  const auto options = parse(argc, argv);
  if (!options) {
    std::fputs(kUsage, stderr);
    return kWrongUsage;
  }
  return run(*options);
}
