#pragma once

// The `tracestate` header of W3C Trace Context Level 2: what each tracing system on the way wants
// to be told again, as a list of `key=value` members, the newest first.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// What every participant must be able to pass on; we pass on this much and no more.
inline constexpr std::size_t kTracestateCapacity = 512;
/// A list with more members is invalid as a whole.
inline constexpr std::size_t kTracestateMaxMembers = 32;

/// Collects the members of one or several header lines, in order, into memory lent by the caller.
///
/// A single invalid member, or one too many, discards everything, for good: a list we do not
/// understand is not passed on in parts. What is valid but does not fit is dropped in whole
/// members: those longer than 128 characters first, then the others, each time from the end.
/// The work is linear in the input, and ends at the first invalid member.
class TracestateCollector {
 public:
  /// `memory` outlives the collector and the text; its size is the capacity. Lend at least
  /// `kTracestateCapacity` bytes: with less, members are dropped that must be passed on.
  explicit constexpr TracestateCollector(std::span<char> memory) : memory_(memory) {}

  /// Add the members of one header line.
  void add_line(std::string_view line) { add_line(line.data(), line.size()); }

  /// `k=v,k2=v2` without white space around members and without empty ones; empty when discarded.
  [[nodiscard]] constexpr std::string_view text() const { return {memory_.data(), length_}; }
  /// Something invalid was seen, and nothing is kept.
  [[nodiscard]] constexpr bool discarded() const { return discarded_; }
  /// Valid members were dropped because they did not fit.
  [[nodiscard]] constexpr bool truncated() const { return large_closed_ || closed_; }

 private:
  void add_line(const char* line, std::size_t size);
  void keep(const char* member, std::size_t size);
  [[nodiscard]] bool try_append(const char* text, std::size_t size);
  [[nodiscard]] bool drop_last_large();

  std::span<char> memory_;
  std::size_t length_ = 0;
  std::uint32_t members_seen_ = 0;
  bool large_closed_ = false;  ///< A large member was dropped, so later large ones are too.
  bool closed_ = false;        ///< A small member was dropped, so all later ones are too.
  bool discarded_ = false;
};

/// Set one member of `tracestate` and write the new list to `out`; returns its length in bytes.
///
/// The member goes first, the others keep their order, and an older member of the same key goes.
/// A full list loses its last member. The size rule is the collector's, `out` being the capacity;
/// a member longer than 128 characters can therefore be dropped in favour of shorter ones.
/// With an invalid key or value the list stays as it is; an invalid list counts as empty.
/// `out` and the inputs must not overlap.
std::size_t set_member(std::string_view tracestate, std::string_view key, std::string_view value,
                       std::span<char> out);

/// Write `tracestate` without the members of `key` to `out`; returns the new length. The rules are
/// those of `set_member`.
std::size_t remove_member(std::string_view tracestate, std::string_view key, std::span<char> out);

/// The value of the first member of `key`, empty where there is none. A view into `tracestate`,
/// which must be valid: a collector's text.
[[nodiscard]] std::string_view find_member(std::string_view tracestate, std::string_view key);

}  // namespace afterglow::context
