#include "curl_posts.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <utility>

#include "http_text.h"

namespace afterglow::embed {
namespace {

constexpr std::size_t kMostSpare = 16;

struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

void set_up_libcurl_once() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (code != CURLE_OK)
    throw std::runtime_error("libcurl: " + std::string(curl_easy_strerror(code)));
}

afterglow_status status_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return AFTERGLOW_OK;
    case CURLE_OPERATION_TIMEDOUT:
      return AFTERGLOW_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
    case CURLE_BAD_FUNCTION_ARGUMENT:
      return AFTERGLOW_INTERNAL;
    default:
      return AFTERGLOW_UNAVAILABLE;
  }
}

std::string url_of(const Parcel& parcel) {
  std::string url = parcel.destination->url;
  while (!parcel.post.path.empty() && url.back() == '/')
    url.pop_back();
  return url + parcel.post.path;
}

/// The header lines of a request; the destination's win over the module's.
class HeaderList {
 public:
  bool add(const std::string& name, const std::string& value) {
    // "Name:" would remove the header; an empty value is written with a semicolon.
    const std::string line = value.empty() ? name + ";" : name + ": " + value;
    curl_slist* longer = curl_slist_append(list_.get(), line.c_str());
    if (longer == nullptr)
      return false;
    [[maybe_unused]] const curl_slist* part_of_longer = list_.release();
    list_.reset(longer);
    return true;
  }

  bool remove(const char* name) {
    curl_slist* longer = curl_slist_append(list_.get(), (std::string(name) + ":").c_str());
    if (longer == nullptr)
      return false;
    [[maybe_unused]] const curl_slist* part_of_longer = list_.release();
    list_.reset(longer);
    return true;
  }

  std::unique_ptr<curl_slist, FreeList> take() { return std::move(list_); }

 private:
  std::unique_ptr<curl_slist, FreeList> list_;
};

std::unique_ptr<curl_slist, FreeList> headers_of(const Parcel& parcel) {
  HeaderList list;
  const HeaderLines& own = parcel.destination->headers;
  // Waiting for "100 Continue" would cost a round trip, or a second with servers that ignore it.
  bool complete = list.remove("Expect");
  if (!parcel.post.content_type.empty()) {
    complete = complete && list.add("Content-Type", parcel.post.content_type);
  } else {
    complete = complete && list.remove("Content-Type");
  }
  if (parcel.post.gzip)
    complete = complete && list.add("Content-Encoding", "gzip");
  for (const auto& [name, value] : own)
    complete = complete && list.add(name, value);
  for (const auto& [name, value] : parcel.post.headers) {
    const bool taken = std::any_of(own.begin(), own.end(), [&name = name](const auto& line) {
      return same_header_name(line.first, name);
    });
    if (!taken)
      complete = complete && list.add(name, value);
  }
  return complete ? list.take() : nullptr;
}

}  // namespace

struct CurlPosts::Exchange {
  Parcel parcel;
  std::size_t max_answer_bytes = 0;
  std::unique_ptr<curl_slist, FreeList> headers;
  std::string answer;
  char error[CURL_ERROR_SIZE] = {};
  Easy easy;

  static std::size_t receive(char* data, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<Exchange*>(self);
    const std::size_t room = exchange.max_answer_bytes - exchange.answer.size();
    exchange.answer.append(data, std::min(room, size * count));
    return size * count;
  }
};

CurlPosts::CurlPosts(std::size_t max_answer_bytes, OnDone on_done)
    : max_answer_bytes_(max_answer_bytes), on_done_(std::move(on_done)) {
  set_up_libcurl_once();
  multi_ = curl_multi_init();
  if (multi_ == nullptr)
    throw std::runtime_error("libcurl: no multi handle");
}

CurlPosts::~CurlPosts() {
  for (auto& [easy, exchange] : exchanges_)
    curl_multi_remove_handle(multi_, easy);
  exchanges_.clear();
  curl_multi_cleanup(multi_);
}

CurlPosts::Easy CurlPosts::take_easy() {
  if (spare_.empty())
    return Easy(curl_easy_init());
  Easy easy = std::move(spare_.back());
  spare_.pop_back();
  return easy;
}

/// For another exchange, with none of this one's options.
void CurlPosts::keep(Easy easy) {
  if (spare_.size() >= kMostSpare)
    return;
  curl_easy_reset(easy.get());
  spare_.push_back(std::move(easy));
}

