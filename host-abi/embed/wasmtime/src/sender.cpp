#include "sender.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "http_text.h"

namespace afterglow::embed {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kIdle{60'000};  // `wake` ends the wait; this only bounds it

bool is_success(const Outcome& outcome) {
  return outcome.status == AFTERGLOW_OK && outcome.http_status >= 200 && outcome.http_status < 300;
}

LossReason reason_of(const Outcome& outcome) {
  if (outcome.status == AFTERGLOW_OK)
    return LossReason::Rejected;
  return outcome.status == AFTERGLOW_TIMEOUT ? LossReason::Timeout : LossReason::Unavailable;
}

milliseconds timeout_of(const Post& post, const Destination& destination) {
  const bool shorter = post.timeout.count() > 0 && post.timeout < destination.timeout;
  return std::max(shorter ? post.timeout : destination.timeout, milliseconds(1));
}

}  // namespace

Sender::Sender(const Options& options)
    : options_(options),
      posts_(options.max_answer_bytes,
             [this](const Parcel& parcel, Outcome outcome, std::string_view detail) {
               finish(parcel, std::move(outcome), detail);
             }) {
  for (const auto& [name, destination] : options.destinations) {
    lanes_[name].destination = &destination;
  }
  thread_ = std::thread([this] { loop(); });
}

Sender::~Sender() {
  drain(milliseconds(0));
}

Submission Sender::submit(Post post) {
  Loss loss{.destination = post.destination, .signal = post.signal, .body_bytes = post.body.size()};
  {
    const std::lock_guard lock(mutex_);
    Lane* const found = lane_of(post.destination);
    if (found == nullptr)
      return {AFTERGLOW_NOT_FOUND, 0};
    Lane& lane = *found;
    if (stopped_) {
      loss.reason = LossReason::Stopped;
    } else if (post.body.size() > options_.max_body_bytes) {
      loss.reason = LossReason::TooLarge;
    } else if (lane.waiting.size() + lane.in_flight >= options_.queue_entries ||
               lane.bytes + post.body.size() > options_.queue_bytes) {
      loss.reason = LossReason::QueueFull;
    } else {
      return accept(lane, post);
    }
  }
  report(loss);
  return {loss.reason == LossReason::Stopped ? AFTERGLOW_UNAVAILABLE : AFTERGLOW_LIMIT, 0};
}

Sender::Lane* Sender::lane_of(const std::string& destination) {
  if (const auto found = lanes_.find(destination); found != lanes_.end())
    return &found->second;
  if (!options_.any_url || urls_.size() >= options_.max_urls || !is_base_url(destination))
    return nullptr;
  Lane& lane = lanes_[destination];
  lane.destination = &(urls_[destination] = {.url = destination});
  return &lane;
}

Submission Sender::accept(Lane& lane, Post& post) {
  const milliseconds timeout = timeout_of(post, *lane.destination);
  if (post.answer != nullptr)
    post.answer->expect();
  lane.bytes += post.body.size();
  ++counts_.accepted;
  ++counts_.pending;
  lane.waiting.push_back({.post = std::move(post),
                          .destination = lane.destination,
                          .ticket = ++last_ticket_,
                          .timeout = timeout,
                          .deadline = steady_clock::now() + timeout});
  if (!std::exchange(woken_, true))
    posts_.wake();
  return {AFTERGLOW_QUEUED, last_ticket_};
}

void Sender::loop() {
  while (!stop_) {
    for (Parcel& parcel : next_parcels())
      start(std::move(parcel));
    posts_.run(kIdle);
  }
  abandon_all();
}

std::vector<Parcel> Sender::next_parcels() {
  const std::lock_guard lock(mutex_);
  woken_ = false;
  std::vector<Parcel> parcels;
  for (auto& [name, lane] : lanes_) {
    while (!lane.waiting.empty() && lane.in_flight < options_.max_in_flight) {
      parcels.push_back(std::move(lane.waiting.front()));
      lane.waiting.pop_front();
      ++lane.in_flight;
    }
  }
  return parcels;
}

void Sender::start(Parcel parcel) {
  milliseconds timeout = parcel.timeout;
  if (parcel.post.expires) {
    const auto left = parcel.deadline - steady_clock::now();
    timeout = std::chrono::duration_cast<milliseconds>(left);
    if (timeout.count() <= 0) {
      const Outcome outcome{.ticket = parcel.ticket, .status = AFTERGLOW_TIMEOUT};
      finish(parcel, outcome, "expired in the queue");
      return;
    }
  }
  posts_.start(std::move(parcel), timeout);
}

void Sender::abandon_all() {
  constexpr std::string_view kDetail = "the exporter was stopped";
  abandoning_ = true;
  posts_.abort_all(AFTERGLOW_UNAVAILABLE, kDetail);
  for (std::vector<Parcel> rest = next_parcels(); !rest.empty(); rest = next_parcels()) {
    for (Parcel& parcel : rest) {
      const Outcome outcome{.ticket = parcel.ticket, .status = AFTERGLOW_UNAVAILABLE};
      finish(parcel, outcome, kDetail);
    }
  }
}

void Sender::finish(const Parcel& parcel, Outcome outcome, std::string_view detail) {
  settle(parcel, outcome, detail);
  if (parcel.post.answer == nullptr)
    return;
  if (!parcel.post.answer->put(std::move(outcome)))
    count_discarded_results(1);
}

/// Counting, telling of a loss, and only then making room: whoever sees `pending` at 0 has heard
/// of every loss.
void Sender::settle(const Parcel& parcel, const Outcome& outcome, std::string_view detail) {
  const bool delivered = is_success(outcome);
  const LossReason reason = abandoning_ ? LossReason::Abandoned : reason_of(outcome);
  if (!delivered && options_.on_loss) {
    options_.on_loss({.reason = reason,
                      .destination = parcel.post.destination,
                      .signal = parcel.post.signal,
                      .body_bytes = parcel.post.body.size(),
                      .http_status = outcome.http_status,
                      .detail = detail});
  }
  const std::lock_guard lock(mutex_);
  Lane& lane = lanes_.find(parcel.post.destination)->second;
  --lane.in_flight;
  lane.bytes -= parcel.post.body.size();
  --counts_.pending;
  ++(delivered ? counts_.delivered : counts_.lost[static_cast<std::size_t>(reason)]);
  if (counts_.pending == 0)
    emptied_.notify_all();
}

std::size_t Sender::drain(milliseconds patience) {
  const std::lock_guard one_at_a_time(drain_mutex_);
  {
    std::unique_lock lock(mutex_);
    if (!stopped_)
      emptied_.wait_for(lock, patience, [this] { return counts_.pending == 0; });
    stopped_ = true;
  }
  stop_ = true;
  posts_.wake();
  if (thread_.joinable())
    thread_.join();
  return counts().lost_by(LossReason::Abandoned);
}

ExportCounts Sender::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

void Sender::report(const Loss& loss) {
  if (options_.on_loss)
    options_.on_loss(loss);
  const std::lock_guard lock(mutex_);
  ++counts_.lost[static_cast<std::size_t>(loss.reason)];
}

void Sender::count_discarded_results(std::size_t count) {
  const std::lock_guard lock(mutex_);
  counts_.results_discarded += count;
}

}  // namespace afterglow::embed
