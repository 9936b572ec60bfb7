#pragma once

// Lists of `name=value,name=value` with percent-encoding, as OTEL_RESOURCE_ATTRIBUTES and
// OTEL_EXPORTER_OTLP_HEADERS carry them, and what becomes of them: "name\0value\0...".

#include <cstddef>
#include <span>
#include <string_view>

namespace afterglow::config {

/// Decode the list in all of `memory` but its last byte, which is room for a closing NUL. In place:
/// `length` becomes the length of the pairs. False, the memory garbled, when anything is wrong: a
/// member without `=` or name, an escape that is none, a NUL, text that is not UTF-8. Empty
/// members are skipped; white space around names and values is not part of them.
[[nodiscard]] bool decode_pairs(std::span<char> memory, std::size_t& length);

/// Take the next pair off `pairs`. False at the end.
[[nodiscard]] bool next_pair(std::string_view& pairs, std::string_view& name,
                             std::string_view& value);

/// The value of `name` in `pairs`; of several the last. Empty when there is none.
[[nodiscard]] std::string_view find_pair(std::string_view pairs, const std::string_view& name);

/// Whether `pairs` may stand in a request: names are tokens, values hold no control characters.
[[nodiscard]] bool are_headers(const std::string_view& pairs);

}  // namespace afterglow::config