bool CurlPosts::prepare(Exchange& exchange, std::chrono::milliseconds timeout) const {
  CURL* easy = exchange.easy.get();
  const std::string url = url_of(exchange.parcel);
  const Destination& destination = *exchange.parcel.destination;
  exchange.headers = headers_of(exchange.parcel);
  if (exchange.headers == nullptr)
    return false;
  bool good = true;
  const auto set = [&](CURLoption option, auto value) {
    good = good && curl_easy_setopt(easy, option, value) == CURLE_OK;
  };
  set(CURLOPT_URL, url.c_str());
  set(CURLOPT_PROTOCOLS_STR, "http,https");
  set(CURLOPT_PATH_AS_IS, 1L);
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDS, exchange.parcel.post.body.c_str());
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(exchange.parcel.post.body.size()));
  set(CURLOPT_HTTPHEADER, exchange.headers.get());
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(timeout.count()));
  set(CURLOPT_ERRORBUFFER, static_cast<char*>(exchange.error));
  set(CURLOPT_WRITEFUNCTION, &Exchange::receive);
  set(CURLOPT_WRITEDATA, &exchange);
  if (is_loopback_url(url))
    set(CURLOPT_NOPROXY, "*");
  if (!destination.ca_file.empty())
    set(CURLOPT_CAINFO, destination.ca_file.c_str());
  return good;
}

void CurlPosts::start(Parcel parcel, std::chrono::milliseconds timeout) {
  auto exchange = std::make_unique<Exchange>();
  exchange->parcel = std::move(parcel);
  exchange->max_answer_bytes = max_answer_bytes_;
  exchange->easy = take_easy();
  CURL* easy = exchange->easy.get();
  if (easy == nullptr || !prepare(*exchange, timeout) ||
      curl_multi_add_handle(multi_, easy) != CURLM_OK) {
    const Outcome outcome{.ticket = exchange->parcel.ticket, .status = AFTERGLOW_INTERNAL};
    on_done_(std::move(exchange->parcel), outcome, "libcurl did not take the request");
    return;
  }
  exchanges_.emplace(easy, std::move(exchange));
}

void CurlPosts::run(std::chrono::milliseconds patience) {
  int running = 0;
  curl_multi_perform(multi_, &running);
  int left = 0;
  bool finished = false;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg != CURLMSG_DONE)
      continue;
    finish(message->easy_handle, message->data.result);
    finished = true;
  }
  // What has finished makes room for what waits: no time to sleep.
  if (!finished)
    curl_multi_poll(multi_, nullptr, 0, static_cast<int>(patience.count()), nullptr);
}

void CurlPosts::wake() {
  curl_multi_wakeup(multi_);
}

void CurlPosts::finish(CURL* easy, CURLcode code) {
  const auto node = exchanges_.extract(easy);
  Exchange& exchange = *node.mapped();
  Outcome outcome{.ticket = exchange.parcel.ticket, .status = status_of(code)};
  if (code == CURLE_OK) {
    long http_status = 0;
    curl_off_t retry_after_s = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http_status);
    curl_easy_getinfo(easy, CURLINFO_RETRY_AFTER, &retry_after_s);  // seconds or an HTTP date
    constexpr curl_off_t kMost = std::numeric_limits<std::int32_t>::max() / 1000;
    outcome.http_status = static_cast<std::uint32_t>(http_status);
    outcome.retry_after_ms =
        static_cast<std::uint32_t>(std::clamp<curl_off_t>(retry_after_s, 0, kMost) * 1000);
    outcome.body = std::move(exchange.answer);
  }
  const char* reason = exchange.error[0] != '\0' ? exchange.error : curl_easy_strerror(code);
  curl_multi_remove_handle(multi_, easy);
  keep(std::move(exchange.easy));
  on_done_(std::move(exchange.parcel), std::move(outcome), code == CURLE_OK ? "" : reason);
}

void CurlPosts::abort_all(afterglow_status status, std::string_view detail) {
  while (!exchanges_.empty()) {
    const auto node = exchanges_.extract(exchanges_.begin());
    curl_multi_remove_handle(multi_, node.key());
    Exchange& exchange = *node.mapped();
    const Outcome outcome{.ticket = exchange.parcel.ticket, .status = status};
    on_done_(std::move(exchange.parcel), outcome, detail);
  }
}

}  // namespace afterglow::embed
