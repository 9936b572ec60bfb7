#include "measure/exemplars.h"

#include "measure/table.h"

namespace afterglow::measure {
namespace {

std::uint64_t next_random(std::uint64_t& state) {  // SplitMix64
  state += 0x9E37'79B9'7F4A'7C15;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xBF58'476D'1CE4'E5B9;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94D0'49BB'1331'11EB;
  return mixed ^ (mixed >> 31U);
}

void free_exemplar(Table& table, Offset offset) {
  table.at<Exemplar>(offset)->next = table.exemplars.first_free;
  table.exemplars.first_free = offset;
}

Exemplar* find(const Table& table, Offset first, std::uint32_t place) {
  for (Offset offset = first; offset != 0; offset = table.at<Exemplar>(offset)->next) {
    if (table.at<Exemplar>(offset)->place == place) {
      return table.at<Exemplar>(offset);
    }
  }
  return nullptr;
}

Exemplar* make(Table& table, Offset& list, std::uint32_t place) {
  const Offset offset = table.exemplars.first_free;
  if (offset == 0) {
    return nullptr;
  }
  auto* exemplar = table.at<Exemplar>(offset);
  table.exemplars.first_free = exemplar->next;
  exemplar->next = list;
  exemplar->place = place;
  list = offset;
  return exemplar;
}

constexpr std::uint32_t kNoPlace = 0xFFFF'FFFF;
constexpr std::uint16_t kMaxOffered = 0xFFFF;  // from then on the latest are preferred a little

std::uint32_t place_of(Table& table, const Stream& stream, Point& point, Number value) {
  if (stream.aggregated.aggregation->kind == AggregationKind::ExplicitBuckets) {
    std::uint32_t bucket = 0;
    for (const double bound : stream.aggregated.buckets.bounds) {
      bucket += bound < value.real ? 1 : 0;
    }
    return bucket;
  }
  const std::uint32_t size = table.options.exemplars_per_point;
  const std::uint32_t seen = point.offered;
  point.offered += seen == kMaxOffered ? 0 : 1;
  if (seen < size) {
    return seen;
  }
  const auto chosen =
      static_cast<std::uint32_t>(next_random(table.exemplars.random) % (std::uint64_t{seen} + 1));
  return chosen < size ? chosen : kNoPlace;
}

}  // namespace

void set_up_exemplars(Table& table) {
  table.exemplars = {.random = table.options.seed};
  for (std::uint16_t i = 0; i < table.options.exemplar_slots; ++i) {
    const Offset offset = table.region.allocate(sizeof(Exemplar));
    if (offset == 0) {
      return;
    }
    free_exemplar(table, offset);
  }
}

void offer_exemplar(Table& table, const Stream& stream, Point& point, Number value,
                    const ExemplarSource& source) {
  const std::uint32_t place = place_of(table, stream, point, value);
  if (place == kNoPlace) {
    return;
  }
  Exemplar* exemplar = find(table, point.live_exemplars, place);
  if (exemplar == nullptr) {
    exemplar = make(table, point.live_exemplars, place);
  }
  if (exemplar == nullptr) {
    return;
  }
  table.write_exemplars = source.write;
  exemplar->value = value;
  exemplar->trace_id = source.trace_id;
  exemplar->span_id = source.span_id;
  exemplar->unix_nano = source.now_unix_nano(source.context);
}

void take_exemplars(Point& point) {
  point.flight_exemplars = point.live_exemplars;
  point.live_exemplars = 0;
  point.offered = 0;
}

void free_flight_exemplars(Table& table, Point& point) {
  while (point.flight_exemplars != 0) {
    const Offset offset = point.flight_exemplars;
    point.flight_exemplars = table.at<Exemplar>(offset)->next;
    free_exemplar(table, offset);
  }
}

void return_exemplars(Table& table, Point& point) {
  while (point.flight_exemplars != 0) {
    const Offset offset = point.flight_exemplars;
    auto* exemplar = table.at<Exemplar>(offset);
    point.flight_exemplars = exemplar->next;
    if (find(table, point.live_exemplars, exemplar->place) != nullptr) {
      free_exemplar(table, offset);
      continue;
    }
    exemplar->next = point.live_exemplars;
    point.live_exemplars = offset;
  }
}

}  // namespace afterglow::measure
