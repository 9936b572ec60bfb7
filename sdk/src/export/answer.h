#pragma once

// What a collector's answer says: OTLP's partial success, read in place. Answers
// come from outside, so anything may be in them; what cannot be understood says nothing.

#include <cstdint>
#include <span>

namespace afterglow::exporter {

struct PartialSuccess {
  std::uint64_t rejected = 0;
  bool has_message = false;  ///< With `rejected` 0 it is a warning.
};

/// Read the body of a 2xx answer. `body` is overwritten while it is read.
PartialSuccess read_partial_success(std::span<char> body);

}  // namespace afterglow::exporter
