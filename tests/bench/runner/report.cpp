#include "report.h"

#include <rapidjson/prettywriter.h>
#include <rapidjson/stringbuffer.h>

#include <cstdio>

namespace afterglow::bench {
namespace {

using Writer = rapidjson::PrettyWriter<rapidjson::StringBuffer>;

double ratio(const TimingWithFloor& timing) {
  return timing.scenario.median_ns / timing.floor->median_ns;
}

std::string bytes_of(const Counts& counts) {
  if (counts.body_bytes != 0) {
    return std::to_string(counts.body_bytes);
  }
  return counts.buffer_bytes != 0 ? std::to_string(counts.buffer_bytes) : "-";
}

void print_timing(const TimingWithFloor& timing) {
  std::printf("  %8.1f ± %-6.1f", timing.scenario.median_ns, timing.scenario.spread_ns);
  if (timing.floor) {
    std::printf(" %7.1f %6.1fx", timing.floor->median_ns, ratio(timing));
  } else {
    std::printf(" %7s %7s", "-", "-");
  }
}

struct Row {
  const char* unit;
  const char* clock;
  double value;
  const TimingWithFloor* timing = nullptr;
};

void write(Writer& json, const char* key, const std::string& value) {
  json.Key(key);
  json.String(value.c_str());
}

void write(Writer& json, const char* key, bool known, double value) {
  json.Key(key);
  if (known) {
    json.Double(value);
  } else {
    json.Null();
  }
}

void write_row(Writer& json, const Line& line, const std::string& target, const Row& row) {
  const bool has_floor = row.timing != nullptr && row.timing->floor.has_value();
  json.StartObject();
  write(json, "scenario", line.scenario.name);
  write(json, "target", target);
  write(json, "clock", row.clock);
  write(json, "optimisation", line.optimisation);
  write(json, "value", true, row.value);
  write(json, "unit", row.unit);
  write(json, "spread", row.timing != nullptr,
        row.timing != nullptr ? row.timing->scenario.spread_ns : 0);
  write(json, "floor", has_floor, has_floor ? row.timing->floor->median_ns : 0);
  write(json, "ratio", has_floor, has_floor ? ratio(*row.timing) : 0);
  json.EndObject();
}

}  // namespace

void print_table(const std::vector<Line>& lines) {
  std::printf("%46s  %-33s  %s\n", "", "scripted clock", "WASI clock");
  std::printf("%-26s %-5s %6s %6s", "scenario", "build", "fuel", "bytes");
  for (int clock = 0; clock < 2; ++clock) {
    std::printf("  %8s ± %-6s %7s %7s", "ns", "", "floor", "ratio");
  }
  std::printf("  floor is\n");
  for (const Line& line : lines) {
    std::printf("%-26s %-5s %6llu %6s", line.scenario.name.c_str(), line.optimisation.c_str(),
                static_cast<unsigned long long>(line.counts.fuel), bytes_of(line.counts).c_str());
    print_timing(line.scripted_clock);
    print_timing(line.wasi_clock);
    std::printf("  %s\n", line.scenario.floor.empty() ? "-" : line.scenario.floor.c_str());
  }
}

std::string to_json(const std::vector<Line>& lines, const std::string& target) {
  rapidjson::StringBuffer text;
  Writer json(text);
  json.SetMaxDecimalPlaces(2);
  json.StartArray();
  for (const Line& line : lines) {
    const auto& [fuel, buffer_bytes, body_bytes] = line.counts;
    write_row(json, line, target, {"fuel", "scripted", static_cast<double>(fuel)});
    if (buffer_bytes != 0) {
      write_row(json, line, target,
                {"buffer_bytes", "scripted", static_cast<double>(buffer_bytes)});
    }
    if (body_bytes != 0) {
      write_row(json, line, target, {"body_bytes", "scripted", static_cast<double>(body_bytes)});
    }
    write_row(json, line, target,
              {"ns", "scripted", line.scripted_clock.scenario.median_ns, &line.scripted_clock});
    write_row(json, line, target,
              {"ns", "wasi", line.wasi_clock.scenario.median_ns, &line.wasi_clock});
  }
  json.EndArray();
  return std::string(text.GetString(), text.GetSize()) + "\n";
}

}  // namespace afterglow::bench
