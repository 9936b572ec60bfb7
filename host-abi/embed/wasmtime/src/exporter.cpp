#include "afterglow/embed/exporter.h"

#include <algorithm>
#include <stdexcept>

#include "http_text.h"
#include "sender.h"

namespace afterglow::embed {
namespace {

[[noreturn]] void refuse(const std::string& destination, const std::string& what) {
  throw std::invalid_argument("destination \"" + destination + "\": " + what);
}

void check(const std::string& name, const Destination& destination) {
  if (!is_base_url(destination.url)) {
    refuse(name, "\"" + destination.url + "\" is not a base URL such as http://collector:4318");
  }
  if (destination.timeout.count() <= 0)
    refuse(name, "the timeout must be positive");
  for (const auto& [header, value] : destination.headers) {
    if (!is_header_name(header))
      refuse(name, "\"" + header + "\" is not a header name");
    if (!is_header_value(value))
      refuse(name, "the value of header " + header + " is not clean");
    // The value may be a secret and stays out of the message.
  }
}

/// A NUL would shift every pair after it in the text that modules read.
void check(const char* what, const Pairs& pairs) {
  for (const auto& [key, value] : pairs) {
    const bool clean = !key.empty() && key.find('\0') == std::string::npos &&
                       value.find('\0') == std::string::npos;
    if (!clean)
      throw std::invalid_argument(std::string(what) + ": empty key, or NUL, in " + key);
  }
}

Options checked(Options options) {
  check("config", options.config);
  check("secrets", options.secrets);
  check("resource", options.resource);
  for (const auto& [name, destination] : options.destinations)
    check(name, destination);
  if (options.max_in_flight == 0)
    throw std::invalid_argument("max_in_flight must not be 0");
  return options;
}

}  // namespace

std::string_view name(LossReason reason) {
  constexpr std::array<std::string_view, kLossReasons> kNames = {
      "queue_full", "too_large", "too_many_sends", "stopped",
      "rejected",   "timeout",   "unavailable",    "abandoned"};
  return kNames[static_cast<std::size_t>(reason)];
}

Exporter::Exporter(Options options)
    : options_(checked(std::move(options))), sender_(std::make_unique<Sender>(options_)) {}

Exporter::~Exporter() = default;

Submission Exporter::submit(Post post) {
  return sender_->submit(std::move(post));
}

Outcome Exporter::submit_and_wait(Post post) {
  const auto found = options_.destinations.find(post.destination);
  const auto most =
      found == options_.destinations.end() ? Destination{}.timeout : found->second.timeout;
  const auto timeout = post.timeout.count() > 0 ? std::min(post.timeout, most) : most;
  const auto until = std::chrono::steady_clock::now() + timeout;

  auto mailbox = std::make_shared<Mailbox>();
  post.answer = mailbox;
  post.expires = true;
  const Submission submission = sender_->submit(std::move(post));
  if (submission.status != AFTERGLOW_QUEUED)
    return {.status = submission.status};
  if (mailbox->wait_until(until)) {
    if (std::optional<Outcome> outcome = mailbox->take())
      return *std::move(outcome);
  }
  // What still comes is counted, and left in the mailbox that goes with it.
  return {.ticket = submission.ticket, .status = AFTERGLOW_TIMEOUT};
}

std::size_t Exporter::drain(std::chrono::milliseconds patience) {
  return sender_->drain(patience);
}

ExportCounts Exporter::counts() const {
  return sender_->counts();
}

void Exporter::report(const Loss& loss) {
  sender_->report(loss);
}

void Exporter::count_discarded_results(std::size_t count) {
  sender_->count_discarded_results(count);
}

}  // namespace afterglow::embed
