#pragma once

// Fastly's side of the calls, for what Viceroy never does: short writes, quotas, errors told in
// detail. Set the public fields, make the call, look at them again.

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

struct FakeAnswer {
  std::int32_t status = 0;      ///< Of waiting for it.
  std::uint32_t error_tag = 0;  ///< `send_error_detail`.
  std::uint16_t http_status = 200;
  std::string retry_after;
  std::string body;
};

struct FakeFastly {
  std::string settings;
  std::size_t bytes_per_write = SIZE_MAX;
  std::size_t bytes_per_read = SIZE_MAX;
  std::int32_t header_status = 0;
  std::int32_t send_status = 0;
  bool ever_ready = true;
  std::vector<FakeAnswer> answers;  ///< The n-th send gets the n-th; the last one is ready first.

  std::set<std::uint32_t> open;    ///< Requests, bodies and responses that are not closed.
  std::uint32_t wrong_closes = 0;  ///< Closes of what was not open.
  std::map<std::string, std::string> headers;
  std::string uri;
  std::string body;
  std::uint32_t sends = 0;
  std::uint64_t now = 0;

  std::int32_t no_endpoint_status = 2;  ///< Of asking for a log endpoint that is not there.
  std::map<std::string, std::vector<std::string>> endpoints;  ///< What was written to each.
  std::string standard_error;
};

extern FakeFastly fake;
