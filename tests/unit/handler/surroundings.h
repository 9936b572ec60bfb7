#pragma once

// What the README's handler finds around it: the request's headers, the subrequest's headers, and a
// way to answer. Here they are as simple as can be.

#include <string_view>

struct Headers {
  std::string_view traceparent;
  char written[64] = {};

  template <class F>
  void for_each(std::string_view name, F f) const {
    if (name == "traceparent") {
      f(traceparent);
    }
  }

  void set(std::string_view name, std::string_view value) {
    if (name == "traceparent") {
      value.copy(written, sizeof written);
    }
  }
};

extern const Headers headers_in;
extern Headers headers_out;
inline constexpr std::string_view path = "/cart";

/// Remembers how much telemetry had been sent by then.
void send_response();
