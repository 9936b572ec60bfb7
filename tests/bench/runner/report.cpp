#include "report.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdio>
#include <fstream>
#include <stdexcept>

namespace afterglow::bench {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

void write(Writer& json, const char* key, const std::string& value) {
  json.Key(key);
  json.String(value.c_str());
}

void write(Writer& json, const char* key, std::optional<double> value) {
  json.Key(key);
  if (value) {
    json.Double(*value);
  } else {
    json.Null();
  }
}

void write_row(Writer& json, const Line& line, const char* clock, const char* unit, double value,
               const TimingWithFloor* timing) {
  const bool has_floor = timing != nullptr && timing->floor && timing->floor->median_ns > 0;
  json.StartObject();
  write(json, "scenario", line.scenario);
  write(json, "target", line.target);
  write(json, "clock", std::string(clock));
  write(json, "optimisation", line.optimisation);
  write(json, "value", value);
  write(json, "unit", std::string(unit));
  write(json, "spread", timing == nullptr ? 0 : timing->scenario.spread_ns);
  write(json, "floor", has_floor ? std::optional(timing->floor->median_ns) : std::nullopt);
  write(json, "ratio", has_floor ? std::optional(value / timing->floor->median_ns) : std::nullopt);
  json.EndObject();
}

void write_counts(Writer& json, const Line& line) {
  const Counts& counts = *line.counts;
  const auto write_count = [&](const char* unit, std::uint64_t count) {
    write_row(json, line, "fake", unit, static_cast<double>(count), nullptr);
  };
  write_count("fuel", counts.fuel);
  write_count("buffer_bytes", counts.buffer_bytes);
  write_count("body_bytes", counts.body_bytes);
  write_count("host_calls", counts.host_calls);
  write_count("allocations", counts.allocations);
  write_count("dirty_pages", counts.dirty_pages);
}

void write_timing(Writer& json, const Line& line, const char* clock,
                  const TimingWithFloor& timing) {
  write_row(json, line, clock, "ns", timing.scenario.median_ns, &timing);
}

}  // namespace

std::vector<Line> measure(Subject& subject, const Patience& patience) {
  std::vector<Line> lines;
  for (const ScenarioInfo& scenario : subject.scenarios()) {
    std::fprintf(stderr, "bench: %s %s %s\n", subject.target().c_str(),
                 subject.optimisation().c_str(), scenario.name.c_str());
    Line line{.scenario = scenario.name,
              .target = subject.target(),
              .optimisation = subject.optimisation(),
              .counts = {},
              .fake_host = time(subject, scenario, Host::Fake, patience),
              .real_host = {}};
    if (asks_host(subject, scenario)) {
      line.real_host = time(subject, scenario, Host::Real, patience);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

std::string to_json(const std::vector<Line>& lines) {
  rapidjson::StringBuffer text;
  Writer json(text);
  json.SetMaxDecimalPlaces(3);
  json.StartArray();
  for (const Line& line : lines) {
    if (line.counts) {
      write_counts(json, line);
    }
    if (line.fake_host) {
      write_timing(json, line, "fake", *line.fake_host);
    }
    if (line.real_host) {
      write_timing(json, line, "real", *line.real_host);
    }
  }
  json.EndArray();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

void write_json(const std::string& path, const std::vector<Line>& lines) {
  if (path.empty()) {
    std::fputs(to_json(lines).c_str(), stdout);
    return;
  }
  std::ofstream file(path);
  file << to_json(lines);
  if (!file.flush()) {
    throw std::runtime_error("cannot write " + path);
  }
}

}  // namespace afterglow::bench
