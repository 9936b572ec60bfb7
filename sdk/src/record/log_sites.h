#pragma once

// Counts log records by their place in the code, so that a storm from one place leaves room for the
// others. A few places at a time: one that finds no entry is not limited.

#include <cstddef>
#include <cstdint>

namespace afterglow::record {

class LogSites {
 public:
  /// Count one record of the place `key` (not 0). False when it is beyond `limit`.
  bool admit(std::uint32_t key, std::uint32_t limit) {
    for (std::size_t i = 0; i < kPlaces; ++i) {
      Place& place = places_[(key + i) % kPlaces];
      if (place.key == 0) {
        place.key = key;
      }
      if (place.key == key) {
        place.count += place.count <= limit ? 1U : 0U;
        return place.count <= limit;
      }
    }
    return true;
  }

  /// Begin to count anew.
  void forget() { *this = LogSites(); }

 private:
  static constexpr std::size_t kPlaces = 16;
  struct Place {
    std::uint32_t key = 0;
    std::uint32_t count = 0;
  };
  Place places_[kPlaces];
};

}  // namespace afterglow::record
