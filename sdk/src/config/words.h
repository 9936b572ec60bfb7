#pragma once

// How the words of OTEL_* values are read, as the specification says ("Environment Variable
// Specification", parsing): pure functions on text that may hold anything.

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace afterglow::config {

/// Take white space off either end of `text`.
void trim(std::string_view& text);

/// Which member of a comma list of lower-case words `text` is, whatever the case of its letters;
/// `kNoPlace` when it is none of them. Counts from 0.
inline constexpr std::uint8_t kNoPlace = 0xFF;
[[nodiscard]] std::uint8_t place_of(const std::string_view& text, const char* list);

/// The member of a comma list at that place, which it has.
[[nodiscard]] std::string_view word_at(const char* list, unsigned place);

/// Decimal digits and nothing else, up to 4,294,967,295. False leaves `number` as it was.
[[nodiscard]] bool parse_number(std::string_view text, std::uint32_t& number);

/// A decimal fraction from 0 to 1, such as "0.25", "1" or "1e-3". False leaves `ratio` as it was.
/// Up to 15 digits and 22 places give exactly what a compiler would read.
[[nodiscard]] bool parse_ratio(std::string_view text, double& ratio);

/// Take the next member off a comma list, trimmed. Members may be empty. False at the end, when
/// `list` has no data left; a list that is empty to begin with has no member.
[[nodiscard]] bool next_member(std::string_view& list, std::string_view& member);

}  // namespace afterglow::config
