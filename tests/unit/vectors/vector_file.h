#pragma once

// The rows of tests/vectors/<name>.json, which say for each rule of a header format what a request
// brings and what the request that follows must carry. Repetitions are expanded and values are the
// bytes of headers. The files are compiled in.

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace vectors {

struct HeaderLine {
  std::string name;
  std::string value;
};

/// What is expected of one field; no value means that the field must be absent.
using Expected = std::optional<std::string>;

struct VectorRow {
  std::string id;    ///< Names the row in messages.
  std::string rule;  ///< Section and number of the rule, or "defect" for a mistake of others.
  std::string why;
  std::string propagators;     ///< As in OTEL_PROPAGATORS.
  std::vector<HeaderLine> in;  ///< Lines in order, names as sent.
  bool http = true;            ///< False: no HTTP library would carry these lines.
  std::map<std::string, Expected, std::less<>>
      out;  ///< By field; what is not there is not checked.
  /// By name of a `Diagnostic`: exactly these go up. Without a value nothing is said about counts.
  std::optional<std::map<std::string, unsigned>> counts;

  /// What `out` says of `field`, or null when it is not checked.
  [[nodiscard]] const Expected* expected(std::string_view field) const {
    const auto found = out.find(field);
    return found == out.end() ? nullptr : &found->second;
  }
};

/// The rows of "traceparent", "tracestate", "baggage" or "b3". None when there is no such file or
/// it cannot be read, so check that there are some.
[[nodiscard]] std::vector<VectorRow> load_vectors(std::string_view name);

}  // namespace vectors
