// Logs from C: the way from plain pointers to `Telemetry::log`.

#include <afterglow/log_c.h>
#include <afterglow/telemetry.h>

#include <new>

namespace afterglow {

struct CLog {
  Telemetry* telemetry = nullptr;
  std::uint64_t too_early = 0;  // calls that nobody served

  void add(Severity severity, const Value& body, Attributes attributes, const LogOptions& options,
           std::uint32_t place, std::uint32_t left_out) {
    if (telemetry == nullptr) {
      ++too_early;
      return;
    }
    telemetry->add_record(severity, body, attributes, options, place, left_out);
  }
};

namespace {

constinit CLog g_log;

std::string_view text_of(const char* data, std::size_t size) {
  return data == nullptr ? std::string_view() : std::string_view(data, size);
}

Severity severity_of(std::uint32_t number) {
  return number <= static_cast<std::uint32_t>(Severity::Fatal4) ? static_cast<Severity>(number)
                                                                : Severity::Unspecified;
}

// Where C calls from is not known: the event stands for it, else the address of the body.
std::uint32_t place_of(std::string_view event_name, const char* body) {
  std::uint32_t hash = 0x811C'9DC5;
  for (const char c : event_name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193;
  }
  const auto address = static_cast<std::uint32_t>(reinterpret_cast<std::uintptr_t>(body));
  return event_name.empty() ? address : hash;
}

}  // namespace

void Telemetry::serve_c_log() {
  g_log.telemetry = this;
  disabled_logs_ += g_log.too_early;
  g_log.too_early = 0;
}

}  // namespace afterglow

extern "C" {

void afterglow_log_event(uint32_t severity, const char* event_name, size_t event_name_size,
                         const char* body, size_t body_size) {
  afterglow_log_event_with(severity, event_name, event_name_size, body, body_size, nullptr, nullptr,
                           0);
}

// NOLINTNEXTLINE(readability-function-size): C has no views, so texts are two parameters each
void afterglow_log_event_with(uint32_t severity, const char* event_name, size_t event_name_size,
                              const char* body, size_t body_size, const afterglow_text* keys,
                              const afterglow_text* values, size_t count) {
  using namespace afterglow;
  constexpr std::size_t kMost = AFTERGLOW_LOG_MAX_ATTRIBUTES;
  alignas(Attribute) std::byte memory[kMost * sizeof(Attribute)];
  auto* const attributes = reinterpret_cast<Attribute*>(memory);
  const std::size_t given = keys == nullptr || values == nullptr ? 0 : count;
  const std::size_t kept = given < kMost ? given : kMost;
  for (std::size_t i = 0; i < kept; ++i) {
    new (attributes + i) Attribute{DynamicKey(text_of(keys[i].data, keys[i].size)),
                                   text_of(values[i].data, values[i].size)};
  }
  const std::string_view name = text_of(event_name, event_name_size);
  const std::size_t left_out = given - kept < UINT32_MAX ? given - kept : UINT32_MAX;
  g_log.add(severity_of(severity), text_of(body, body_size),
            std::span<const Attribute>(attributes, kept), {.event_name = name},
            place_of(name, body), static_cast<std::uint32_t>(left_out));
}

}  // extern "C"
