// How a buffer is divided: regions inside it, aligned, in order, not overlapping, for every size.

#include <afterglow/buffer.h>
#include <doctest/doctest.h>

#include <cstdint>

namespace {

using afterglow::kMaximumPages;
using afterglow::kMinimumBufferBytes;
using afterglow::memory_layout;
using afterglow::MemoryLayout;

bool is_sound(std::size_t bytes) {
  const MemoryLayout layout = memory_layout(bytes);
  const std::size_t bitmap_bytes = (layout.page_count + 31) / 32 * 4;
  const std::size_t table_bytes = layout.page_count * 6;
  const bool in_order = layout.bitmap_offset >= layout.instance_bytes &&
                        layout.table_offset >= layout.bitmap_offset + bitmap_bytes &&
                        layout.pages_offset >= layout.table_offset + table_bytes &&
                        layout.resource_offset >= layout.pages_offset + layout.page_count * 1024 &&
                        layout.outbox_offset >= layout.resource_offset + layout.resource_bytes &&
                        layout.outbox_offset + layout.outbox_bytes <= bytes;
  const bool aligned = layout.bitmap_offset % 16 == 0 && layout.table_offset % 16 == 0 &&
                       layout.pages_offset % 16 == 0 && layout.resource_offset % 16 == 0 &&
                       layout.outbox_offset % 16 == 0;
  const bool enough = layout.page_count >= 1 && layout.page_count <= kMaximumPages &&
                      layout.resource_bytes >= 512 && layout.outbox_bytes >= 4096 - 16;
  return layout.usable && in_order && aligned && enough;
}

TEST_CASE("below the minimum nothing is laid out") {
  for (const std::size_t bytes : {std::size_t{0}, std::size_t{1}, std::size_t{15},
                                  std::size_t{4096}, kMinimumBufferBytes - 1}) {
    const MemoryLayout layout = memory_layout(bytes);
    CHECK_FALSE(layout.usable);
    CHECK(layout.page_count == 0);
    CHECK(layout.outbox_bytes == 0);
  }
}

TEST_CASE("from the minimum on, every size is divided soundly") {
  for (std::size_t bytes = kMinimumBufferBytes; bytes < 300'000; ++bytes) {
    REQUIRE_MESSAGE(is_sound(bytes), bytes);
  }
  for (std::size_t bytes = 300'000; bytes < 200'000'000; bytes += bytes / 1000 + 7) {
    REQUIRE_MESSAGE(is_sound(bytes), bytes);
  }
}

TEST_CASE("exact numbers of the usual sizes") {
  constexpr MemoryLayout kSmallest = memory_layout(8 * 1024);
  static_assert(kSmallest.page_count == 1 && kSmallest.resource_bytes == 512);
  constexpr MemoryLayout kUsual = memory_layout(64 * 1024);
  static_assert(kUsual.instance_bytes == 2048 && kUsual.bitmap_offset == 2048);
  static_assert(kUsual.page_count == 27 && kUsual.resource_bytes == 2048);
  CHECK(kUsual.table_offset == 2064);
  CHECK(kUsual.pages_offset == 2064 + 176);
  CHECK(kUsual.resource_offset == 2240 + 27 * 1024);
  CHECK(kUsual.outbox_offset == 2240 + 27 * 1024 + 2048);
  CHECK(kUsual.outbox_bytes == 65536 - kUsual.outbox_offset);
}

TEST_CASE("page numbers never reach the one that means none") {
  const MemoryLayout layout = memory_layout(std::size_t{1} << 30U);
  CHECK(layout.page_count == kMaximumPages);
  CHECK(layout.page_count < 0xFFFF);
  CHECK(layout.outbox_offset + layout.outbox_bytes == std::size_t{1} << 30U);
}

}  // namespace
