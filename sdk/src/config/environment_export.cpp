// What export goes by, of what the environment says.

#include <cstring>

#include "config/endpoint.h"
#include "config/environment_reader.h"
#include "config/pairs.h"
#include "config/variables.h"

namespace afterglow::config {
namespace {

std::string_view as_view(std::span<char> text) {
  return {text.data(), text.size()};
}

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
        texts_(reading.copies),
        variables_(Purpose::Export, values_, &texts_, reading.config.logs.send_lines() != nullptr) {
  }

  void read(ResourceTexts& texts);
  void tell();

 private:
  void read_signal(Signal signal);
  [[nodiscard]] bool takes_urls() const;
  std::string_view decode(Text which);
  std::string_view decode_headers(Text which);
  void judge_destination();
  void use_destination(Signal signal);
  bool use_endpoint(Signal signal, Text which);
  std::string_view keep(Text which, std::string_view head, std::string_view tail);
  void judge_given(Text which, Fault fault);
  void note_in_force();

  ExportReading& reading_;
  ExportSettings& settings_;
  Texts texts_;
  Values values_;
  Variables variables_;
  host::Status status_ = host::Status::Ok;
  std::string_view general_headers_;  // decoded
  std::string_view general_kept_;     // with our own, for every signal that has none of its own
};

void EnvironmentExport::read(ResourceTexts& texts) {
  status_ = variables_.read(reading_.scratch);
  texts.service_name = texts_.text(Text::ServiceName);
  texts.attributes = decode(Text::ResourceAttributes);
  if (!reading_.traits.reads_endpoint) {
    judge_destination();
  }
  settings_.metric_interval_ms = values_.get(Number::MetricInterval, settings_.metric_interval_ms);
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    read_signal(signal);
  }
}

// Where a signal has a variable of its own, it wins over the general one.
void EnvironmentExport::read_signal(Signal signal) {
  SignalExport& result = settings_.of(signal);
  const std::uint8_t exporter = values_.word(of_signal(Word::TracesExporter, signal));
  result.way = exporter != 0 ? static_cast<ExportWay>(exporter - 1) : result.way;
  const std::uint32_t general = values_.get(
      Number::Timeout,
      values_.get(of_signal(Number::TracesBatchTimeout, signal), reading_.config.timeout_ms));
  result.timeout_ms =
      granted_ms(reading_.traits, values_.get(of_signal(Number::TracesTimeout, signal), general));
  result.batch_size = values_.get(of_signal(Number::TracesBatchSize, signal), result.batch_size);
  if (takes_urls()) {
    use_destination(signal);
  }
}

// Texts that are lists; empty when there is none, or none that can be used.
std::string_view EnvironmentExport::decode(Text which) {
  if (!texts_.is_usable(which)) {
    return {};
  }
  const std::span<char>& memory = texts_.memory(which);
  std::size_t length = 0;
  if (!decode_pairs(memory, length)) {
    texts_.judge(which, Fault::NoList);
  }
  return {memory.data(), length};
}

// Endpoint and headers count where the host lets a module name a URL, and the program names no
// destination.
bool EnvironmentExport::takes_urls() const {
  const host::Traits& traits = reading_.traits;
  return traits.takes_urls && !traits.reads_endpoint && reading_.config.destination.empty();
}

void EnvironmentExport::judge_given(Text which, Fault fault) {
  if (texts_.is_given(which)) {
    texts_.judge(which, fault);
  }
}

// Before any signal is read: what is ignored for all of them. A list of headers is decoded once.
void EnvironmentExport::judge_destination() {
  if (takes_urls()) {
    general_headers_ = decode_headers(Text::Headers);
    return;
  }
  const Fault fault = reading_.traits.takes_urls ? Fault::ProgramNames : Fault::HostOwnsUrl;
  for (auto text = static_cast<std::size_t>(Text::Endpoint); text < kTextCount; ++text) {
    judge_given(static_cast<Text>(text), fault);
  }
}

