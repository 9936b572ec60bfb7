#pragma once

// The linear memory of the module that is calling, with every access checked in 64 bits. Made anew
// in each host call: the memory may have moved since the last one.

#include <cstdint>
#include <cstring>
#include <optional>
#include <string_view>
#include <wasmtime.hh>

namespace edge_host {

class GuestMemory {
 public:
  explicit GuestMemory(wasmtime::Caller& caller) {
    if (auto exported = caller.get_export("memory")) {
      if (const auto* memory = std::get_if<wasmtime::Memory>(&*exported)) {
        const auto data = memory->data(caller.context());
        data_ = data.data();
        size_ = data.size();
      }
    }
  }

  [[nodiscard]] bool holds(std::uint32_t offset, std::uint32_t length) const {
    return std::uint64_t{offset} + length <= size_;
  }

  /// Empty when `length` is 0, whatever the offset; none when it leaves the memory.
  [[nodiscard]] std::optional<std::string_view> text(std::uint32_t offset,
                                                     std::uint32_t length) const {
    if (length == 0) {
      return std::string_view{};
    }
    if (!holds(offset, length)) {
      return std::nullopt;
    }
    return std::string_view(reinterpret_cast<const char*>(data_) + offset, length);
  }

  /// Trivially copyable values, at any alignment.
  template <class T>
  [[nodiscard]] bool read(std::uint32_t offset, T& value) const {
    if (!holds(offset, sizeof value)) {
      return false;
    }
    std::memcpy(&value, data_ + offset, sizeof value);
    return true;
  }

  template <class T>
  [[nodiscard]] bool write(std::uint32_t offset, const T& value) const {
    if (!holds(offset, sizeof value)) {
      return false;
    }
    std::memcpy(data_ + offset, &value, sizeof value);
    return true;
  }

  [[nodiscard]] bool write_text(std::uint32_t offset, std::string_view value) const {
    if (!holds(offset, static_cast<std::uint32_t>(value.size()))) {
      return false;
    }
    if (!value.empty()) {
      std::memcpy(data_ + offset, value.data(), value.size());
    }
    return true;
  }

 private:
  std::uint8_t* data_ = nullptr;
  std::uint64_t size_ = 0;
};

}  // namespace edge_host
