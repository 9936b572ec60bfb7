#include "config/readers.h"

#include "config/words.h"

namespace afterglow::config {
namespace {

struct SamplerWord {
  std::string_view word;
  SamplerKind kind;
};
constexpr SamplerWord kSamplers[] = {
    {"always_on", SamplerKind::AlwaysOn},
    {"always_off", SamplerKind::AlwaysOff},
    {"traceidratio", SamplerKind::Ratio},
    {"parentbased_always_on", SamplerKind::ParentBasedAlwaysOn},
    {"parentbased_always_off", SamplerKind::ParentBasedAlwaysOff},
    {"parentbased_traceidratio", SamplerKind::ParentBasedRatio},
};

struct PropagatorWord {
  std::string_view word;
  Propagator propagator;
};
constexpr PropagatorWord kPropagators[] = {
    {"tracecontext", Propagator::TraceContext},
    {"baggage", Propagator::Baggage},
    {"b3", Propagator::B3},
    {"b3multi", Propagator::B3Multi},
};

struct ExporterWord {
  std::string_view word;
  ExportWay way;
};
constexpr ExporterWord kExporters[] = {
    {"otlp", ExportWay::Otlp},
    {"otlp/stdout", ExportWay::Log},
    {"console", ExportWay::Lines},
    {"none", ExportWay::None},
};

struct TemporalityWord {
  std::string_view word;
  TemporalityPreference preference;
};
constexpr TemporalityWord kTemporalities[] = {
    {"cumulative", TemporalityPreference::Cumulative},
    {"delta", TemporalityPreference::Delta},
    {"lowmemory", TemporalityPreference::LowMemory},
};

struct ExemplarWord {
  std::string_view word;
  ExemplarFilter filter;
};
constexpr ExemplarWord kExemplarFilters[] = {
    {"trace_based", ExemplarFilter::TraceBased},
    {"always_on", ExemplarFilter::AlwaysOn},
    {"always_off", ExemplarFilter::AlwaysOff},
};

struct LevelWord {
  std::string_view word;
  bool is_quiet;  // the SDK's own lines are warnings
};
constexpr LevelWord kLevels[] = {{"none", true},   {"off", true},      {"error", true},
                                 {"warn", false},  {"warning", false}, {"info", false},
                                 {"debug", false}, {"trace", false},   {"all", false}};

// The row of a word, or null.
template <class Row, std::size_t Count>
const Row* find(const Row (&rows)[Count], std::string_view word) {
  for (const Row& row : rows) {
    if (is_word(word, row.word)) {
      return &row;
    }
  }
  return nullptr;
}

std::string_view way_used(const InForce* in_force, Signal signal) {
  const ExportWay way = in_force == nullptr ? ExportWay::Otlp : in_force->ways[index_of(signal)];
  switch (way) {
    case ExportWay::Otlp:
      return "otlp is used";
    case ExportWay::None:
      return "none is used";
    case ExportWay::Lines:
      return signal == Signal::Logs ? "console is used" : "otlp/stdout is used";
    case ExportWay::Log:
      break;
  }
  return "otlp/stdout is used";
}

}  // namespace

Verdict read_disabled(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  context.values.sdk_disabled = is_word(value, "true");
  if (context.values.sdk_disabled || is_word(value, "false")) {
    return {};
  }
  return {"is neither true nor false", "false is used"};
}

Verdict read_log_level(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  const LevelWord* level = find(kLevels, value);
  if (level == nullptr) {
    return {"is no known level", "info is used"};
  }
  context.values.quiet = level->is_quiet;
  return {};
}

Verdict read_propagators(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  Propagators list;
  bool has_none = false;
  bool has_unknown = false;
  std::string_view member;
  while (next_member(value, member)) {
    if (const PropagatorWord* known = find(kPropagators, member)) {
      list.add(known->propagator);
    } else if (is_word(member, "none")) {
      has_none = true;
    } else {
      has_unknown = has_unknown || !member.empty();
    }
  }
  const bool has_others = list.begin() != list.end() || has_unknown;
  if (!has_none && list.begin() == list.end()) {
    return {"names no known propagator", "the program's are used"};
  }
  context.values.propagators = has_none ? Propagators{} : list;
  context.values.has_propagators = true;
  if (has_none && has_others) {
    return {"names none beside others", "none is used"};
  }
  if (has_unknown) {
    return {"names an unknown propagator", "the known ones are used"};
  }
  return {};
}

Verdict read_sampler(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  const SamplerWord* known = find(kSamplers, value);
  if (known == nullptr) {
    return {"is no known sampler", "the program's is used"};
  }
  context.values.sampler = known->kind;
  const bool is_alone = context.in_force != nullptr && context.in_force->ratio_given == Given::No;
  if (takes_ratio(known->kind) && is_alone) {
    return {"needs OTEL_TRACES_SAMPLER_ARG", "1 is used"};
  }
  return {};
}

// Whether the ratio is wanted is known after the last pair: `Variables::faults` counts.
Verdict read_ratio(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  const bool is_ratio = parse_ratio(value, context.values.ratio);
  context.values.ratio_given = is_ratio ? Given::Yes : Given::Wrong;
  if (context.in_force == nullptr) {
    return {};
  }
  if (context.in_force->sampler == SamplerKind::Program) {
    return is_ratio ? Verdict{} : Verdict{"is not a ratio from 0 to 1", "the program's is used"};
  }
  if (!takes_ratio(context.in_force->sampler)) {
    return {"is ignored", "OTEL_TRACES_SAMPLER names no ratio sampler"};
  }
  return is_ratio ? Verdict{} : Verdict{"is not a ratio from 0 to 1", "1 is used"};
}

Verdict read_temporality(const ReadContext& context, const Slot& /*slot*/, std::string_view value) {
  const TemporalityWord* known = find(kTemporalities, value);
  if (known == nullptr) {
    return {"is no known temporality", "the program's is used"};
  }
  context.values.temporality = known->preference;
  return {};
}

Verdict read_exemplar_filter(const ReadContext& context, const Slot& /*slot*/,
                             std::string_view value) {
  const ExemplarWord* known = find(kExemplarFilters, value);
  if (known == nullptr) {
    return {"is no known filter", "the program's is used"};
  }
  context.values.exemplars = known->filter;
  return {};
}

Verdict read_exporter(const ReadContext& context, const Slot& slot, std::string_view value) {
  ExporterGiven& exporter = context.values.exporters[index_of(slot.signal)];
  bool has_others = false;
  bool has_known = false;
  std::string_view member;
  while (next_member(value, member)) {
    const ExporterWord* known = find(kExporters, member);
    if (known != nullptr && !has_known) {
      has_known = true;
      exporter = {true, known->way};
    } else {
      has_others = has_others || !member.empty();
    }
  }
  const std::string_view used = way_used(context.in_force, slot.signal);
  if (!has_known) {
    return {"names no known exporter", used};
  }
  if (slot.signal == Signal::Logs && exporter.way == ExportWay::Lines &&
      !context.values.has_lines) {
    exporter.way = ExportWay::Log;
    return {"needs ExportWay::Lines in the program", used};
  }
  return has_others ? Verdict{"names more than one exporter", used} : Verdict{};
}

Verdict read_number(const ReadContext& context, const Slot& slot, std::string_view value) {
  std::uint32_t number = 0;
  if (parse_number(value, number) && number >= slot.least) {
    context.values.set(slot.number, number);
    return {};
  }
  Verdict verdict{slot.least == 0 ? "is not a number from 0 to 4294967295"
                                  : "is not a number from 1 to 4294967295"};
  if (context.in_force != nullptr) {
    verdict.number = context.in_force->numbers[static_cast<std::size_t>(slot.number)];
  }
  return verdict;
}

Verdict read_compression(const ReadContext& /*context*/, const Slot& /*slot*/,
                         std::string_view value) {
  return is_word(value, "none") ? Verdict{} : Verdict{"is not supported", "none is used"};
}

Verdict read_protocol(const ReadContext& /*context*/, const Slot& /*slot*/,
                      std::string_view value) {
  return is_word(value, "http/json") ? Verdict{} : Verdict{"is not supported", "http/json is used"};
}

Verdict read_text(const ReadContext& context, const Slot& slot, std::string_view value) {
  if (context.in_force == nullptr) {
    if (context.texts != nullptr) {
      context.texts->keep(slot.text, value);
    }
    return {};
  }
  const bool is_url = slot.text == Text::Endpoint || slot.text == Text::TracesEndpoint ||
                      slot.text == Text::LogsEndpoint || slot.text == Text::MetricsEndpoint;
  switch (context.in_force->texts->use(slot.text)) {
    case TextUse::Missing:
    case TextUse::Used:
      return {};
    case TextUse::NoRoom:
      return {"is too long", "it is left out"};
    case TextUse::Malformed:
      return is_url ? Verdict{"is not a usable http or https URL", "it is left out"}
                    : Verdict{"is not a percent-encoded list of name=value", "it is left out"};
    case TextUse::HostOwnsUrl:
      return {"is ignored", "the host owns the URL"};
    case TextUse::ProgramNames:
      return {"is ignored", "the program names the destination"};
    case TextUse::NoEndpoint:
      return {"is ignored", "the endpoint is not used"};
  }
  return {};
}

Verdict ignore(const ReadContext& /*context*/, const Slot& slot, std::string_view /*value*/) {
  return {"is ignored", slot.reason};
}

}  // namespace afterglow::config
