#include "config/export_settings.h"

#include <cstring>

#include "config/endpoint.h"
#include "config/pairs.h"

namespace afterglow::config {
namespace {

// What is different for each signal. Where a signal has a variable of its own, it wins over the
// general one.
struct SignalWords {
  Signal signal;
  std::string_view path;
  Text endpoint;
  Text headers;
  Number timeout;
  Number batch_timeout;
  Number batch_size;
};
constexpr SignalWords kTraces{Signal::Traces,      "/v1/traces",          Text::TracesEndpoint,
                              Text::TracesHeaders, Number::TracesTimeout, Number::BatchTimeout,
                              Number::BatchSize};
constexpr SignalWords kLogs{Signal::Logs,        "/v1/logs",          Text::LogsEndpoint,
                            Text::LogsHeaders,   Number::LogsTimeout, Number::LogBatchTimeout,
                            Number::LogBatchSize};
constexpr SignalWords kMetrics{Signal::Metrics,        "/v1/metrics",
                               Text::MetricsEndpoint,  Text::MetricsHeaders,
                               Number::MetricsTimeout, Number::MetricBatchTimeout,
                               Number::MetricBatchSize};
constexpr Text kUrlTexts[] = {Text::Endpoint,        Text::TracesEndpoint, Text::LogsEndpoint,
                              Text::Headers,         Text::TracesHeaders,  Text::LogsHeaders,
                              Text::MetricsEndpoint, Text::MetricsHeaders};

const SignalWords& words_of(Signal signal) {
  return signal == Signal::Logs ? kLogs : signal == Signal::Metrics ? kMetrics : kTraces;
}

bool is_fault(TextUse use) {
  return use != TextUse::Missing && use != TextUse::Used;
}

void put(std::span<char> out, std::string_view text) {
  if (!text.empty()) {
    std::memcpy(out.data(), text.data(), text.size());
  }
}

std::string_view as_view(std::span<char> text) {
  return {text.data(), text.size()};
}

}  // namespace

// Texts that stay as long as the instance, from the end of a memory towards its beginning.
struct ExportReader::Kept {
  std::span<char>& memory;

