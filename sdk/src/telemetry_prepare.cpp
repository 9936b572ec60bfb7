// What export needs is brought together at the first flush: its settings, and the resource that
// everything that leaves belongs to.

#include <afterglow/version.h>

#include "base/wipe.h"
#include "config/pairs.h"
#include "encode/otlp_resource.h"
#include "telemetry_instance.h"

namespace afterglow {

void Telemetry::Instance::prepare_export(const Config& config) {
  const std::span<char> scratch = scratch_of(body_memory);
  const host::Traits& traits = exporter.traits(config.destination);
  take(config, traits);
  // Endpoint and headers may take half of the resource's memory.
  const std::size_t kept_from = resource_memory.size() / 2;
  config::ExportReading reading{.config = config,
                                .settings = settings,
                                .traits = traits,
                                .scratch = scratch,
                                .copies = body_memory.subspan(scratch.size()),
                                .keep = resource_memory.subspan(kept_from),
                                .own_headers = exporter::kOwnHeaders,
                                .diagnostics = recorder.diagnostics};
  config::ResourceTexts texts;
  if (const detail::EnvironmentReader* reader = config.environment.reader(); reader != nullptr) {
    reader->read_export(reading, *this, texts);
  }
  render_resource(config, texts, resource_memory.first(kept_from + reading.keep.size()));
  base::wipe(body_memory.data() + scratch.size(), body_memory.size() - scratch.size());
  if (config.residency.is_set()) {
    const bool has_lines = config.logs.send_lines() != nullptr;
    for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
      const bool as_lines = has_lines && signal == Signal::Logs;
      config.residency.apply(signal, resource, as_lines ? ExportWay::Lines : ExportWay::Log,
                             of(signal));
    }
  }
}

namespace {

struct Fixed {
  Key key;
  std::string_view value;
};
// Of what everybody tells; the name where nobody gave another.
constexpr Fixed kFixed[] = {{"service.name", "unknown_service"},
                            {"telemetry.sdk.name", "afterglow"},
                            {"telemetry.sdk.language", "cpp"},
                            {"telemetry.sdk.version", kVersion}};

// Of those who name a service, the first.
std::string_view service_name(const Config& config, const config::ResourceTexts& environment) {
  return !config.service_name.empty() ? config.service_name
         : !environment.service_name.empty()
             ? environment.service_name
             : config::find_pair(environment.attributes, kFixed[0].key.text());
}

}  // namespace

void Telemetry::Instance::render_resource(const Config& config,
                                          const config::ResourceTexts& environment,
                                          std::span<char> memory) {
  encode::JsonWriter out(memory);
  const encode::ValueFilter redact{
      this, [](void* object, const Key& key, const Value& value, Value& kept) {
        auto& self = *static_cast<Instance*>(object);
        // No request has been sent, so no answer comes.
        return self.recorder.redactor.redact(key, value, std::as_writable_bytes(self.answer_memory),
                                             kept);
      }};
  encode::Resource rendered(out, config.resource, redact);
  rendered.add("service.name", service_name(config, environment));
  for (const Fixed& fixed : kFixed) {
    rendered.add(fixed.key, fixed.value);
  }
  rendered.add("service.version", config.service_version);
  rendered.add("service.namespace", config.service_namespace);
  rendered.add_own();
  std::string_view pairs = environment.attributes;
  std::string_view name;
  std::string_view value;
  while (config::next_pair(pairs, name, value)) {
    rendered.add_environment(name, config::find_pair(environment.attributes, name));
  }
  auto detected = [&rendered](std::string_view key, std::string_view told) {
    rendered.add_detected(key, told);
  };
  const std::span<char> scratch = scratch_of(body_memory);
  const host::ReadResult told = host::resource(scratch, detected);
  base::wipe(scratch.data(), told.length < scratch.size() ? told.length : scratch.size());
  rendered.close();
  if (rendered.dropped() != 0) {
    recorder.diagnostics.notice(Diagnostic::ResourceTruncated,
                                static_cast<std::int32_t>(rendered.dropped()));
  }
  resource = out.text();
}

}  // namespace afterglow
