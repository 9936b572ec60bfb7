#include "config/export_settings.h"

#include <cstring>

#include "config/endpoint.h"
#include "config/pairs.h"

namespace afterglow::config {
namespace {

constexpr std::string_view kTracesPath = "/v1/traces";
constexpr Text kUrlTexts[] = {Text::Endpoint, Text::TracesEndpoint, Text::Headers,
                              Text::TracesHeaders};

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

SignalExport ExportReader::read_traces(std::span<char>& keep, std::string_view own_headers) {
  Variables variables(Purpose::Export, values_);
  variables.keep_texts(texts_);
  reading_ = read_environment(scratch_, variables);
  resource_ = decode(Text::ResourceAttributes);
  const std::uint32_t timeout = values_.get(
      Number::TracesTimeout,
      values_.get(Number::Timeout, values_.get(Number::BatchTimeout, config_.timeout_ms)));
  const std::uint32_t granted = traits_.post_response_ms;
  SignalExport traces{.way = values_.has_exporter ? values_.exporter : config_.traces,
                      .timeout_ms = granted != 0 && granted < timeout ? granted : timeout,
                      .batch_size = values_.get(Number::BatchSize, UINT32_MAX),
                      .destination = config_.destination};
  Kept kept{keep};
  use_destination(traces, kept, own_headers);
  for (const TextUse use : texts_.uses) {
    reading_.faults += is_fault(use) ? 1U : 0U;
  }
  in_force_ = in_force(traces);
  return traces;
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
// destination. A signal's own variable wins over the general one.
void ExportReader::use_destination(SignalExport& traces, Kept& kept, std::string_view own_headers) {
  if (traits_.reads_endpoint) {
    return;
  }
  if (!traits_.takes_urls || !config_.destination.empty()) {
    const TextUse use = traits_.takes_urls ? TextUse::ProgramNames : TextUse::HostOwnsUrl;
    for (const Text text : kUrlTexts) {
      if (texts_.use(text) != TextUse::Missing) {
        texts_.judge(text, use);
      }
    }
    return;
  }
  const bool has_endpoint = use_endpoint(Text::TracesEndpoint, traces, kept) ||
                            use_endpoint(Text::Endpoint, traces, kept);
  const bool is_wanted = texts_.use(Text::Endpoint) != TextUse::Missing ||
                         texts_.use(Text::TracesEndpoint) != TextUse::Missing;
  if (is_wanted && !has_endpoint) {  // what is meant for one collector is not told to another
    for (const Text text : {Text::Headers, Text::TracesHeaders}) {
      if (texts_.use(text) != TextUse::Missing) {
        texts_.judge(text, TextUse::NoEndpoint);
      }
    }
    return;
  }
  (void)(use_headers(Text::TracesHeaders, traces, kept, own_headers) ||
         use_headers(Text::Headers, traces, kept, own_headers));
}

bool ExportReader::use_endpoint(Text which, SignalExport& traces, Kept& kept) {
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
      is_base ? kept.keep(endpoint.path, kTracesPath) : kept.keep(whole, {});
  const std::string_view origin = kept.keep(endpoint.origin, {});
  if (path.empty() || origin.empty()) {
    texts_.judge(which, TextUse::NoRoom);
    return false;
  }
  traces.destination = origin;
  traces.path = path;
  return true;
}

bool ExportReader::use_headers(Text which, SignalExport& traces, Kept& kept,
                               std::string_view own_headers) {
  const std::string_view pairs = decode(which);
  if (texts_.use(which) != TextUse::Used) {
    return false;
  }
  if (!are_headers(pairs)) {
    texts_.judge(which, TextUse::Malformed);
    return false;
  }
  traces.headers = kept.keep(own_headers, pairs);
  if (traces.headers.empty()) {
    texts_.judge(which, TextUse::NoRoom);
    return false;
  }
  return true;
}

InForce ExportReader::in_force(const SignalExport& traces) const {
  InForce result{.sampler = settings_.sampler_kind(),
                 .ratio_given = values_.ratio_given,
                 .traces = traces.way,
                 .texts = &texts_};
  const SpanLimits& limits = settings_.limits;
  const auto set = [&result](Number which, std::uint32_t value) {
    result.numbers[static_cast<std::size_t>(which)] = value;
  };
  set(Number::AttributeValueLength, limits.attribute_value_length);
  set(Number::SpanAttributeValueLength, limits.attribute_value_length);
  set(Number::AttributeCount, limits.attribute_count);
  set(Number::SpanAttributeCount, limits.attribute_count);
  set(Number::SpanEventCount, limits.event_count);
  set(Number::SpanLinkCount, limits.link_count);
  set(Number::EventAttributeCount, limits.attribute_per_event_count);
  set(Number::LinkAttributeCount, limits.attribute_per_link_count);
  set(Number::BatchSize, traces.batch_size);
  for (const Number timeout : {Number::BatchTimeout, Number::Timeout, Number::TracesTimeout}) {
    set(timeout, traces.timeout_ms);
  }
  return result;
}

void ExportReader::tell(base::Diagnostics& diagnostics, const DiagnosticHandler& handler) {
  if (!reading_.is_read() && diagnostics.count(Diagnostic::EnvironmentUnread) == 0) {
    diagnostics.notice(Diagnostic::EnvironmentUnread, static_cast<std::int32_t>(reading_.status));
  }
  if (!reading_.is_read()) {
    return;
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
  Values ignored;
  Variables variables(Purpose::Export, ignored);
  variables.tell(in_force_, handler);
  (void)read_environment(scratch_, variables);
}

}  // namespace afterglow::config
