#pragma once

// A module's memory as the host sees it during one import call. Every (pointer, length) of the
// module goes through here: 64-bit arithmetic, so that no sum wraps, and memcpy, so that no address
// needs to be aligned.

#include <bit>
#include <cstdint>
#include <cstring>
#include <optional>
#include <span>
#include <string_view>

namespace afterglow::embed {

class GuestMemory {
 public:
  explicit GuestMemory(std::span<std::uint8_t> bytes) : bytes_(bytes) {}

  /// `length` bytes at `pointer`; nothing when they leave the memory. A length of 0 fits anywhere.
  [[nodiscard]] std::optional<std::span<std::uint8_t>> range(std::uint32_t pointer,
                                                             std::uint32_t length) const {
    if (length == 0)
      return std::span<std::uint8_t>{};
    if (std::uint64_t{pointer} + length > bytes_.size())
      return std::nullopt;
    return bytes_.subspan(pointer, length);
  }

  [[nodiscard]] std::optional<std::string_view> text(std::uint32_t pointer,
                                                     std::uint32_t length) const {
    const auto bytes = range(pointer, length);
    if (!bytes)
      return std::nullopt;
    return std::string_view(reinterpret_cast<const char*>(bytes->data()), bytes->size());
  }

  [[nodiscard]] std::optional<std::uint32_t> load_u32(std::uint32_t pointer) const {
    const auto bytes = range(pointer, sizeof(std::uint32_t));
    if (!bytes)
      return std::nullopt;
    std::uint32_t value = 0;
    std::memcpy(&value, bytes->data(), sizeof(value));
    return value;
  }

 private:
  std::span<std::uint8_t> bytes_;
};

static_assert(std::endian::native == std::endian::little, "WebAssembly memory is little endian");

}  // namespace afterglow::embed
