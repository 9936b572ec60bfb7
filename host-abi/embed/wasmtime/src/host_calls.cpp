#include "host_calls.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "http_text.h"

namespace afterglow::embed {
namespace {

constexpr std::string_view kResourceKey = "afterglow.resource";
constexpr std::uint32_t kKnownFlags = AFTERGLOW_SEND_WANT_RESULT | AFTERGLOW_SEND_GZIP;

void put(std::span<std::uint8_t> out, const void* from) {
  if (!out.empty())
    std::memcpy(out.data(), from, out.size());
}

/// Where a struct that begins with its size is written: as much of `T` as the guest knows.
template <class T>
struct Output {
  afterglow_status status = AFTERGLOW_OK;
  std::span<std::uint8_t> bytes;

  void write(T value) const {
    value.size = static_cast<std::uint32_t>(bytes.size());
    put(bytes, &value);
  }
};

template <class T>
Output<T> output(GuestMemory memory, std::uint32_t pointer) {
  const auto size = memory.load_u32(pointer);
  if (!size)
    return {AFTERGLOW_MEMORY_FAULT, {}};
  if (*size < sizeof(std::uint32_t))
    return {AFTERGLOW_INVALID_ARGUMENT, {}};
  const auto bytes = memory.range(pointer, std::min<std::uint32_t>(*size, sizeof(T)));
  if (!bytes)
    return {AFTERGLOW_MEMORY_FAULT, {}};
  return {AFTERGLOW_OK, *bytes};
}

/// Write a text into a lent buffer, or only tell how much it needs.
afterglow_status answer(GuestMemory memory, std::optional<std::string_view> text, std::uint32_t buf,
                        std::uint32_t cap, std::uint32_t needed) {
  const auto out = memory.range(buf, cap);
  const auto needed_out = memory.range(needed, sizeof(std::uint32_t));
  if (!out || !needed_out)
    return AFTERGLOW_MEMORY_FAULT;
  if (!text)
    return AFTERGLOW_NOT_FOUND;
  const auto size = static_cast<std::uint32_t>(text->size());
  put(*needed_out, &size);
  if (text->size() > out->size())
    return AFTERGLOW_BUFFER_TOO_SMALL;
  put(out->first(text->size()), text->data());
  return AFTERGLOW_OK;
}

std::string text_of(const Pairs& pairs) {
  std::string text;
  for (const auto& [key, value] : pairs)
    text.append(key) += '\0', text.append(value) += '\0';
  return text;
}

std::optional<std::string> value_of(const Options& options, std::string_view key) {
  if (key.empty())
    return text_of(options.config);
  if (key == kResourceKey) {
    return options.resource.empty() ? std::nullopt : std::optional(text_of(options.resource));
  }
  for (const Pairs* pairs : {&options.config, &options.secrets}) {
    const auto found = pairs->find(key);
    if (found != pairs->end())
      return found->second;
  }
  return std::nullopt;
}

/// The texts of a request, all inside the memory.
struct RequestTexts {
  std::string_view target, path, content_type, headers, body;
};

std::optional<RequestTexts> read_texts(GuestMemory memory, const afterglow_send_req& in) {
  const auto target = memory.text(in.target, in.target_len);
  const auto path = memory.text(in.path, in.path_len);
  const auto content_type = memory.text(in.content_type, in.content_type_len);
  const auto headers = memory.text(in.headers, in.headers_len);
  const auto body = memory.text(in.body, in.body_len);
  if (!target || !path || !content_type || !headers || !body)
    return std::nullopt;
  return RequestTexts{*target, *path, *content_type, *headers, *body};
}

afterglow_status check(const RequestTexts& texts, const std::optional<HeaderLines>& headers) {
  const bool clean = is_request_path(texts.path) && is_header_value(texts.content_type) && headers;
  if (!clean)
    return AFTERGLOW_INVALID_ARGUMENT;
  const bool allowed = std::none_of(headers->begin(), headers->end(), [](const auto& line) {
    return is_transport_header(line.first);
  });
  return allowed ? AFTERGLOW_OK : AFTERGLOW_DENIED;
}

}  // namespace

HostCalls::HostCalls(Exporter& exporter, std::uint64_t features, std::shared_ptr<Mailbox> results)
    : exporter_(exporter), features_(features), results_(std::move(results)) {}

afterglow_status HostCalls::info(GuestMemory memory, std::uint32_t io) const {
  const auto out = output<afterglow_info>(memory, io);
  if (out.status != AFTERGLOW_OK)
    return out.status;
  const Options& options = exporter_.options();
  const bool hooks = (features_ & AFTERGLOW_FEATURE_RESPONSE_SENT) != 0;
  out.write({.abi_minor = AFTERGLOW_HOST_V1_MINOR,
             .features = features_,
             .max_send_bytes = options.max_body_bytes,
             .max_log_bytes = options.max_log_bytes,
             .post_response_ms = hooks ? options.post_response_ms : 0,
             .max_sends_per_request = options.max_sends_per_request});
  return AFTERGLOW_OK;
}

afterglow_status HostCalls::send(GuestMemory memory, std::uint32_t in, std::uint32_t io) {
  const auto size = memory.load_u32(in);
  if (!size)
    return AFTERGLOW_MEMORY_FAULT;
  if (*size < sizeof(afterglow_send_req))
    return AFTERGLOW_INVALID_ARGUMENT;
  const auto bytes = memory.range(in, sizeof(afterglow_send_req));
  if (!bytes)
    return AFTERGLOW_MEMORY_FAULT;
  afterglow_send_req request{};
  std::memcpy(&request, bytes->data(), sizeof(request));

  const auto out = output<afterglow_send_res>(memory, io);
  if (out.status != AFTERGLOW_OK)
    return out.status;
  const auto texts = read_texts(memory, request);
  const auto answer_out = memory.range(request.resp_buf, request.resp_cap);
  if (!texts || !answer_out)
    return AFTERGLOW_MEMORY_FAULT;

  out.write({});
  if ((request.flags & ~kKnownFlags) != 0)
    return AFTERGLOW_UNSUPPORTED;
  auto headers = parse_header_text(texts->headers);
  const afterglow_status checked = check(*texts, headers);
  if (checked != AFTERGLOW_OK)
    return checked;

  const Outcome outcome = deliver({.destination = std::string(texts->target),
                                   .path = std::string(texts->path),
                                   .content_type = std::string(texts->content_type),
                                   .headers = *std::move(headers),
                                   .body = std::string(texts->body),
                                   .timeout = std::chrono::milliseconds(request.timeout_ms),
                                   .signal = request.signal,
                                   .gzip = (request.flags & AFTERGLOW_SEND_GZIP) != 0},
                                  (request.flags & AFTERGLOW_SEND_WANT_RESULT) != 0);
  const std::size_t length = std::min(outcome.body.size(), answer_out->size());
  put(answer_out->first(length), outcome.body.data());
  out.write({.http_status = outcome.http_status,
             .ticket = outcome.ticket,
             .retry_after_ms = outcome.retry_after_ms,
             .resp_len = static_cast<std::uint32_t>(length)});
  return outcome.status;
}

Outcome HostCalls::deliver(Post post, bool want_result) {
  const Options& options = exporter_.options();
  if (options.max_sends_per_request != 0 && sends_ >= options.max_sends_per_request) {
    exporter_.report({.reason = LossReason::TooManySends,
                      .destination = post.destination,
                      .signal = post.signal,
                      .body_bytes = post.body.size()});
    return {.status = AFTERGLOW_LIMIT};
  }
  ++sends_;
  if (options.sending == Sending::Wait) {
    Outcome outcome = exporter_.submit_and_wait(std::move(post));
    outcome.ticket = 0;  // there is nothing left to wait for
    return outcome;
  }
  if (want_result && (features_ & AFTERGLOW_FEATURE_SEND_RESULT) != 0)
    post.answer = results_;
  const Submission submission = exporter_.submit(std::move(post));
  return {.ticket = submission.ticket, .status = submission.status};
}

afterglow_status HostCalls::log(GuestMemory memory, std::uint32_t severity, std::uint32_t stream,
                                std::uint32_t stream_len, std::uint32_t message,
                                std::uint32_t message_len) const {
  const auto stream_text = memory.text(stream, stream_len);
  const auto message_text = memory.text(message, message_len);
  if (!stream_text || !message_text)
    return AFTERGLOW_MEMORY_FAULT;
  if (severity < 1 || severity > 24)
    return AFTERGLOW_INVALID_ARGUMENT;
  const Options& options = exporter_.options();
  if (!options.log)
    return AFTERGLOW_UNSUPPORTED;
  if (options.max_log_bytes != 0 && message_len > options.max_log_bytes)
    return AFTERGLOW_LIMIT;
  options.log({.stream = *stream_text, .severity = severity, .message = *message_text});
  return AFTERGLOW_OK;
}

afterglow_status HostCalls::config_get(GuestMemory memory, std::uint32_t key, std::uint32_t key_len,
                                       std::uint32_t buf, std::uint32_t cap,
                                       std::uint32_t needed) const {
  const auto key_text = memory.text(key, key_len);
  if (!key_text)
    return AFTERGLOW_MEMORY_FAULT;
  return answer(memory, value_of(exporter_.options(), *key_text), buf, cap, needed);
}

afterglow_status HostCalls::result_body(GuestMemory memory, std::uint64_t ticket, std::uint32_t buf,
                                        std::uint32_t cap, std::uint32_t needed) const {
  std::optional<std::string_view> body;
  if (shown_ != nullptr && shown_->ticket == ticket)
    body = shown_->body;
  return answer(memory, body, buf, cap, needed);
}

}  // namespace afterglow::embed