  // Both parts behind each other; empty when they do not fit.
  std::string_view keep(std::string_view head, std::string_view tail) const {
    const std::size_t size = head.size() + tail.size();
    if (size > memory.size()) {
      return {};
    }
    const std::span<char> place = memory.last(size);
    memory = memory.first(memory.size() - size);
    put(place, head);
    put(place.subspan(head.size()), tail);
    return as_view(place);
  }
};

ExportReader::ExportReader(const Config& config, const Settings& settings,
                           const host::Traits& traits, std::span<char> scratch,
                           std::span<char> copies)
    : config_(config), settings_(settings), traits_(traits), scratch_(scratch), texts_(copies) {
  values_.has_lines = config.logs.send_lines() != nullptr;
  Variables variables(Purpose::Export, values_);
  variables.keep_texts(texts_);
  reading_ = config::read(config.environment, scratch_, variables);
  resource_ = decode(Text::ResourceAttributes);
  if (!traits.reads_endpoint) {
    judge_destination();
  }
}

SignalExport ExportReader::read(Signal signal, std::span<char>& keep,
                                std::string_view own_headers) {
  const SignalWords& words = words_of(signal);
  const std::uint32_t timeout = values_.get(
      words.timeout,
      values_.get(Number::Timeout, values_.get(words.batch_timeout, config_.timeout_ms)));
  const std::uint32_t granted = traits_.post_response_ms;
  const ExporterGiven& exporter = values_.exporters[index_of(signal)];
  const ExportWay own_way = signal == Signal::Logs      ? config_.logs.way()
                            : signal == Signal::Metrics ? config_.metrics.way
                                                        : config_.traces;
  SignalExport result{.way = exporter.given ? exporter.way : own_way,
                      .timeout_ms = granted != 0 && granted < timeout ? granted : timeout,
                      .batch_size = values_.get(words.batch_size, UINT32_MAX),
                      .max_send_bytes = traits_.max_send_bytes,
                      .destination = config_.destination};
  if (takes_urls()) {
    Kept kept{keep};
    use_destination(signal, result, kept, own_headers);
  }
  note_in_force(signal, result);
  return result;
}

std::uint32_t ExportReader::metric_interval_ms() const {
  return values_.get(Number::MetricInterval, config_.metrics.every_ms);
}

// Texts that are lists; empty when there is none, or none that can be used.
std::string_view ExportReader::decode(Text which) {
  if (texts_.use(which) != TextUse::Used) {
    return {};
  }
  const std::span<char> memory = texts_.memory(which);
  std::size_t length = 0;
  if (!decode_pairs(memory, length)) {
    texts_.judge(which, TextUse::Malformed);
    return {};
  }
  return as_view(memory.first(length));
}

// Endpoint and headers count where the host lets a module name a URL, and the program names no
// destination.
bool ExportReader::takes_urls() const {
  return traits_.takes_urls && !traits_.reads_endpoint && config_.destination.empty();
}

// Before any signal is read: what is ignored for all of them. A list of headers is decoded once.
void ExportReader::judge_destination() {
  if (takes_urls()) {
    general_headers_ = decode_headers(Text::Headers);
    return;
  }
  const TextUse use = traits_.takes_urls ? TextUse::ProgramNames : TextUse::HostOwnsUrl;
  for (const Text text : kUrlTexts) {
    if (texts_.use(text) != TextUse::Missing) {
      texts_.judge(text, use);
    }
  }
}

void ExportReader::use_destination(Signal signal, SignalExport& result, Kept& kept,
                                   std::string_view own_headers) {
  const SignalWords& words = words_of(signal);
  const bool has_endpoint = use_endpoint(signal, words.endpoint, result, kept) ||
                            use_endpoint(signal, Text::Endpoint, result, kept);
  const bool is_wanted = texts_.use(Text::Endpoint) != TextUse::Missing ||
                         texts_.use(words.endpoint) != TextUse::Missing;
  if (is_wanted && !has_endpoint) {  // what is meant for one collector is not told to another
    for (const Text text : {Text::Headers, words.headers}) {
      if (texts_.use(text) != TextUse::Missing) {
        texts_.judge(text, TextUse::NoEndpoint);
      }
    }
    return;
  }
  const std::string_view own = decode_headers(words.headers);
  if (!own.empty()) {
    result.headers = keep_headers(words.headers, kept, own_headers, own);
  } else if (texts_.use(Text::Headers) == TextUse::Used && !general_headers_.empty()) {
    if (general_kept_.empty()) {
      general_kept_ = keep_headers(Text::Headers, kept, own_headers, general_headers_);
    }
    result.headers = general_kept_;
  }
}

bool ExportReader::use_endpoint(Signal signal, Text which, SignalExport& result, Kept& kept) {
  if (texts_.use(which) != TextUse::Used) {
    return false;
  }
  const bool is_base = which == Text::Endpoint;
  const Endpoint endpoint = parse_endpoint(texts_.text(which), is_base);
  if (endpoint.origin.empty()) {
    texts_.judge(which, TextUse::Malformed);
    return false;
  }
  const std::string_view whole = endpoint.path.empty() ? "/" : endpoint.path;
  const std::string_view path =
      is_base ? kept.keep(endpoint.path, words_of(signal).path) : kept.keep(whole, {});
  const std::string_view origin = kept.keep(endpoint.origin, {});
  if (path.empty() || origin.empty()) {
    texts_.judge(which, TextUse::NoRoom);
    return false;
  }
  result.destination = origin;
  result.path = path;
  return true;
}

// The pairs of a list of headers; empty when there are none that can be sent.
std::string_view ExportReader::decode_headers(Text which) {
  const std::string_view pairs = decode(which);
  if (texts_.use(which) != TextUse::Used || are_headers(pairs)) {
    return pairs;
  }
  texts_.judge(which, TextUse::Malformed);
  return {};
}

std::string_view ExportReader::keep_headers(Text which, Kept& kept, std::string_view own_headers,
                                            std::string_view pairs) {
  const std::string_view headers = kept.keep(own_headers, pairs);
  if (headers.empty()) {
    texts_.judge(which, TextUse::NoRoom);
  }
  return headers;
}

// What is used in the end, for the lines about what is not.
void ExportReader::note_in_force(Signal signal, const SignalExport& used) {
  const SignalWords& words = words_of(signal);
  in_force_.ways[index_of(signal)] = used.way;
  set_in_force(words.batch_size, used.batch_size);
  set_in_force(words.batch_timeout, used.timeout_ms);
  set_in_force(words.timeout, used.timeout_ms);
  if (signal == Signal::Traces) {
    set_in_force(Number::Timeout, used.timeout_ms);
  }
}

void ExportReader::note_settings() {
  in_force_.sampler = settings_.sampler_kind();
  in_force_.ratio_given = values_.ratio_given;
  in_force_.texts = &texts_;
  const SpanLimits& limits = settings_.limits;
  set_in_force(Number::AttributeValueLength, limits.attribute_value_length);
  set_in_force(Number::SpanAttributeValueLength, limits.attribute_value_length);
  set_in_force(Number::AttributeCount, limits.attribute_count);
  set_in_force(Number::SpanAttributeCount, limits.attribute_count);
  set_in_force(Number::SpanEventCount, limits.event_count);
  set_in_force(Number::SpanLinkCount, limits.link_count);
  set_in_force(Number::EventAttributeCount, limits.attribute_per_event_count);
  set_in_force(Number::LinkAttributeCount, limits.attribute_per_link_count);
  set_in_force(Number::MetricInterval, metric_interval_ms());
  set_in_force(Number::LogAttributeValueLength, settings_.log_limits.attribute_value_length);
  set_in_force(Number::LogAttributeCount, settings_.log_limits.attribute_count);
}

void ExportReader::tell(base::Diagnostics& diagnostics, const DiagnosticHandler& handler) {
  if (!reading_.is_read() && diagnostics.count(Diagnostic::EnvironmentUnread) == 0) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(reading_.status));
  }
  if (!reading_.is_read()) {
    return;
  }
  for (const TextUse use : texts_.uses) {
    reading_.faults += is_fault(use) ? 1U : 0U;
  }
  for (std::uint32_t i = 0; i < reading_.faults; ++i) {
    diagnostics.notice(Diagnostic::ConfigurationInvalid);
  }
  if (diagnostics.count(Diagnostic::ConfigurationInvalid) == 0) {
    return;
  }
  diagnostics.told(Diagnostic::ConfigurationInvalid);
  if (settings_.quiet) {
    return;
  }
  note_settings();
  Values ignored;
  ignored.has_lines = values_.has_lines;
  Variables variables(Purpose::Export, ignored);
  variables.tell(in_force_, handler);
  (void)config::read(config_.environment, scratch_, variables);
}

}  // namespace afterglow::config
