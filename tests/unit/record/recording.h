#pragma once

// What tests of the recording rooms share: an instance of its own on a fresh fake host, and the
// parts of what it sends as text.

#include <afterglow/afterglow.h>
#include <doctest/doctest.h>
#include <fake_host.h>

#include <memory>
#include <string>
#include <string_view>

namespace afterglow::test {

using host::fake_host;
using host::FakeHost;

template <std::size_t Bytes = 256 * 1024>
class RecordingIn {
 public:
  explicit RecordingIn(const Config& config = {})
      : memory_(std::make_unique<Buffer<Bytes>>()), telemetry(*memory_, config) {
    host.reset();
  }
  ~RecordingIn() {
    CHECK(telemetry.report().traces.balanced());
    host.reset();  // its hooks point here
  }
  RecordingIn(const RecordingIn&) = delete;
  RecordingIn& operator=(const RecordingIn&) = delete;

  /// Flush, and give the last body that was sent.
  std::string sent() {
    (void)telemetry.flush();
    return host.sent_count() == 0 ? std::string()
                                  : std::string(host.sent(host.sent_count() - 1).body);
  }

  [[nodiscard]] std::uint64_t dropped(DropReason reason) const {
    return telemetry.report().traces.dropped(reason);
  }

 private:
  std::unique_ptr<Buffer<Bytes>> memory_;

 public:
  FakeHost& host = fake_host();
  Telemetry telemetry;
};

using Recording = RecordingIn<>;

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

inline std::size_t count_of(std::string_view text, std::string_view part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string_view::npos;
       at = text.find(part, at + part.size())) {
    ++count;
  }
  return count;
}

/// From `begin` to the first `end` behind it, both included; empty when there is none.
inline std::string part_of(std::string_view text, std::string_view begin, std::string_view end) {
  const std::size_t from = text.find(begin);
  if (from == std::string_view::npos) {
    return {};
  }
  const std::size_t to = text.find(end, from + begin.size());
  return to == std::string_view::npos ? std::string()
                                      : std::string(text.substr(from, to + end.size() - from));
}

/// The members of the only span from its attributes on: everything behind its times.
inline std::string tail_of_span(std::string_view body) {
  const std::string end = part_of(body, "\"endTimeUnixNano\":\"", "\"");
  const std::size_t from = body.find(end) + end.size();
  return end.empty() ? std::string() : std::string(body.substr(from, body.rfind("}]}]}]}") - from));
}

}  // namespace afterglow::test
