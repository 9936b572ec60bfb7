#pragma once

// All the memory the SDK will ever use, lent by the program:
//
//   constinit afterglow::Buffer<64 * 1024> memory;
//
// It is carved once, by `memory_layout`: the instance's own state, a table of pages, the pages that
// hold records, the rendered resource, and the outbox that holds an encoded request. Nothing else
// is ever allocated. How much is enough: a span with five attributes and one event takes about
// 350 bytes of pages, every local trace at least one page, and the outbox (half the buffer) should
// hold what one flush sends (about 700 bytes a span), or the flush is split into several requests.

#include <cstddef>
#include <cstdint>
#include <span>

namespace afterglow {

/// Sizes in bytes, offsets from the start of the (16-byte aligned) memory.
struct MemoryLayout {
  std::size_t instance_bytes = 0;
  std::size_t bitmap_offset = 0;
  std::size_t table_offset = 0;
  std::size_t pages_offset = 0;
  std::size_t page_count = 0;
  std::size_t resource_offset = 0;
  std::size_t resource_bytes = 0;
  std::size_t outbox_offset = 0;
  std::size_t outbox_bytes = 0;
  bool usable = false;  ///< False when the memory is below `kMinimumBufferBytes`.
};

inline constexpr std::size_t kPageBytes = 1024;
inline constexpr std::size_t kMinimumBufferBytes = 8 * 1024;
inline constexpr std::size_t kMaximumPages = 65'000;

/// How `bytes` of memory are divided. A constant expression, so it can be printed or asserted.
constexpr MemoryLayout memory_layout(std::size_t bytes) {
  constexpr std::size_t kInstanceBytes = 2048;
  constexpr std::size_t kTableEntryBytes = 6;
  const auto round_up = [](std::size_t value) { return (value + 15) / 16 * 16; };
  MemoryLayout layout;
  bytes = bytes / 16 * 16;
  if (bytes < kMinimumBufferBytes) {
    return layout;
  }
  layout.usable = true;
  layout.instance_bytes = kInstanceBytes;
  layout.outbox_bytes = bytes / 2 / 16 * 16;
  const std::size_t resource = bytes / 32 / 16 * 16;
  layout.resource_bytes = resource < 512 ? 512 : (resource > 4096 ? 4096 : resource);
  const std::size_t left =
      bytes - layout.outbox_bytes - layout.resource_bytes - layout.instance_bytes - 64;
  layout.page_count = left * 8 / (kPageBytes * 8 + kTableEntryBytes * 8 + 1);
  if (layout.page_count > kMaximumPages) {
    layout.page_count = kMaximumPages;
  }
  layout.bitmap_offset = layout.instance_bytes;
  layout.table_offset = layout.bitmap_offset + round_up((layout.page_count + 31) / 32 * 4);
  layout.pages_offset = layout.table_offset + round_up(layout.page_count * kTableEntryBytes);
  layout.resource_offset = layout.pages_offset + layout.page_count * kPageBytes;
  layout.outbox_offset = layout.resource_offset + layout.resource_bytes;
  layout.outbox_bytes = bytes - layout.outbox_offset;
  return layout;
}

/// `Bytes` of memory to lend to one `Telemetry`. Declare it `constinit` at namespace scope: it is
/// all zero, so it takes no room in the module. At least `kMinimumBufferBytes`.
template <std::size_t Bytes>
class Buffer {
 public:
  static_assert(Bytes >= kMinimumBufferBytes, "an afterglow::Buffer needs at least 8 KiB");
  static constexpr MemoryLayout kLayout = memory_layout(Bytes);

  [[nodiscard]] constexpr std::byte* data() { return bytes_; }
  [[nodiscard]] static constexpr std::size_t size() { return Bytes; }

 private:
  alignas(16) std::byte bytes_[Bytes]{};
};

/// Keeps a value at namespace scope without ever destroying it. A plain `Span` there would register
/// an exit handler, which links an allocator; a span kept between the steps of a handler lives in a
/// `Forever<Span>`.
template <class T>
union Forever {
  constexpr Forever() : value() {}
  constexpr ~Forever() {}  // NOLINT(modernize-use-equals-default): deleted if defaulted
  Forever(const Forever&) = delete;
  Forever& operator=(const Forever&) = delete;

  constexpr T& operator*() { return value; }
  constexpr T* operator->() { return &value; }

  T value;
};

}  // namespace afterglow
