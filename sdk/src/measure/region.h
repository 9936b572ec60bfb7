#pragma once

// The memory of the metric table: lent, of fixed size, given out from the front and never taken
// back one by one. Blocks refer to each other by offset, so that they mean the same in a copy.

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace afterglow::measure {

/// Bytes from the start of the region. 0 is no block.
using Offset = std::uint32_t;

constexpr std::uint32_t aligned(std::uint64_t bytes) {
  return static_cast<std::uint32_t>((bytes + 7) / 8 * 8);
}

class Region {
 public:
  constexpr Region() = default;
  explicit Region(std::span<std::byte> memory) : base_(memory.data()) {
    const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
    const std::size_t skip = (8 - address % 8) % 8;
    if (memory.size() > skip) {
      constexpr std::size_t kMaximum = 0x7FFF'FFF8;
      const std::size_t left = memory.size() - skip;
      base_ += skip;
      size_ = static_cast<std::uint32_t>(left < kMaximum ? left : kMaximum) / 8 * 8;
    }
  }

  /// A block of zero bytes, aligned to eight; 0 when it does not fit beside what is reserved.
  Offset allocate(std::uint64_t bytes) {
    const std::uint64_t rounded = (bytes + 7) / 8 * 8;
    if (rounded > free_bytes()) {
      return 0;
    }
    const Offset offset = used_;
    used_ += static_cast<std::uint32_t>(rounded);
    std::memset(base_ + offset, 0, static_cast<std::size_t>(rounded));
    return offset;
  }

  /// Take back the block that was given out last.
  void give_back(Offset last) { used_ = last; }

  /// Keep bytes for a block that must fit later. False when they are not there.
  bool reserve(std::uint32_t bytes) {
    if (bytes > free_bytes()) {
      return false;
    }
    reserved_ += bytes;
    return true;
  }
  void release_reserve(std::uint32_t bytes) { reserved_ -= bytes; }

  template <class T>
  [[nodiscard]] T* at(Offset offset) const {
    return reinterpret_cast<T*>(base_ + offset);
  }
  [[nodiscard]] Offset offset_of(const void* block) const {
    return static_cast<Offset>(static_cast<const std::byte*>(block) - base_);
  }
  [[nodiscard]] std::uint32_t used_bytes() const { return used_; }
  [[nodiscard]] std::uint32_t size() const { return size_; }
  [[nodiscard]] std::uint32_t free_bytes() const {
    const std::uint64_t taken = std::uint64_t{used_} + reserved_;
    return taken < size_ ? static_cast<std::uint32_t>(size_ - taken) : 0;
  }

 private:
  std::byte* base_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t used_ = 8;  // so that no block is at 0
  std::uint32_t reserved_ = 0;
};

}  // namespace afterglow::measure
