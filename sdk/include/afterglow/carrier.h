#pragma once

// Carriers: how the SDK reads the headers of a request that came in and writes those of one that
// goes out, whatever type holds them. Each backend brings a carrier for its host; a type of your
// own needs one function for each direction:
//
//   struct RequestHeaders {
//     Request& request;
//
//     template <typename F>
//     void for_each(std::string_view name, F f) const {
//       for (const Header& line : request.headers) {
//         if (equal_ignoring_case(line.name, name)) f(std::string_view(line.value));
//       }
//     }
//
//     void set(std::string_view name, std::string_view value) { request.replace(name, value); }
//   };
//
//   telemetry.extract(RequestHeaders{incoming});
//   RequestHeaders headers{outgoing};
//   client.inject(headers);

#include <concepts>
#include <string_view>

namespace afterglow {

namespace detail {
/// Stands for the SDK's own function where a carrier is checked: any callable must do.
struct HeaderValueProbe {
  void operator()(std::string_view) const {}
};
}  // namespace detail

/// Reads headers: `for_each(name, f)` calls `f(value)` once for each header line of that name, in
/// the order of the request, and not at all when there is none.
///
/// Names match whatever their case; the SDK asks in lower case. Lines of the same name must not be
/// joined: a duplicated `traceparent` is invalid, and only a carrier that shows both lines lets the
/// SDK see it. A value needs to live only until `f` returns, and may hold any bytes.
template <typename T>
concept HeaderSource = requires(const T& source, std::string_view name,
                                detail::HeaderValueProbe f) { source.for_each(name, f); };

/// Writes headers: `set(name, value)` makes this the only header line of that name.
///
/// The name is in lower case; name and value are valid in HTTP as they are and end with the call.
/// There is no way to report a failure: a carrier that cannot write leaves the header away.
template <typename T>
concept HeaderSink =
    requires(T& sink, std::string_view name, std::string_view value) { sink.set(name, value); };

}  // namespace afterglow
