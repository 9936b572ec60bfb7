#pragma once

// Collecting: from the table to what is exported, and what became of it.
//
//   Collection collection(table, Reader::Push, now);
//   while (const PointView* point = collection.next()) {
//     if (!document.add(*point)) { … close, send, begin another … }
//     collection.take(batch);
//   }
//   …
//   settle(table, batch, Settlement::Return);   // definitely not accepted: merged into the next
//
// A delta that is taken is in flight until its batch is settled. What is recorded meanwhile goes to
// the other cell of the point, and the point is not collected again before. So intervals neither
// overlap nor leave gaps: each begins where the last one that was taken ended. Points that are not
// taken stay as they are. Cumulative points are told each time; nothing of them is in flight.
//
// The push reader follows the table's temporality. The pull reader is told what is cumulative, and
// takes nothing.

#include <cstdint>

#include "measure/table.h"

namespace afterglow::measure {

enum class Reader : std::uint8_t { Push, Pull };

/// A point as it is told. Valid until something is recorded.
struct PointView {
  const Table* table = nullptr;
  const Stream* stream = nullptr;
  const Point* point = nullptr;
  const void* cell = nullptr;
  Temporality temporality = Temporality::Delta;
  std::uint64_t start_unix_nano = 0;
  std::uint64_t unix_nano = 0;
  Offset exemplars = 0;  // the first; they follow each other by `next`
};

class Collection {
 public:
  /// Runs the callbacks of observable instruments. A time that is not after the end of the last
  /// interval is moved there by a nanosecond: intervals are never empty.
  Collection(Table& table, Reader reader, std::uint64_t now_unix_nano);

  /// Go on pulling behind the point that `told()` named. Runs no callbacks.
  Collection(Table& table, Offset told, std::uint64_t now_unix_nano);

  /// Names the point that `next` gave last; it stays where it is as long as the table lives.
  [[nodiscard]] Offset told() const { return table_.region.offset_of(point_); }

  /// The next point that has something to tell, stream by stream; null at the end.
  const PointView* next();

  /// Put the point that `next` gave in flight, as part of a batch from 1 to 255.
  void take(std::uint8_t batch);

 private:
  bool advance();
  bool look_at(const Stream& stream, Point& point);

  Table& table_;
  Reader reader_;
  std::uint64_t now_;
  Stream* stream_ = nullptr;
  Point* point_ = nullptr;
  PointView view_;
};

/// What becomes of a batch.
enum class Settlement : std::uint8_t {
  Forget,  ///< Accepted, partly accepted, or of unknown outcome and given up.
  Return,  ///< Definitely not accepted: merged into what is live, with the earlier start.
};

struct Settled {
  std::uint32_t points = 0;  ///< Deltas that were in flight.
  std::uint32_t lost = 0;    ///< Of these: not merged, since their count would not fit.
};
Settled settle(Table& table, std::uint8_t batch, Settlement settlement);

}  // namespace afterglow::measure
