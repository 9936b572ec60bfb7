#include "wasi_calls.h"

#include "wasi_abi.h"

namespace afterglow::wasi {
namespace {

using host::Status;

std::uint64_t read_clock(std::int32_t id) {
  std::uint64_t time_ns = 0;
  return afterglow_wasi_clock_time_get(id, 1, &time_ns) == kWasiSuccess ? time_ns : 0;
}

std::uint32_t length(std::size_t size) {
  return static_cast<std::uint32_t>(size);
}

AfterglowWasiCiovec piece_of(std::string_view text) {
  const char* data = text.data();
  return {data, length(text.size())};
}

}  // namespace

Status to_status(std::int32_t wasi_errno) {
  switch (wasi_errno) {
    case kWasiSuccess:
      return Status::Ok;
    case kWasiInval:
      return Status::InvalidArgument;
    case kWasiNosys:
    case kWasiNotsup:
      return Status::Unsupported;
    case kWasiFault:
      return Status::MemoryFault;
    case kWasiFbig:
    case kWasiNospc:
    case kWasiOverflow:
      return Status::Limit;
    case kWasiTimedout:
      return Status::Timeout;
    case kWasiBadf:
    case kWasiIo:
    case kWasiPipe:
      return Status::Unavailable;
    case kWasiAcces:
    case kWasiNotcapable:
    case kWasiPerm:
      return Status::Denied;
    case kWasiAgain:
      return Status::Again;
    default:
      return Status::Internal;
  }
}

std::uint64_t wall_clock() {
  return read_clock(kWasiRealtime);
}

std::uint64_t monotonic_clock() {
  return read_clock(kWasiMonotonic);
}

Status random(std::span<std::byte> out) {
  return to_status(afterglow_wasi_random_get(out.data(), length(out.size())));
}

void Environment::for_each(host::PairVisitor visit) const {
  std::string_view rest = text_;
  while (!rest.empty()) {
    const std::size_t nul = rest.find('\0');
    const std::string_view variable = head(rest, nul < rest.size() ? nul : rest.size());
    const std::size_t equals = variable.find('=');
    if (equals < variable.size())
      visit(head(variable, equals), tail(variable, equals + 1));
    rest.remove_prefix(nul < rest.size() ? nul + 1 : rest.size());
  }
}

std::string_view Environment::get(std::string_view name) const {
  std::string_view found;
  auto look = [&](std::string_view key, std::string_view value) {
    if (key == name)
      found = value;
  };
  for_each(look);
  return found;
}

host::ReadResult read_environment(std::span<char> memory, Environment& out) {
  out = {};
  std::uint32_t count = 0;
  std::uint32_t size = 0;
  const Status sized = to_status(afterglow_wasi_environ_sizes_get(&count, &size));
  if (sized != Status::Ok)
    return {sized, 0};
  if (count == 0)
    return {Status::Ok, 0};
  // The text first, then the pointers, of which only the host has need.
  const auto address = reinterpret_cast<std::uintptr_t>(memory.data());
  const std::uint64_t padding =
      (alignof(char*) - (address + size) % alignof(char*)) % alignof(char*);
  const std::uint64_t needed = size + padding + std::uint64_t{count} * sizeof(char*);
  if (needed > memory.size())
    return {Status::BufferTooSmall, static_cast<std::size_t>(needed + alignof(char*))};
  void* pointers = memory.data() + size + padding;
  const Status status =
      to_status(afterglow_wasi_environ_get(static_cast<char**>(pointers), memory.data()));
  if (status != Status::Ok)
    return {status, 0};
  out = Environment({memory.data(), size});
  return {Status::Ok, size};
}

Status write_line(std::int32_t fd, std::string_view line, std::size_t& written) {
  constexpr std::string_view kEnd = "\n";
  const std::size_t size = line.size() + kEnd.size();
  written = 0;
  while (written < size) {
    const std::string_view rest = tail(line, written < line.size() ? written : line.size());
    const AfterglowWasiCiovec pieces[] = {piece_of(rest), piece_of(kEnd)};
    std::uint32_t count = 0;
    const std::int32_t raw = afterglow_wasi_fd_write(fd, pieces, 2, &count);
    if (raw == kWasiIntr)
      continue;
    if (raw != kWasiSuccess)
      return to_status(raw);
    if (count == 0 || count > size - written)
      return Status::Unavailable;
    written += count;
  }
  return Status::Ok;
}

}  // namespace afterglow::wasi
