#include "config/variables.h"

#include <cstring>

#include "base/wipe.h"
#include "config/variable_table.h"
#include "config/words.h"

namespace afterglow::config {
namespace {

// Its row; 0 when there is none.
std::uint64_t find_variable(const std::string_view& name) {
  constexpr std::uint64_t kPrefix = load("OTEL_\0\0");
  constexpr std::uint64_t kPrefixBits = (std::uint64_t{1} << 40U) - 1;
  if (name.size() < sizeof kPrefix || (load(name.data()) & kPrefixBits) != kPrefix) {
    return 0;
  }
  const std::uint64_t hash = hash_of(name);
  std::size_t first = 0;  // the first row that is not below
  for (std::size_t count = kVariableCount; count != 0;) {
    const std::size_t half = count / 2;
    const bool is_below = kSorted.rows[first + half] >> kHashShift < hash >> kHashShift;
    first += is_below ? half + 1 : 0;
    count = is_below ? count - half - 1 : half;
  }
  const bool is_known = first != kVariableCount && (kSorted.rows[first] ^ hash) >> kHashShift == 0;
  return is_known ? kSorted.rows[first] : 0;
}

// The words that a variable may hold, in the order of the enumerations they stand for. Where
// nothing or something unknown is given, the first is used; where that is empty, the program's.
constexpr char kExporters[] = ",otlp,otlp/stdout,console,none";
constexpr char kSamplers[] =
    ",always_on,always_off,parentbased_always_on,parentbased_always_off,traceidratio,"
    "parentbased_traceidratio";
constexpr const char* kWords[kWordCount] = {
    "false,true",
    "info,warn,warning,debug,trace,all,none,off,error",
    kSamplers,
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

const char* words_of(Word which) {
  return kWords[static_cast<std::size_t>(which)];
}

}  // namespace

host::Status Variables::read(std::span<char> scratch) {
  auto take_pair = [this](std::string_view name, std::string_view value) { take(name, value); };
  const host::ReadResult result = host::config_all(scratch, take_pair);
  // Others' secrets stand beside our settings.
  base::wipe(scratch.data(), result.length < scratch.size() ? result.length : scratch.size());
  judge_ratio();
  return result.status;
}

void Variables::tell(std::span<char> scratch, const InForce& in_force) {
  in_force_ = &in_force;
  (void)read(scratch);
}

void Variables::take(const std::string_view& name, std::string_view value) {
  const std::uint64_t variable = find_variable(name);
  if (variable == 0 || purpose_of(variable) > purpose_) {
    return;
  }
  trim(value);
  if (value.empty()) {
    return;
  }
  Fault& fault = faults_[ordinal_of(variable)];
  if (in_force_ == nullptr) {
    if (fault == Fault::NotGiven) {
      is_any_given_ = true;
      judge(ordinal_of(variable), purpose_of(variable), read_value(variable, value));
    }
  } else if (fault > Fault::None) {
    FaultLine line{.fault = fault, .name = name, .value = value};
    fault = Fault::None;
    tell(variable, line);
  }
}

Fault Variables::read_value(std::uint64_t variable, const std::string_view& value) {
  const auto which = what_of<Word>(variable);
  switch (kind_of(variable)) {
    case Kind::Number: {
      const bool is_limit = purpose_of(variable) == Purpose::Recording;
      std::uint32_t number = 0;
      if (!parse_number(value, number) || (number == 0 && !is_limit)) {
        return is_limit ? Fault::NoLimit : Fault::NoNumber;
      }
      values.set(what_of<Number>(variable), number);
      break;
    }
    case Kind::Word: {
      const std::uint8_t place = config::place_of(value, words_of(which));
      if (place == kNoPlace) {
        return which == Word::Compression || which == Word::Protocol ? Fault::NotSupported
                                                                     : Fault::NotKnown;
      }
      values.words[static_cast<std::size_t>(which)] = place;
      break;
    }
    case Kind::Ratio:  // see `judge_ratio`
      values.ratio_given = parse_ratio(value, values.ratio) ? Given::Yes : Given::Wrong;
      break;
    case Kind::Propagators:
      return read_propagators(value);
    case Kind::Exporter:
      return read_exporter(which, value);
    case Kind::Text:
      return keep(what_of<Text>(variable), value);
    case Kind::Ignored:
      return what_of<Fault>(variable);
  }
  return Fault::None;
}

Fault Variables::read_propagators(std::string_view list) {
  constexpr unsigned kNone = 1U << kNoPropagators;
  constexpr unsigned kUnknown = kNone << 1U;
  Propagators known;
  unsigned found = 0;
  std::string_view member;
  while (next_member(list, member)) {
    const std::uint8_t place = config::place_of(member, words_of(Word::Propagators));
    if (place < kNoPropagators) {
      known.add(static_cast<Propagator>(place));
    }
    if (!member.empty()) {
      found |= place == kNoPlace ? kUnknown : 1U << place;
    }
  }
  if ((found & ~kUnknown) == 0) {
    return Fault::NoKnownPropagator;
  }
  values.has_propagators = true;
  if ((found & kNone) != 0) {
    return found == kNone ? Fault::None : Fault::NoneBesideOthers;
  }
  values.propagators = known;
  return (found & kUnknown) != 0 ? Fault::UnknownPropagator : Fault::None;
}

// The first that is known is used.
Fault Variables::read_exporter(Word which, std::string_view list) {
  std::uint8_t& used = values.words[static_cast<std::size_t>(which)];
  Fault fault = Fault::None;
  std::string_view member;
  while (next_member(list, member)) {
    const std::uint8_t place = config::place_of(member, kExporters);
    if (place != kNoPlace && used == 0) {
      used = place;
    } else if (!member.empty()) {
      fault = Fault::MoreExporters;
    }
  }
  if (used == 0) {
    return Fault::NoKnownExporter;
  }
  if (which == Word::LogsExporter && used == place_of(ExportWay::Lines) && !has_lines_) {
    used = place_of(ExportWay::Log);
    return Fault::NeedsLines;
  }
  return fault;
}

Fault Variables::keep(Text which, const std::string_view& value) {
  if (value.size() >= memory_.size()) {
    return Fault::NoRoom;
  }
  std::memcpy(memory_.data(), value.data(), value.size());
  texts_[static_cast<std::size_t>(which)] = memory_.first(value.size() + 1);
  memory_ = memory_.subspan(value.size() + 1);
  return Fault::None;
}

Fault Variables::fault(Text which) const {
  return faults_[static_cast<std::size_t>(which)];
}

void Variables::judge(Text which, Fault fault) {
  if (this->fault(which) != Fault::NotGiven) {
    judge(static_cast<std::size_t>(which), Purpose::Export, fault);
  }
}

void Variables::judge(std::size_t ordinal, Purpose purpose, Fault fault) {
  Fault& known = faults_[ordinal];
  std::uint32_t& count = counts_[static_cast<std::size_t>(purpose)];
  count -= known > Fault::None ? 1U : 0U;
  count += fault > Fault::None ? 1U : 0U;
  known = fault;
}

// Whether a ratio is wanted is known after the last pair.
void Variables::judge_ratio() {
  const bool is_wrong = values.ratio_given == Given::Wrong;
  const bool is_missing = values.ratio_given == Given::No;
  Fault fault = is_wrong ? Fault::NoRatio : Fault::None;
  if (values.takes_ratio()) {
    judge(kSampler, Purpose::Recording, is_missing ? Fault::NeedsRatio : Fault::None);
  } else if (values.sampler() == SamplerKind::Program) {
    fault = is_wrong ? Fault::NoRatioOfProgram : Fault::None;
  } else if (!is_missing) {
    fault = Fault::NoRatioSampler;
  }
  judge(kRatio, Purpose::Recording, fault);
}

void Variables::tell(std::uint64_t variable, FaultLine& line) const {
  const auto which = what_of<Word>(variable);
  switch (kind_of(variable)) {
    case Kind::Number:
      line.number = number_in_force(what_of<Number>(variable));
      break;
    case Kind::Word:
      line.used = word_at(words_of(which), 0);
      break;
    case Kind::Exporter: {
      const auto signal = static_cast<Signal>(static_cast<std::size_t>(which) -
                                              static_cast<std::size_t>(Word::TracesExporter) + 1);
      const ExportWay way = in_force_->exports.of(signal).way;
      const bool is_line = way == ExportWay::Lines && signal != Signal::Logs;
      line.used = word_at(kExporters, place_of(is_line ? ExportWay::Log : way));
      break;
    }
    case Kind::Text:
      line.is_headers = what_of<Text>(variable) >= Text::Headers;
      break;
    default:
      break;
  }
  tell_fault(in_force_->handler, line);
}

std::uint32_t Variables::number_in_force(Number which) const {
  ExportSettings& exports = in_force_->exports;
  if (which < Number::MetricInterval) {
    return in_force_->settings.limit(which);
  }
  if (which == Number::MetricInterval) {
    return exports.metric_interval_ms;
  }
  if (which == Number::Timeout) {
    return exports.traces.timeout_ms;
  }
  const std::size_t index =
      static_cast<std::size_t>(which) - static_cast<std::size_t>(Number::TracesTimeout);
  const SignalExport& used = exports.of(static_cast<Signal>(index % kSignalCount + 1));
  return which >= Number::TracesBatchSize ? used.batch_size : used.timeout_ms;
}

}  // namespace afterglow::config
