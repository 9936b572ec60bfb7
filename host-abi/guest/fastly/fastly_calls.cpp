#include "fastly_calls.h"

namespace afterglow::fastly {
namespace {

using host::ReadResult;
using host::Status;

/// What a reading call said: on success and with a buffer too small, `written` is the size.
ReadResult to_result(std::int32_t raw, std::size_t written, std::size_t capacity) {
  const Status status = to_status(raw);
  if (status == Status::Ok && written > capacity)
    return {Status::Internal, 0};
  return {status, status == Status::Ok || status == Status::BufferTooSmall ? written : 0};
}

}  // namespace

Status to_status(std::int32_t fastly_status) {
  switch (fastly_status) {
    case kFastlyOk:
      return Status::Ok;
    case kFastlyInval:
    case kFastlyBadf:
      return Status::InvalidArgument;
    case kFastlyBuflen:
      return Status::BufferTooSmall;
    case kFastlyUnsupported:
      return Status::Unsupported;
    case kFastlyBadalign:
      return Status::MemoryFault;
    case kFastlyNone:
      return Status::NotFound;
    case kFastlyLimitExceeded:
      return Status::Limit;
    case kFastlyAgain:
      return Status::Again;
    default:
      return Status::Internal;
  }
}

Status to_lookup_status(std::int32_t fastly_status) {
  const bool unknown = fastly_status == kFastlyInval || fastly_status == kFastlyBadf;
  return unknown ? Status::NotFound : to_status(fastly_status);
}

void init() {
  constexpr std::uint64_t kAbiVersion = 1;
  (void)afterglow_fastly_init(kAbiVersion);
}

// A config store, else a dictionary: the older kind, which some services still have.
ReadResult read_config(std::string_view store, std::string_view key, std::span<char> out) {
  Handle handle = kFastlyInvalidHandle;
  std::size_t written = 0;
  if (afterglow_fastly_config_open(store.data(), store.size(), &handle) == kFastlyOk) {
    const std::int32_t raw = afterglow_fastly_config_get(handle, key.data(), key.size(), out.data(),
                                                         out.size(), &written);
    return to_result(raw, written, out.size());
  }
  const std::int32_t opened = afterglow_fastly_dictionary_open(store.data(), store.size(), &handle);
  if (opened != kFastlyOk)
    return {to_lookup_status(opened), 0};
  const std::int32_t raw = afterglow_fastly_dictionary_get(handle, key.data(), key.size(),
                                                           out.data(), out.size(), &written);
  return to_result(raw, written, out.size());
}

ReadResult read_secret(std::string_view store, std::string_view key, std::span<char> out) {
  Handle handle = kFastlyInvalidHandle;
  Handle secret = kFastlyInvalidHandle;
  std::int32_t raw = afterglow_fastly_secret_store_open(store.data(), store.size(), &handle);
  if (raw == kFastlyOk)
    raw = afterglow_fastly_secret_get(handle, key.data(), key.size(), &secret);
  if (raw != kFastlyOk)
    return {to_lookup_status(raw), 0};
  std::size_t written = 0;
  raw = afterglow_fastly_secret_plaintext(secret, out.data(), out.size(), &written);
  return to_result(raw, written, out.size());
}

std::uint64_t vcpu_ms() {
  std::uint64_t used_ms = 0;
  return afterglow_fastly_vcpu_ms(&used_ms) == kFastlyOk ? used_ms : 0;
}

}  // namespace afterglow::fastly