void EnvironmentExport::use_destination(Signal signal) {
  const Text own_endpoint = of_signal(Text::TracesEndpoint, signal);
  const Text own_headers = of_signal(Text::TracesHeaders, signal);
  const bool is_wanted = texts_.is_given(Text::Endpoint) || texts_.is_given(own_endpoint);
  if (is_wanted && !use_endpoint(signal, own_endpoint) && !use_endpoint(signal, Text::Endpoint)) {
    // What is meant for one collector is not told to another.
    judge_given(Text::Headers, Fault::NoEndpoint);
    judge_given(own_headers, Fault::NoEndpoint);
    return;
  }
  const std::string_view own = decode_headers(own_headers);
  std::string_view& headers = settings_.of(signal).headers;
  if (!own.empty()) {
    headers = keep(own_headers, reading_.own_headers, own);
  } else if (texts_.is_usable(Text::Headers) && !general_headers_.empty()) {
    if (general_kept_.empty()) {
      general_kept_ = keep(Text::Headers, reading_.own_headers, general_headers_);
    }
    headers = general_kept_;
  }
}

bool EnvironmentExport::use_endpoint(Signal signal, Text which) {
  constexpr std::string_view kPaths[kSignalCount] = {"/v1/traces", "/v1/metrics", "/v1/logs"};
  if (!texts_.is_usable(which)) {
    return false;
  }
  const bool is_base = which == Text::Endpoint;
  Endpoint endpoint = parse_endpoint(texts_.text(which), is_base);
  if (endpoint.origin.empty()) {
    texts_.judge(which, Fault::NoUrl);
    return false;
  }
  if (!is_base && endpoint.path.empty()) {
    endpoint.path = "/";
  }
  const std::string_view path =
      keep(which, endpoint.path, is_base ? kPaths[index_of(signal)] : std::string_view());
  const std::string_view origin = keep(which, endpoint.origin, {});
  if (!texts_.is_usable(which)) {
    return false;
  }
  SignalExport& result = settings_.of(signal);
  result.destination = origin;
  result.path = path;
  return true;
}

// The pairs of a list of headers; empty when there are none that can be sent.
std::string_view EnvironmentExport::decode_headers(Text which) {
  const std::string_view pairs = decode(which);
  if (are_headers(pairs)) {
    return pairs;
  }
  texts_.judge(which, Fault::NoList);
  return {};
}

// Both parts behind each other, as long as the instance; empty when they do not fit.
std::string_view EnvironmentExport::keep(Text which, std::string_view head, std::string_view tail) {
  const std::size_t size = head.size() + tail.size();
  if (size > reading_.keep.size()) {
    texts_.judge(which, Fault::NoRoom);
    return {};
  }
  const std::span<char> place = reading_.keep.last(size);
  reading_.keep = reading_.keep.first(reading_.keep.size() - size);
  put(place.data(), head);
  put(place.data() + head.size(), tail);
  return as_view(place);
}

// What is used in the end, for the lines about what is not.
void EnvironmentExport::note_in_force() {
  for (std::size_t i = 0; i < kLimitCount; ++i) {
    values_.numbers[i] = reading_.settings.limit(static_cast<Number>(i));
  }
  values_.set(Number::AttributeCount, reading_.settings.limits.attribute_count);
  values_.set(Number::AttributeValueLength, reading_.settings.limits.attribute_value_length);
  values_.set(Number::MetricInterval, settings_.metric_interval_ms);
  values_.set(Number::Timeout, settings_.traces.timeout_ms);
  for (const Signal signal : {Signal::Traces, Signal::Logs, Signal::Metrics}) {
    const SignalExport& used = settings_.of(signal);
    values_.set(of_signal(Number::TracesBatchSize, signal), used.batch_size);
    values_.set(of_signal(Number::TracesBatchTimeout, signal), used.timeout_ms);
    values_.set(of_signal(Number::TracesTimeout, signal), used.timeout_ms);
    const bool is_line = used.way == ExportWay::Lines && signal != Signal::Logs;
    values_.word(of_signal(Word::TracesExporter, signal)) = static_cast<std::uint8_t>(
        static_cast<std::uint8_t>(is_line ? ExportWay::Log : used.way) + 1);
  }
}

void EnvironmentExport::tell() {
  base::Diagnostics& diagnostics = reading_.diagnostics;
  if (!is_read(status_)) {
    if (diagnostics.count(Diagnostic::EnvironmentUnread) == 0) {
      diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(status_));
    }
    return;
  }
  for (std::uint32_t faults = variables_.count_faults(); faults != 0; --faults) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  if (diagnostics.count(Diagnostic::ConfigurationInvalid) == 0) {
    return;
  }
  diagnostics.told(Diagnostic::ConfigurationInvalid);
  if (!reading_.settings.quiet) {
    note_in_force();
    variables_.tell(reading_.scratch, reading_.config.diagnostics);
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
