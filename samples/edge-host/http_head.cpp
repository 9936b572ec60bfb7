#include "http_head.h"

#include <charconv>
#include <optional>
#include <system_error>

#include "header_block.h"

namespace edge_host {

namespace {

constexpr int kBadRequest = 400;
constexpr int kTooLarge = 413;
constexpr int kNotImplemented = 501;
constexpr int kOtherVersion = 505;
constexpr std::string_view kCrlf = "\r\n";

/// Cut `text` at `mark`: what stands before it is returned, what follows is left.
std::string_view take_until(std::string_view& text, std::string_view mark) {
  const auto at = text.find(mark);
  const std::string_view part = text.substr(0, at);
  text.remove_prefix(at == text.npos ? text.size() : at + mark.size());
  return part;
}

int parse_request_line(std::string_view line, ClientRequest& out, Framing& framing) {
  out.method = take_until(line, " ");
  out.target = take_until(line, " ");
  if (!is_token(out.method) || !is_target(out.target)) {
    return kBadRequest;
  }
  framing.keep_alive = line == "HTTP/1.1";
  return line == "HTTP/1.1" || line == "HTTP/1.0" ? 0
         : line.starts_with("HTTP/")              ? kOtherVersion
                                                  : kBadRequest;
}

bool parse_size(std::string_view text, int base, std::size_t& size) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, size, base);
  return stop == end && error == std::errc{};
}

/// What the lines that belong to the connection say; two that contradict each other are refused.
class FramingLines {
 public:
  int take(std::string_view name, std::string_view value) {
    if (same_header_name(name, "content-length")) {
      return take_length(value);
    }
    if (same_header_name(name, "transfer-encoding")) {
      const bool known = same_header_name(value, "chunked") && !chunked_;
      chunked_ = true;
      return known ? 0 : kNotImplemented;
    }
    if (same_header_name(name, "connection")) {
      take_options(value);
    } else if (same_header_name(name, "expect")) {
      continue_ = same_header_name(value, "100-continue");
    }
    return 0;
  }

  int finish(Framing& out) const {
    if (chunked_ && length_) {
      return kBadRequest;
    }
    out.chunked = chunked_;
    out.body_bytes = length_.value_or(0);
    out.expects_continue = continue_ && out.keep_alive;  // not for HTTP/1.0
    out.keep_alive = !close_ && (out.keep_alive || keep_alive_);
    return out.body_bytes > kMaxBodyBytes ? kTooLarge : 0;
  }

 private:
  int take_length(std::string_view value) {
    std::size_t length = 0;
    if (!parse_size(value, 10, length) || (length_ && *length_ != length)) {
      return kBadRequest;
    }
    length_ = length;
    return 0;
  }

  void take_options(std::string_view list) {
    while (!list.empty()) {
      const std::string_view option = trim(take_until(list, ","));
      close_ = close_ || same_header_name(option, "close");
      keep_alive_ = keep_alive_ || same_header_name(option, "keep-alive");
    }
  }

  std::optional<std::size_t> length_;
  bool chunked_ = false;
  bool continue_ = false;
  bool close_ = false;
  bool keep_alive_ = false;
};

}  // namespace

int parse_head(std::string_view head, ClientRequest& out, Framing& framing) {
  if (const int refusal = parse_request_line(take_until(head, kCrlf), out, framing); refusal != 0) {
    return refusal;
  }
  FramingLines lines;
  while (!head.empty()) {
    std::string_view value = take_until(head, kCrlf);
    const bool has_colon = value.find(':') != value.npos;
    const std::string_view name = take_until(value, ":");
    value = trim(value);
    // A line that continues the one before begins with a blank, and is refused with the rest.
    if (!has_colon || !is_token(name) || !is_header_value(value)) {
      return kBadRequest;
    }
    if (const int refusal = lines.take(name, value); refusal != 0) {
      return refusal;
    }
    append_header(out.headers, name, value);
  }
  return lines.finish(framing);
}

bool parse_chunk_size(std::string_view line, std::size_t& size) {
  return parse_size(trim(take_until(line, ";")), 16, size) && size <= kMaxBodyBytes;
}

std::string response_text(const ClientResponse& response, bool head_only, bool keep_alive) {
  constexpr int kNoContent = 204;
  constexpr int kNotModified = 304;
  std::string text = "HTTP/1.1 " + std::to_string(response.status) + " \r\n";
  const auto add = [&text](std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append(kCrlf);
  };
  bool has_type = response.body.empty();
  for_each_header(response.headers, [&](std::string_view name, std::string_view value) {
    has_type = has_type || same_header_name(name, "content-type");
    if (!is_connection_header(name)) {
      add(name, value);
    }
  });
  if (!has_type) {
    add("content-type", "text/plain; charset=utf-8");
  }
  const bool has_body = response.status != kNoContent && response.status != kNotModified;
  if (has_body) {
    add("content-length", std::to_string(response.body.size()));
  }
  if (!keep_alive) {
    add("connection", "close");
  }
  text.append(kCrlf);
  return has_body && !head_only ? text + response.body : text;
}

}  // namespace edge_host
