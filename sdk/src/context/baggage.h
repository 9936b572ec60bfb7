#pragma once

// The `baggage` header of W3C Baggage: what an application wants to be told again further on, as a
// list of members `key=value;property;property=value`.
//
// It travels verbatim: values and properties stay percent-encoded as they came, unknown properties
// included, members of one key too. Only optional white space, empty members and members that
// break the grammar go. A '%' without two hexadecimal digits behind it is within the grammar: it
// stays, on the wire and when a value is decoded.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

namespace afterglow::context {

/// Bytes that every participant must be able to pass on; we pass on this much and no more. There is
/// no limit on the number of members.
inline constexpr std::size_t kBaggageCapacity = 8192;

/// Collects the members of one or several header lines, in order, into memory lent by the caller.
///
/// An invalid member is ignored alone. Once a valid member does not fit, it and all later ones are
/// dropped, so that what is kept is a beginning of the list. The work is linear in the input.
class BaggageCollector {
 public:
  /// `memory` outlives the collector and the text. Its size is the capacity, up to
  /// `kBaggageCapacity`: with less, members are dropped that must be passed on. Bytes behind the
  /// text are scratch.
  explicit constexpr BaggageCollector(std::span<char> memory)
      : memory_(memory.first(memory.size() < kBaggageCapacity ? memory.size() : kBaggageCapacity)) {
  }

  /// Add the members of one header line.
  void add_line(std::string_view line);

  /// `k=v;p,k2=v2` without white space and without empty members: "collected text" below.
  [[nodiscard]] constexpr std::string_view text() const { return {memory_.data(), length_}; }
  /// Members that were ignored because they break the grammar.
  [[nodiscard]] constexpr std::uint32_t invalid() const { return invalid_; }
  /// Valid members that were dropped because they did not fit.
  [[nodiscard]] constexpr std::uint32_t dropped() const { return dropped_; }

 private:
  void add_member(std::string_view member);

  std::span<char> memory_;
  std::size_t length_ = 0;
  std::uint32_t invalid_ = 0;
  std::uint32_t dropped_ = 0;
};

/// One member, each part as it is on the wire. Views into the text it was taken from.
struct BaggageMember {
  std::string_view key;
  std::string_view value;       ///< Percent-encoded: see `decode_value`.
  std::string_view properties;  ///< What follows the first ';'; may be empty.
};

/// Take the first member of `rest`, which is collected text or what an earlier call left of it.
/// False at the end.
[[nodiscard]] bool next_member(std::string_view& rest, BaggageMember& out);

/// Find the last member of `key` in collected text: of duplicates, the one added last counts. False
/// when there is none, and `out` is as it was.
[[nodiscard]] bool find_member(std::string_view text, std::string_view key, BaggageMember& out);

/// Whether `key` can be the key of a member: a token of RFC 7230, section 3.2.6.
[[nodiscard]] bool is_baggage_key(std::string_view key);

/// Bytes of `value` percent-encoded.
[[nodiscard]] std::size_t encoded_length(std::string_view value);

/// Percent-decode the value of a member into `out`; what is not valid UTF-8 becomes U+FFFD. Returns
/// the length of the whole result; a result longer than `out` is cut there, between code points.
std::size_t decode_value(std::string_view encoded, std::span<char> out);

/// Remove all members of `key` from the collected text at the beginning of `text`, in place.
/// Returns its new length.
[[nodiscard]] std::size_t remove_member(std::span<char> text, std::size_t length,
                                        std::string_view key);

/// Append `key=value;properties` to the collected text at the beginning of `text`. `value` is plain
/// text and is percent-encoded; `properties` is as on the wire, or empty. Returns the new length. 0
/// when key or properties are invalid, or when it does not fit in `text` or `kBaggageCapacity`:
/// then the collected text is as it was. Bytes behind the text are scratch, and no input lies
/// there.
[[nodiscard]] std::size_t append_member(std::span<char> text, std::size_t length,
                                        std::string_view key, std::string_view value,
                                        std::string_view properties);

}  // namespace afterglow::context
