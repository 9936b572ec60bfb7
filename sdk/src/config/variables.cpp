#include "config/variables.h"

#include "base/wipe.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

/// What a value is.
enum class Kind : std::uint8_t { Number, Word, Ratio, Propagators, Exporter, Text, Ignored };

// FNV-1a.
constexpr std::uint64_t hash_of(std::string_view name) {
  std::uint64_t hash = 0xCBF2'9CE4'8422'2325;
  for (const char c : name) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x0000'0100'0000'01B3;
  }
  return hash;
}

// A variable is known by 48 bits of the hash of its name; the others hold what is known of it: a
// module has no use for fifty names. `what` is a `Number`, a `Word`, a `Text` or a `Fault`.
constexpr unsigned kHashShift = 16;
constexpr unsigned kPurposeShift = 12;
constexpr unsigned kKindShift = 8;

template <class What>
consteval std::uint64_t variable(std::string_view name, Purpose purpose, Kind kind, What what) {
  return hash_of(name) >> kHashShift << kHashShift |
         static_cast<std::uint64_t>(purpose) << kPurposeShift |
         static_cast<std::uint64_t>(kind) << kKindShift | static_cast<std::uint64_t>(what);
}
constexpr Purpose purpose_of(std::uint64_t variable) {
  return static_cast<Purpose>(variable >> kPurposeShift & 0xF);
}
constexpr Kind kind_of(std::uint64_t variable) {
  return static_cast<Kind>(variable >> kKindShift & 0xF);
}
template <class What>
constexpr What what_of(std::uint64_t variable) {
  return static_cast<What>(variable & 0xFF);
}

// What decides what is recorded: how much of it is any number, while none of what export goes by
// may be 0.
consteval std::uint64_t limit(std::string_view name, Number number) {
  return variable(name, Purpose::Recording, Kind::Number, number);
}
consteval std::uint64_t number(std::string_view name, Number number) {
  return variable(name, Purpose::Export, Kind::Number, number);
}
consteval std::uint64_t word(std::string_view name, Word word, Purpose purpose = Purpose::Export) {
  return variable(name, purpose, Kind::Word, word);
}
consteval std::uint64_t exporter(std::string_view name, Word word) {
  return variable(name, Purpose::Export, Kind::Exporter, word);
}
consteval std::uint64_t text(std::string_view name, Text text) {
  return variable(name, Purpose::Export, Kind::Text, text);
}
consteval std::uint64_t ignored(std::string_view name, Fault reason) {
  return variable(name, Purpose::Export, Kind::Ignored, reason);
}

