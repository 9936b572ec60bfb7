#include <string>
#include <string_view>
#include <variant>

#include "afterglow/embed/wasmtime.h"

namespace afterglow::embed {
namespace {

constexpr std::string_view kMarker = "afterglow_abi_version_";
constexpr std::string_view kMarkerOfMajor1 = "afterglow_abi_version_1_";

/// What was seen among a module's imports and exports, before it is judged.
struct Sight {
  ModuleShape shape;
  bool imports_abi = false;
  std::string foreign_marker;
  bool memory = false;
  std::string wrong;
};

template <class Params, class Results>
bool has_type(const wasmtime::ExternType::Ref& type) {
  const auto* function = std::get_if<wasmtime::FuncType::Ref>(&type);
  return function != nullptr &&
         wasmtime::detail::WasmTypeList<Params>::matches(function->params()) &&
         wasmtime::detail::WasmTypeList<Results>::matches(function->results());
}

void look_at_memory(const wasmtime::ExternType::Ref& type, Sight& sight) {
  const auto* memory = std::get_if<wasmtime::MemoryType::Ref>(&type);
  sight.memory = memory != nullptr;
  if (memory == nullptr)
    return;
  if (memory->is_shared())
    sight.wrong = "its memory is shared between threads";
  if (memory->is_64())
    sight.wrong = "its memory has 64-bit addresses";
}

void look_at_function(std::string_view name, const wasmtime::ExternType::Ref& type, Sight& sight) {
  using ResultParams = std::tuple<std::uint64_t, std::int32_t, std::uint32_t, std::uint32_t>;
  bool right = true;
  if (name == "_start" || name == "_initialize") {
    (name == "_start" ? sight.shape.command : sight.shape.initialize) = true;
    right = has_type<std::monostate, std::monostate>(type);
  } else if (name == "afterglow_v1_on_response_sent") {
    sight.shape.response_hook = true;
    right = has_type<std::uint64_t, std::int32_t>(type);
  } else if (name == "afterglow_v1_on_send_result") {
    sight.shape.result_hook = true;
    right = has_type<ResultParams, std::monostate>(type);
  } else if (name == "afterglow_v1_export_metrics") {
    sight.shape.metrics = true;
    right = has_type<std::monostate, std::uint64_t>(type);
  }
  if (!right)
    sight.wrong = "its export " + std::string(name) + " has another signature";
}

Sight look_at(const wasmtime::Module& module) {
  Sight sight;
  for (const auto& import : module.imports()) {
    sight.imports_abi = sight.imports_abi || import.module() == AFTERGLOW_HOST_V1_MODULE;
  }
  for (const auto& item : module.exports()) {
    const std::string_view name = item.name();
    const auto type = wasmtime::ExternType::from_export(item);
    if (name.starts_with(kMarkerOfMajor1)) {
      sight.shape.instrumented = true;
    } else if (name.starts_with(kMarker)) {
      sight.foreign_marker = name;
    } else if (name == "memory") {
      look_at_memory(type, sight);
    } else {
      look_at_function(name, type, sight);
    }
  }
  return sight;
}

std::string judge(const Sight& sight) {
  const ModuleShape& shape = sight.shape;
  if (shape.command && shape.initialize) {
    return "it exports both _start and _initialize: it must be a command or a reactor";
  }
  if (!shape.instrumented && !sight.foreign_marker.empty()) {
    return "it speaks " + sight.foreign_marker + ", this host speaks " +
           std::string(kMarkerOfMajor1) + "0";
  }
  if (!shape.instrumented && sight.imports_abi) {
    return "it imports " AFTERGLOW_HOST_V1_MODULE " but does not export afterglow_abi_version_1_0";
  }
  if (!shape.instrumented)
    return {};
  if (!sight.memory)
    return "it does not export its memory";
  return sight.wrong;
}

}  // namespace

wasmtime::Result<ModuleShape> inspect(const wasmtime::Module& module) {
  Sight sight = look_at(module);
  const std::string fault = judge(sight);
  if (!fault.empty())
    return wasmtime::Error("this module cannot run here: " + fault);
  // A command ends before a hook could be called.
  const bool hooks = sight.shape.instrumented && !sight.shape.command;
  sight.shape.response_hook = sight.shape.response_hook && hooks;
  sight.shape.result_hook = sight.shape.result_hook && hooks;
  sight.shape.metrics = sight.shape.metrics && hooks;
  return sight.shape;
}

}  // namespace afterglow::embed
