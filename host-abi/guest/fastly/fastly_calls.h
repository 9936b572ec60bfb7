#pragma once

// Fastly's calls with the port's types: how a status is named, and how a value is read.

#include <afterglow/host.h>

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "fastly_abi.h"

namespace afterglow::fastly {

using Handle = afterglow_fastly_handle;

/// The one place where Fastly's status becomes ours.
host::Status to_status(std::int32_t fastly_status);

/// As `to_status`, for a call that names a backend, store or endpoint: Fastly calls an unknown one
/// an invalid argument or a bad handle.
host::Status to_lookup_status(std::int32_t fastly_status);

/// Announce the version of the ABI this module was built for. Any number of times.
void init();

/// Read `key` of the config store or dictionary `store`. `BufferTooSmall` tells the needed size.
host::ReadResult read_config(std::string_view store, std::string_view key, std::span<char> out);

/// Read `key` of the secret store `store`.
host::ReadResult read_secret(std::string_view store, std::string_view key, std::span<char> out);

/// CPU time this sandbox has used, in milliseconds; 0 where the host does not tell. A handler that
/// is close to its plan's limit may leave a flush out.
std::uint64_t vcpu_ms();

/// A text of at most `Capacity` bytes. What does not fit is left out, and `overflowed` says so.
template <std::size_t Capacity>
class Text {
 public:
  Text& append(std::string_view part) {
    for (const char c : part) {
      if (size_ < Capacity)
        data_[size_++] = c;
      else
        overflowed_ = true;
    }
    return *this;
  }

  Text& append_number(std::uint32_t number) {
    char digits[10];
    std::size_t first = sizeof(digits);
    do {
      digits[--first] = static_cast<char>('0' + number % 10);
      number /= 10;
    } while (number != 0);
    return append({digits + first, sizeof(digits) - first});
  }

  [[nodiscard]] std::string_view view() const { return {data_, size_}; }
  [[nodiscard]] bool overflowed() const { return overflowed_; }

 private:
  char data_[Capacity];
  std::size_t size_ = 0;
  bool overflowed_ = false;
};

}  // namespace afterglow::fastly
