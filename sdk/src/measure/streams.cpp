#include "measure/streams.h"

#include <new>

namespace afterglow::measure {
namespace {

void count_conflicts(Table& table, const Stream& added) {
  for (Offset offset = table.first_stream; offset != 0;) {
    const auto& other = *table.at<Stream>(offset);
    if (&other != &added && !other.is_dropped &&
        detail::equals_ignoring_case(other.name, added.name)) {
      ++table.counts.name_conflicts;
      return;
    }
    offset = other.next;
  }
}

void choose_aggregation(Stream& stream, const View* view) {
  stream.aggregated = stream.instrument.aggregated();
  stream.format_double = stream.instrument.format_double();
  if (view == nullptr || stream.instrument.is_observable()) {
    return;
  }
  const detail::Aggregated& chosen = view->aggregation.of(stream.instrument.is_double());
  if (chosen.aggregation != nullptr) {
    stream.aggregated = chosen;
    if (view->aggregation.format_double() != nullptr) {
      stream.format_double = view->aggregation.format_double();
    }
  }
}

// A histogram that a view sums up is told as a counter, so it takes no negative values either.
bool is_monotonic(const Stream& stream) {
  switch (stream.instrument.kind()) {
    case InstrumentKind::Counter:
    case InstrumentKind::ObservableCounter:
      return true;
    case InstrumentKind::Histogram:
    case InstrumentKind::ExponentialHistogram:
      return stream.aggregated.aggregation->kind == AggregationKind::Sum;
    default:
      return false;
  }
}

void describe(Stream& stream, const Table& table, const View* view) {
  const Instrument& instrument = stream.instrument;
  stream.view = view;
  choose_aggregation(stream, view);
  stream.is_dropped = view != nullptr && view->drop;
  stream.is_monotonic = is_monotonic(stream);
  stream.keeps_all_keys = view == nullptr || view->attribute_keys.keep_all();
  stream.name = view != nullptr && !view->name.empty() ? view->name : instrument.name();
  stream.description =
      view != nullptr && !view->description.empty() ? view->description : instrument.description();
  stream.temporality = temporality_of(instrument.kind(), table.options.temporality);
  stream.cells = stream.temporality == Temporality::Cumulative ? 1 : 2;
  stream.cell_bytes = stream.aggregated.aggregation->cell_bytes(stream.aggregated.buckets);
  stream.cardinality_limit = view != nullptr && view->cardinality_limit != 0
                                 ? view->cardinality_limit
                                 : table.options.cardinality_limit;
}

// With room for its overflow point, or not at all.
Stream* make_stream(Table& table, const Instrument& instrument, const View* view) {
  const Offset offset = table.region.allocate(sizeof(Stream));
  if (offset == 0) {
    return nullptr;
  }
  auto* stream = new (table.at<std::byte>(offset)) Stream{{}, instrument};
  describe(*stream, table, view);
  if (!table.region.reserve(stream->is_dropped ? 0 : point_bytes(*stream))) {
    table.region.give_back(offset);
    return nullptr;
  }
  return stream;
}

void append_stream(Table& table, Stream& stream) {
  const Offset offset = table.region.offset_of(&stream);
  if (table.last_stream != 0) {
    table.at<Stream>(table.last_stream)->next = offset;
  } else {
    table.first_stream = offset;
  }
  table.last_stream = offset;
  if (!stream.is_dropped) {
    count_conflicts(table, stream);
  }
}

}  // namespace

Temporality temporality_of(InstrumentKind kind, TemporalityPreference preference) {
  switch (kind) {
    case InstrumentKind::UpDownCounter:
    case InstrumentKind::ObservableUpDownCounter:
      return Temporality::Cumulative;
    case InstrumentKind::ObservableCounter:
      return preference == TemporalityPreference::Delta ? Temporality::Delta
                                                        : Temporality::Cumulative;
    default:
      return preference == TemporalityPreference::Cumulative ? Temporality::Cumulative
                                                             : Temporality::Delta;
  }
}

bool holds_doubles(const Stream& stream) {
  return stream.instrument.is_double() || stream.aggregated.aggregation->takes_doubles;
}

Observed& observed_of(const Stream& stream, Point& point) {
  return *reinterpret_cast<Observed*>(cells_of(point) + stream.cells * stream.cell_bytes);
}

std::uint32_t point_bytes(const Stream& stream) {
  return static_cast<std::uint32_t>(sizeof(Point)) + stream.cells * stream.cell_bytes +
         (stream.instrument.is_observable() ? aligned(sizeof(Observed)) : 0);
}

bool index_has_room(const Table& table) {
  return table.indexed < table.index.size() / 8 * 7;
}

void add_to_index(Table& table, std::uint32_t hash, Offset offset) {
  const auto mask = static_cast<std::uint32_t>(table.index.size()) - 1;
  std::uint32_t slot = hash & mask;
  while (table.index[slot] != 0) {
    slot = (slot + 1) & mask;
  }
  table.index[slot] = offset;
  ++table.indexed;
}

Stream* streams_of(Table& table, const Instrument& instrument) {
  Stream* const found = find_streams(table, instrument);
  return found != nullptr ? found : make_streams(table, instrument);
}

Stream* make_streams(Table& table, const Instrument& instrument) {
  if (table.index.empty() || !index_has_room(table)) {
    return nullptr;
  }
  Stream* first = nullptr;
  Stream* last = nullptr;
  std::size_t count = 0;
  const auto add = [&](const View* view) {
    Stream* stream = make_stream(table, instrument, view);
    if (stream == nullptr) {
      table.counts.lost_streams += view != nullptr ? 1 : 0;
      return;
    }
    append_stream(table, *stream);
    if (last != nullptr) {
      last->next_of_instrument = table.region.offset_of(stream);
    }
    first = first != nullptr ? first : stream;
    last = stream;
  };
  for (const View& view : table.options.views) {
    if (!view.matches(instrument.name())) {
      continue;
    }
    if (count++ < kMaxStreams) {
      add(&view);
    } else {
      ++table.counts.ignored_views;
    }
  }
  if (count == 0) {
    add(nullptr);
  }
  if (first != nullptr) {
    first->hash = hash_of_streams(instrument);
    add_to_index(table, first->hash, table.region.offset_of(first));
  }
  return first;
}

}  // namespace afterglow::measure