constexpr std::size_t kSampler = 0;
constexpr std::size_t kRatio = 1;
constexpr std::uint64_t kVariables[] = {
    word("OTEL_TRACES_SAMPLER", Word::Sampler, Purpose::Recording),
    variable("OTEL_TRACES_SAMPLER_ARG", Purpose::Recording, Kind::Ratio, 0),
    word("OTEL_SDK_DISABLED", Word::Disabled, Purpose::Recording),
    word("OTEL_LOG_LEVEL", Word::LogLevel, Purpose::Recording),
    variable("OTEL_PROPAGATORS", Purpose::Recording, Kind::Propagators, 0),
    limit("OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::AttributeValueLength),
    limit("OTEL_ATTRIBUTE_COUNT_LIMIT", Number::AttributeCount),
    limit("OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::SpanAttributeValueLength),
    limit("OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT", Number::SpanAttributeCount),
    limit("OTEL_SPAN_EVENT_COUNT_LIMIT", Number::SpanEventCount),
    limit("OTEL_SPAN_LINK_COUNT_LIMIT", Number::SpanLinkCount),
    limit("OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT", Number::EventAttributeCount),
    limit("OTEL_LINK_ATTRIBUTE_COUNT_LIMIT", Number::LinkAttributeCount),
    limit("OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT", Number::LogAttributeValueLength),
    limit("OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT", Number::LogAttributeCount),
    text("OTEL_SERVICE_NAME", Text::ServiceName),
    text("OTEL_RESOURCE_ATTRIBUTES", Text::ResourceAttributes),
    exporter("OTEL_TRACES_EXPORTER", Word::TracesExporter),
    number("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", Number::TracesBatchSize),
    number("OTEL_BSP_EXPORT_TIMEOUT", Number::TracesBatchTimeout),
    ignored("OTEL_BSP_SCHEDULE_DELAY", Fault::NoBackground),
    ignored("OTEL_BSP_MAX_QUEUE_SIZE", Fault::BufferIsQueue),
    exporter("OTEL_LOGS_EXPORTER", Word::LogsExporter),
    number("OTEL_BLRP_MAX_EXPORT_BATCH_SIZE", Number::LogsBatchSize),
    number("OTEL_BLRP_EXPORT_TIMEOUT", Number::LogsBatchTimeout),
    ignored("OTEL_BLRP_SCHEDULE_DELAY", Fault::NoBackground),
    ignored("OTEL_BLRP_MAX_QUEUE_SIZE", Fault::BufferIsQueue),
    exporter("OTEL_METRICS_EXPORTER", Word::MetricsExporter),
    word("OTEL_METRICS_EXEMPLAR_FILTER", Word::ExemplarFilter, Purpose::Recording),
    number("OTEL_METRIC_EXPORT_INTERVAL", Number::MetricInterval),
    number("OTEL_METRIC_EXPORT_TIMEOUT", Number::MetricsBatchTimeout),
    word("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", Word::Temporality,
         Purpose::Recording),
    ignored("OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION", Fault::ProgramAggregates),
    number("OTEL_EXPORTER_OTLP_TIMEOUT", Number::Timeout),
    number("OTEL_EXPORTER_OTLP_TRACES_TIMEOUT", Number::TracesTimeout),
    number("OTEL_EXPORTER_OTLP_LOGS_TIMEOUT", Number::LogsTimeout),
    number("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", Number::MetricsTimeout),
    text("OTEL_EXPORTER_OTLP_ENDPOINT", Text::Endpoint),
    text("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", Text::TracesEndpoint),
    text("OTEL_EXPORTER_OTLP_LOGS_ENDPOINT", Text::LogsEndpoint),
    text("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", Text::MetricsEndpoint),
    text("OTEL_EXPORTER_OTLP_HEADERS", Text::Headers),
    text("OTEL_EXPORTER_OTLP_TRACES_HEADERS", Text::TracesHeaders),
    text("OTEL_EXPORTER_OTLP_LOGS_HEADERS", Text::LogsHeaders),
    text("OTEL_EXPORTER_OTLP_METRICS_HEADERS", Text::MetricsHeaders),
    word("OTEL_EXPORTER_OTLP_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_TRACES_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_LOGS_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", Word::Compression),
    word("OTEL_EXPORTER_OTLP_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_LOGS_PROTOCOL", Word::Protocol),
    word("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL", Word::Protocol),
};
constexpr std::size_t kVariableCount = sizeof kVariables / sizeof kVariables[0];

consteval bool are_all_different() {
  for (std::size_t i = 0; i < kVariableCount; ++i) {
    for (std::size_t j = 0; j < i; ++j) {
      if ((kVariables[i] ^ kVariables[j]) >> kHashShift == 0) {
        return false;
      }
    }
  }
  return true;
}
static_assert(are_all_different());

std::size_t find_variable(std::string_view name) {
  constexpr std::string_view kPrefix = "OTEL_";
  if (name.size() <= kPrefix.size() || std::string_view(name.data(), kPrefix.size()) != kPrefix) {
    return kVariableCount;
  }
  const std::uint64_t hash = hash_of(name);
  std::size_t index = 0;
  while (index < kVariableCount && (kVariables[index] ^ hash) >> kHashShift != 0) {
    ++index;
  }
  return index;
}

// The words that a variable may hold, in the order of the enumerations they stand for. Where
// nothing or something unknown is given, the first is used; where that is empty, the program's.
constexpr std::string_view kExporters = ",otlp,otlp/stdout,console,none";
constexpr std::string_view kWords[kWordCount] = {
    "false,true",
    "info,warn,warning,debug,trace,all,none,off,error",
    ",always_on,always_off,traceidratio,parentbased_always_on,parentbased_always_off,"
    "parentbased_traceidratio",
    ",cumulative,delta,lowmemory",
    ",trace_based,always_on,always_off",
    "none",
    "http/json",
    "tracecontext,baggage,b3,b3multi,none",
    kExporters,
    kExporters,
    kExporters,
};
constexpr std::uint8_t kNoPropagators = 4;

constexpr std::uint8_t place_of(ExportWay way) {
  return static_cast<std::uint8_t>(static_cast<std::uint8_t>(way) + 1);
}

const std::string_view& words_of(Word which) {
  return kWords[static_cast<std::size_t>(which)];
}

}  // namespace

host::Status Variables::read(std::span<char> scratch) {
  auto take_pair = [this](std::string_view name, std::string_view value) { take(name, value); };
  const host::ReadResult result = host::config_all(scratch, take_pair);
  // Others' secrets stand beside our settings.
  base::wipe(scratch.data(), result.length < scratch.size() ? result.length : scratch.size());
  return result.status;
}

void Variables::take(std::string_view name, std::string_view value) {
  const std::size_t index = find_variable(name);
  value = trimmed(value);
  if (index == kVariableCount || value.empty()) {
    return;
  }
  const std::uint64_t variable = kVariables[index];
  if (handler_ != nullptr) {
    if (const Fault fault = fault_of(index); fault != Fault::None && seen_[index]) {
      seen_[index] = false;
      FaultLine line{.fault = fault, .name = name, .value = value};
      tell(variable, line);
    }
  } else if (!seen_[index] && purpose_of(variable) <= purpose_) {
    seen_[index] = true;
    faults_[index] = read_value(variable, value);
  }
}

Fault Variables::read_value(std::uint64_t variable, std::string_view value) {
  const auto which = what_of<Word>(variable);
  switch (kind_of(variable)) {
    case Kind::Number: {
      const bool is_limit = purpose_of(variable) == Purpose::Recording;
      std::uint32_t number = 0;
      if (!parse_number(value, number) || (number == 0 && !is_limit)) {
        return is_limit ? Fault::NoLimit : Fault::NoNumber;
      }
      values_.set(what_of<Number>(variable), number);
      return Fault::None;
    }
    case Kind::Word: {
      const std::uint8_t place = place_of(value, words_of(which));
      if (place == kNoPlace) {
        return which == Word::Compression || which == Word::Protocol ? Fault::NotSupported
                                                                     : Fault::NotKnown;
      }
      values_.word(which) = place;
      return Fault::None;
    }
    case Kind::Ratio:
      values_.ratio_given = parse_ratio(value, values_.ratio) ? Given::Yes : Given::Wrong;
      return Fault::None;  // see `judge_ratio`
    case Kind::Propagators:
      return read_propagators(value);
    case Kind::Exporter:
      return read_exporter(which, value);
    case Kind::Text:
      if (texts_ != nullptr) {
        texts_->keep(what_of<Text>(variable), value);
      }
      return Fault::None;
    case Kind::Ignored:
      break;
  }
  return what_of<Fault>(variable);
}

Fault Variables::read_propagators(std::string_view value) {
  Propagators list;
  bool has_none = false;
  bool has_unknown = false;
  std::string_view member;
  while (next_member(value, member)) {
    const std::uint8_t place = place_of(member, words_of(Word::Propagators));
    if (place < kNoPropagators) {
      list.add(static_cast<Propagator>(place));
    } else if (place == kNoPropagators) {
      has_none = true;
    } else {
      has_unknown = has_unknown || !member.empty();
    }
  }
  const bool is_empty = list.begin() == list.end();
  if (is_empty && !has_none) {
    return Fault::NoKnownPropagator;
  }
  values_.propagators = has_none ? Propagators{} : list;
  values_.has_propagators = true;
  return has_none ? (has_unknown || !is_empty ? Fault::NoneBesideOthers : Fault::None)
                  : (has_unknown ? Fault::UnknownPropagator : Fault::None);
}

Fault Variables::read_exporter(Word which, std::string_view value) {
  std::uint8_t& used = values_.word(which);
  bool has_others = false;
  std::string_view member;
  while (next_member(value, member)) {
    const std::uint8_t place = member.empty() ? std::uint8_t{0} : place_of(member, kExporters);
    if (place != kNoPlace && used == 0) {
      used = place;
    } else {
      has_others = has_others || !member.empty();
    }
  }
  if (used == 0) {
    return Fault::NoKnownExporter;
  }
  if (which == Word::LogsExporter && used == place_of(ExportWay::Lines) && !has_lines_) {
    used = place_of(ExportWay::Log);
    return Fault::NeedsLines;
  }
  return has_others ? Fault::MoreExporters : Fault::None;
}

// Whether a ratio is wanted is known after the last pair.
void Variables::judge_ratio() {
  const bool is_wrong = values_.ratio_given == Given::Wrong;
  if (values_.takes_ratio()) {
    faults_[kSampler] = values_.ratio_given == Given::No ? Fault::NeedsRatio : Fault::None;
    faults_[kRatio] = is_wrong ? Fault::NoRatio : Fault::None;
  } else if (values_.sampler() == SamplerKind::Program) {
    faults_[kRatio] = is_wrong ? Fault::NoRatioOfProgram : Fault::None;
  } else if (values_.ratio_given != Given::No) {
    faults_[kRatio] = Fault::NoRatioSampler;
  }
}

Fault Variables::fault_of(std::size_t index) const {
  const std::uint64_t variable = kVariables[index];
  const bool is_text = kind_of(variable) == Kind::Text && texts_ != nullptr;
  return is_text ? texts_->fault(what_of<Text>(variable)) : faults_[index];
}

std::uint32_t Variables::count_faults() {
  judge_ratio();
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < kVariableCount; ++i) {
    const bool is_counted = purpose_of(kVariables[i]) == purpose_ && fault_of(i) != Fault::None;
    count += is_counted ? 1U : 0U;
  }
  return count;
}

void Variables::tell(std::span<char> scratch, const DiagnosticHandler& handler) {
  handler_ = &handler;
  (void)read(scratch);
}

void Variables::tell(std::uint64_t variable, FaultLine& line) {
  const Kind kind = kind_of(variable);
  if (kind == Kind::Number) {
    line.number = values_.numbers[what_of<std::size_t>(variable)];
  } else if (kind == Kind::Word || kind == Kind::Exporter) {
    const auto which = what_of<Word>(variable);
    line.used =
        word_at(words_of(which), kind == Kind::Word ? std::uint8_t{0} : values_.word(which));
    line.used = line.used.empty() ? "the program's" : line.used;
  }
  line.is_headers = kind == Kind::Text && what_of<Text>(variable) >= Text::Headers;
  tell_fault(*handler_, line);
}

}  // namespace afterglow::config
