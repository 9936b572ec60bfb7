// What export goes by, of what the environment says.

#include <cstring>

#include "base/signal_path.h"
#include "config/endpoint.h"
#include "config/environment_reader.h"
#include "config/pairs.h"
#include "config/variables.h"

namespace afterglow::config {
namespace {

void put(char* out, std::string_view text) {
  if (!text.empty()) {
    std::memcpy(out, text.data(), text.size());
  }
}

class EnvironmentExport {
 public:
  EnvironmentExport(ExportReading& reading, ExportSettings& settings)
      : reading_(reading),
        settings_(settings),
        takes_urls_(reading.traits.takes_urls && !reading.traits.reads_endpoint &&
                    reading.config.destination.empty()),
        variables_(Purpose::Export, reading.copies, reading.config.logs.send_lines() != nullptr) {}

  void read(ResourceTexts& texts);
  void tell();

 private:
  void read_signal(Signal signal);
  std::string_view decode(Text which);
  std::string_view decode_headers(Text which);
  void judge_destination();
  void use_destination(Signal signal);
  bool use_endpoint(Signal signal, Text which);
  std::string_view keep(Text which, const std::string_view& head, const std::string_view& tail);

  ExportReading& reading_;
  ExportSettings& settings_;
  // Endpoint and headers count where the host lets a module name a URL, and the program names no
  // destination.
  const bool takes_urls_;
  Variables variables_;
  host::Status status_ = host::Status::Ok;
  std::string_view general_headers_;  // decoded
  std::string_view general_kept_;     // with our own, for every signal that has none of its own
};

void EnvironmentExport::read(ResourceTexts& texts) {
  status_ = variables_.read(reading_.scratch);
  const std::span<char> name = variables_.text(Text::ServiceName);
  texts.service_name = {name.data(), name.empty() ? 0 : name.size() - 1};
  texts.attributes = decode(Text::ResourceAttributes);
  judge_destination();
  settings_.metric_interval_ms =
      variables_.values.get(Number::MetricInterval, settings_.metric_interval_ms);
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    read_signal(signal);
  }
}

// Where a signal has a variable of its own, it wins over the general one.
void EnvironmentExport::read_signal(Signal signal) {
  const Values& values = variables_.values;
  SignalExport& result = settings_.of(signal);
  const std::uint8_t exporter = values.word(of_signal(Word::TracesExporter, signal));
  result.way = exporter != 0 ? static_cast<ExportWay>(exporter - 1) : result.way;
  std::uint32_t timeout_ms = reading_.config.timeout_ms;
  for (const Number which : {of_signal(Number::TracesBatchTimeout, signal), Number::Timeout,
                             of_signal(Number::TracesTimeout, signal)}) {
    timeout_ms = values.get(which, timeout_ms);
  }
  result.timeout_ms = granted_ms(reading_.traits, timeout_ms);
  result.batch_size = values.get(of_signal(Number::TracesBatchSize, signal), result.batch_size);
  if (takes_urls_) {
    use_destination(signal);
  }
}

// Texts that are lists; empty when there is none, or none that can be used.
std::string_view EnvironmentExport::decode(Text which) {
  const std::span<char> text = variables_.text(which);
  std::size_t length = 0;
  if (!text.empty() && !decode_pairs(text, length)) {
    variables_.judge(which, Fault::NoList);
  }
  return {text.data(), length};
}

// The pairs of a list of headers; empty when there are none that can be sent.
std::string_view EnvironmentExport::decode_headers(Text which) {
  const std::string_view pairs = decode(which);
  if (are_headers(pairs)) {
    return pairs;
  }
  variables_.judge(which, Fault::NoList);
  return {};
}

// Before any signal is read: what is ignored for all of them. A list of headers is decoded once.
void EnvironmentExport::judge_destination() {
  if (takes_urls_) {
    general_headers_ = decode_headers(Text::Headers);
  } else if (!reading_.traits.reads_endpoint) {
    const Fault fault = reading_.traits.takes_urls ? Fault::ProgramNames : Fault::HostOwnsUrl;
    for (auto text = static_cast<std::size_t>(Text::Endpoint); text < kTextCount; ++text) {
      variables_.judge(static_cast<Text>(text), fault);
    }
  }
}

void EnvironmentExport::use_destination(Signal signal) {
  const Text own_endpoint = of_signal(Text::TracesEndpoint, signal);
  const Text own_headers = of_signal(Text::TracesHeaders, signal);
  const bool is_wanted = variables_.fault(Text::Endpoint) != Fault::NotGiven ||
                         variables_.fault(own_endpoint) != Fault::NotGiven;
  if (is_wanted && !use_endpoint(signal, own_endpoint) && !use_endpoint(signal, Text::Endpoint)) {
    // What is meant for one collector is not told to another.
    variables_.judge(Text::Headers, Fault::NoEndpoint);
    variables_.judge(own_headers, Fault::NoEndpoint);
    return;
  }
  std::string_view& headers = settings_.of(signal).headers;
  if (const std::string_view own = decode_headers(own_headers); !own.empty()) {
    headers = keep(own_headers, reading_.own_headers, own);
  } else if (variables_.fault(Text::Headers) == Fault::None && !general_headers_.empty()) {
    if (general_kept_.empty()) {
      general_kept_ = keep(Text::Headers, reading_.own_headers, general_headers_);
    }
    headers = general_kept_;
  }
}

bool EnvironmentExport::use_endpoint(Signal signal, Text which) {
  const std::span<char> text = variables_.text(which);
  if (text.empty()) {
    return false;
  }
  const bool is_base = which == Text::Endpoint;
  Endpoint endpoint = parse_endpoint({text.data(), text.size() - 1}, is_base);
  if (endpoint.origin.empty()) {
    variables_.judge(which, Fault::NoUrl);
    return false;
  }
  if (!is_base && endpoint.path.empty()) {
    endpoint.path = "/";
  }
  SignalExport& result = settings_.of(signal);
  const std::string_view path =
      keep(which, endpoint.path, is_base ? base::signal_path(signal) : std::string_view());
  const std::string_view origin = keep(which, endpoint.origin, {});
  if (path.empty() || origin.empty()) {
    return false;
  }
  result.path = path;
  result.destination = origin;
  return true;
}

// Both parts behind each other, as long as the instance; empty when they do not fit.
std::string_view EnvironmentExport::keep(Text which, const std::string_view& head,
                                         const std::string_view& tail) {
  const std::size_t size = head.size() + tail.size();
  if (size > reading_.keep.size()) {
    variables_.judge(which, Fault::NoRoom);
    return {};
  }
  const std::size_t left = reading_.keep.size() - size;
  char* const place = reading_.keep.data() + left;
  reading_.keep = reading_.keep.first(left);
  put(place, head);
  put(place + head.size(), tail);
  return {place, size};
}

void EnvironmentExport::tell() {
  base::Diagnostics& diagnostics = reading_.diagnostics;
  if (!is_read(status_)) {
    if (diagnostics.count(Diagnostic::EnvironmentUnread) == 0) {
      diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(status_));
    }
    return;
  }
  for (std::uint32_t faults = variables_.faults(); faults != 0; --faults) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  if (diagnostics.count(Diagnostic::ConfigurationInvalid) == 0) {
    return;
  }
  diagnostics.told(Diagnostic::ConfigurationInvalid);
  if (!reading_.settings.quiet) {
    variables_.tell(reading_.scratch, {reading_.settings, settings_, reading_.config.diagnostics});
  }
}

}  // namespace

void read_export(ExportReading& reading, ExportSettings& settings, ResourceTexts& texts) {
  EnvironmentExport environment(reading, settings);
  environment.read(texts);
  environment.tell();
}

}  // namespace afterglow::config

namespace afterglow::detail {

constexpr EnvironmentReader kEnvironmentReader{config::read_settings, config::read_export};

}  // namespace afterglow::detail
