// Random measurements, collections, refusals and restarts, against a reference that keeps every
// measurement in a list and computes from it what a reader must be told.

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>

#include "measure/metering.h"
#include "measure/reference.h"

namespace {

using namespace afterglow;
using namespace afterglow::test;
using measure::Settlement;
using measure::Temporality;
using measure::TemporalityPreference;

class Model {
 public:
  explicit Model(std::uint32_t seed) : random_(seed) {
    constexpr std::uint32_t kLimits[] = {1, 3, 4, 2000};
    options_.temporality = static_cast<TemporalityPreference>(next(3));
    options_.cardinality_limit = kLimits[next(4)];
    options_.seed = seed;
    start();
  }

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      CAPTURE(step);
      switch (next(24)) {
        case 0:
        case 1:
          collect(next(3) == 0);
          break;
        case 2:
          settle(static_cast<std::uint8_t>(1 + next(4)), next(2) == 0);
          break;
        case 3:
          pull();
          break;
        case 4:
          if (next(10) == 0) {
            restart();
          }
          break;
        default:
          record();
      }
    }
    restart();
  }

 private:
  std::uint32_t next(std::uint32_t below) { return static_cast<std::uint32_t>(random_()) % below; }

  void start() {
    options_.start_unix_nano = now_;
    interval_start_ = now_;
    meter_.emplace(256 * 1024, options_);
    streams_.assign(kCount, {});
    for (auto& totals : totals_) {
      totals.clear();
    }
    measure::register_callback(meter_->table, kObserved, observe_counter, this);
    measure::register_callback(meter_->table, kQueue, observe_queue, this);
  }

  static void observe_counter(Observer<std::int64_t>& observer, void* context) {
    for (const auto& [set, value] : static_cast<Model*>(context)->totals_[0]) {
      observer.observe(static_cast<std::int64_t>(value), {{"set", set}});
    }
  }
  static void observe_queue(Observer<double>& observer, void* context) {
    for (const auto& [set, value] : static_cast<Model*>(context)->totals_[1]) {
      observer.observe(value, {{"set", set}});
    }
  }

  [[nodiscard]] bool is_delta(std::size_t i) const {
    return measure::temporality_of(kInstruments[i]->kind(), options_.temporality) ==
           Temporality::Delta;
  }

  RefPoint& point(std::size_t i, int set) {
    RefStream& stream = streams_[i];
    if (std::find(stream.sets.begin(), stream.sets.end(), set) == stream.sets.end()) {
      if (stream.sets.size() + 1 < options_.cardinality_limit) {
        stream.sets.push_back(set);
      } else {
        set = kOverflow;
      }
    }
    const auto [at, is_new] = stream.points.try_emplace(set);
    if (is_new) {
      at->second.start = is_delta(i) ? interval_start_ : options_.start_unix_nano;
    }
    return at->second;
  }

  void record() {
    const std::size_t i = next(kCount);
    const int set = static_cast<int>(next(kSets));
    const bool whole = !kInstruments[i]->is_double();
    const bool grows = kInstruments[i]->kind() == InstrumentKind::Counter ||
                       kInstruments[i]->kind() == InstrumentKind::ObservableCounter;
    double value = static_cast<double>(next(400)) - (grows ? 0 : 100);
    value = whole ? value : value / 8;
    if (kInstruments[i]->is_observable()) {
      totals_[i - kFirstObservable][set] += value;
      return;
    }
    const Attribute forth[] = {{"set", set}, {"fixed", "x"}};
    const Attribute back[] = {{"fixed", "x"}, {"set", set}};
    measure::Number number{};
    if (whole) {
      number.integer = static_cast<std::int64_t>(value);
    } else {
      number.real = value;
    }
    measure::record(meter_->table, *kInstruments[i], number, next(2) == 0 ? forth : back, nullptr);
    RefPoint& into = point(i, set);
    into.live.push_back(value);
    into.all.push_back(value);
  }

  // What the callbacks tell: totals by point, the overflow point being the sum of what it holds.
  void observe() {
    for (const std::size_t i : {kFirstObservable, kFirstObservable + 1}) {
      for (auto& [set, at] : streams_[i].points) {
        at.observed_now = false;
      }
      std::map<RefPoint*, double> told;
      for (const auto& [set, value] : totals_[i - kFirstObservable]) {
        told[&point(i, set)] += value;
      }
      for (const auto& [at, value] : told) {
        at->live.push_back(value - at->last_observed);
        at->all = {value};
        at->last_observed = value;
        at->observed_now = true;
      }
    }
  }

  void tick() {
    now_ = next(4) == 0 ? now_ : now_ + next(1000);  // a clock may stand still
    now_ = std::max(now_, interval_start_ + 1);
  }

  // The instrument and the set a point was told for.
  RefPoint& told_point(const Told& told, std::size_t& i) {
    for (i = 0; kInstruments[i]->name() != told.name; ++i) {
      REQUIRE(i + 1 < kCount);
    }
    int set = kOverflow;
    if (told.attributes != kOverflowJson) {
      const std::string_view marker = R"("intValue":")";
      const std::size_t at = told.attributes.find(marker);
      REQUIRE(at != std::string::npos);
      set = told.attributes[at + marker.size()] - '0';
    }
    REQUIRE(streams_[i].points.count(set) == 1);
    return streams_[i].points[set];
  }

  std::size_t expected_points(bool push) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < kCount; ++i) {
      for (auto& [set, at] : streams_[i].points) {
        const bool is_there =
            !at.all.empty() && (!kInstruments[i]->is_observable() || at.observed_now);
        const bool is_told = push && is_delta(i) ? !at.live.empty() && !at.flight
                                                 : is_there && (push || !is_delta(i));
        count += is_told ? 1U : 0U;
      }
    }
    return count;
  }

  void collect(bool only_some) {
    tick();
    observe();
    const auto batch = static_cast<std::uint8_t>(1 + next(4));
    const std::size_t expected = expected_points(true);
    std::size_t told = 0;
    measure::Collection collection(meter_->table, measure::Reader::Push, now_);
    interval_start_ = now_;
    while (const measure::PointView* view = collection.next()) {
      ++told;
      std::size_t i = 0;
      const Told copy = copy_of(*view);
      RefPoint& at = told_point(copy, i);
      REQUIRE(copy.temporality == (is_delta(i) ? Temporality::Delta : Temporality::Cumulative));
      REQUIRE(copy.time == now_);
      REQUIRE(copy.start == at.start);
      check_value(copy, i, is_delta(i) ? at.live : at.all);
      if (only_some && next(2) == 0) {
        continue;
      }
      collection.take(batch);
      if (is_delta(i)) {
        at.flight = Flight{batch, at.start, at.live};
        at.live.clear();
        at.start = now_;
      }
    }
    REQUIRE(told == expected);
    for (std::size_t i = 0; i < kCount; ++i) {
      for (auto& [set, at] : streams_[i].points) {
        if (is_delta(i) && at.live.empty() && !at.flight) {
          at.start = now_;
        }
      }
    }
  }

  void settle(std::uint8_t batch, bool refused) {
    std::uint32_t expected = 0;
    for (RefStream& stream : streams_) {
      for (auto& [set, at] : stream.points) {
        if (!at.flight || at.flight->batch != batch) {
          continue;
        }
        ++expected;
        if (refused) {
          at.live.insert(at.live.begin(), at.flight->values.begin(), at.flight->values.end());
          at.start = at.flight->start;
        }
        at.flight.reset();
      }
    }
    const measure::Settled settled =
        meter_->settle(refused ? Settlement::Return : Settlement::Forget, batch);
    REQUIRE(settled.points == expected);
    REQUIRE(settled.lost == 0);
  }

  void pull() {
    tick();
    observe();
    const std::size_t expected = expected_points(false);
    const std::vector<Told> all = meter_->pull(now_);
    REQUIRE(all.size() == expected);
    for (const Told& told : all) {
      std::size_t i = 0;
      RefPoint& at = told_point(told, i);
      REQUIRE(told.temporality == Temporality::Cumulative);
      REQUIRE(told.start == options_.start_unix_nano);
      check_value(told, i, at.all);
    }
  }

  // An orderly end: what is in flight comes back, everything is told, and a new instance begins.
  void restart() {
    for (std::uint8_t batch = 1; batch <= 4; ++batch) {
      settle(batch, true);
    }
    collect(false);
    pull();
    REQUIRE(meter_->balanced());
    REQUIRE(meter_->table.counts.all_rejected() == 0);
    start();
  }

  std::mt19937 random_;
  measure::TableOptions options_;
  std::optional<Metering> meter_;
  std::vector<RefStream> streams_;
  std::map<int, double> totals_[2];  // what the observable instruments are asked for
  std::uint64_t now_ = 1000;
  std::uint64_t interval_start_ = 0;
};

TEST_CASE("random operations tell what a list of all measurements tells") {
  for (std::uint32_t seed = 1; seed <= 150; ++seed) {
    CAPTURE(seed);
    Model(seed).run(600);
  }
}

}  // namespace
