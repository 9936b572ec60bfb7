#include "backends.h"

#include <curl/curl.h>

#include <stdexcept>
#include <utility>

#include "edge_host_v1.h"
#include "header_block.h"
#include "thread_name.h"

namespace edge_host {

struct Backends::Call {
  BackendRequest request;
  Done done;
  BackendResponse response;
  bool too_long = false;
  CURL* easy = nullptr;
  curl_slist* header_lines = nullptr;

  Call() = default;
  Call(const Call&) = delete;
  Call& operator=(const Call&) = delete;
  ~Call() {
    curl_slist_free_all(header_lines);
    curl_easy_cleanup(easy);
  }

  void prepare(const std::string& base_url);
  void set_method();
  static std::size_t take_body(char* data, std::size_t, std::size_t length, void* user);
  static std::size_t take_header(char* data, std::size_t, std::size_t length, void* user);
};

namespace {

constexpr std::size_t kMostSpare = 64;

/// The numbers of the ABI for what libcurl tells.
std::int32_t status_of(CURLcode code) {
  switch (code) {
    case CURLE_OK:
      return EDGE_OK;
    case CURLE_OPERATION_TIMEDOUT:
      return EDGE_TIMEOUT;
    case CURLE_OUT_OF_MEMORY:
    case CURLE_FAILED_INIT:
      return EDGE_INTERNAL;
    default:
      return EDGE_UNAVAILABLE;
  }
}

/// True for "http://" or "https://" and something behind it that a target can follow.
bool is_base_url(std::string_view text) {
  const bool known = text.starts_with("http://") || text.starts_with("https://");
  return known && !text.ends_with('/') && text.find_first_of("?#@\\") == text.npos &&
         is_target(text.substr(text.find('/')));
}

}  // namespace

std::size_t Backends::Call::take_body(char* data, std::size_t, std::size_t length, void* user) {
  auto& call = *static_cast<Call*>(user);
  if (call.response.body.size() + length > kMaxAnswerBytes) {
    call.too_long = true;
    return 0;
  }
  call.response.body.append(data, length);
  return length;
}

std::size_t Backends::Call::take_header(char* data, std::size_t, std::size_t length, void* user) {
  auto& call = *static_cast<Call*>(user);
  const std::string_view line(data, length);
  if (line.starts_with("HTTP/")) {
    call.response.headers.clear();  // what came before was an informational answer
  } else {
    append_header_line(call.response.headers, line);
  }
  return length;
}

void Backends::Call::set_method() {
  if (request.method == "HEAD") {
    curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
    return;
  }
  if (!request.body.empty()) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.data());
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
  }
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

void Backends::Call::prepare(const std::string& base_url) {
  for_each_header(request.headers, [this](std::string_view name, std::string_view value) {
    if (is_connection_header(name)) {
      return;
    }
    // libcurl's spelling of a header with an empty value ends in a semicolon.
    const std::string_view text = trim(value);
    const std::string line = std::string(name) + (text.empty() ? ";" : ": ") + std::string(text);
    header_lines = curl_slist_append(header_lines, line.c_str());
  });
  // What libcurl would add of its own.
  for (const std::string_view name : {"Expect", "Accept", "Content-Type"}) {
    if (!has_header(request.headers, name)) {
      header_lines = curl_slist_append(header_lines, (std::string(name) + ":").c_str());
    }
  }
  curl_easy_setopt(easy, CURLOPT_URL, (base_url + request.target).c_str());
  curl_easy_setopt(easy, CURLOPT_PATH_AS_IS, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_HTTPHEADER, header_lines);
  curl_easy_setopt(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(request.timeout.count()));
  curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, &take_body);
  curl_easy_setopt(easy, CURLOPT_WRITEDATA, this);
  curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, &take_header);
  curl_easy_setopt(easy, CURLOPT_HEADERDATA, this);
  set_method();
}

Backends::Backends(std::map<std::string, std::string, std::less<>> urls, bool any)
    : urls_(std::move(urls)), any_(any), multi_(curl_multi_init()) {
  if (multi_ == nullptr) {
    throw std::runtime_error("libcurl cannot be started");
  }
  thread_ = std::thread([this] { run(); });
}

Backends::~Backends() {
  stopping_ = true;
  curl_multi_wakeup(multi_);
  thread_.join();
  for (void* easy : spare_) {
    curl_easy_cleanup(easy);
  }
  curl_multi_cleanup(multi_);
}

void* Backends::take_easy() {
  if (spare_.empty()) {
    return curl_easy_init();
  }
  void* const easy = spare_.back();
  spare_.pop_back();
  return easy;
}

/// For another call, with none of this one's options.
void Backends::keep(void* easy) {
  if (spare_.size() < kMostSpare) {
    curl_easy_reset(easy);
    spare_.push_back(easy);
  } else {
    curl_easy_cleanup(easy);
  }
}

std::optional<std::string> Backends::url_of(std::string_view name) const {
  const auto found = urls_.find(name);
  if (found != urls_.end()) {
    return found->second;
  }
  return any_ && is_base_url(name) ? std::optional<std::string>(name) : std::nullopt;
}

void Backends::start(BackendRequest request, Done done) {
  auto call = std::make_unique<Call>();
  call->request = std::move(request);
  call->done = std::move(done);
  {
    const std::lock_guard lock(mutex_);
    queued_.push_back(std::move(call));
  }
  curl_multi_wakeup(multi_);
}

void Backends::run() {
  name_this_thread("backends");
  constexpr int kPollMs = 1000;  // a bound only: a new call or the end wakes the poll
  while (!stopping_) {
    begin_queued();
    int still_running = 0;
    curl_multi_perform(multi_, &still_running);
    int left = 0;
    while (CURLMsg* message = curl_multi_info_read(multi_, &left)) {
      if (message->msg == CURLMSG_DONE) {
        finish(message->easy_handle, message->data.result);
      }
    }
    curl_multi_poll(multi_, nullptr, 0, kPollMs, nullptr);
  }
  begin_queued();
  while (!running_.empty()) {
    finish(running_.begin()->first, CURLE_ABORTED_BY_CALLBACK);
  }
}

void Backends::begin_queued() {
  std::vector<std::unique_ptr<Call>> calls;
  {
    const std::lock_guard lock(mutex_);
    calls.swap(queued_);
  }
  for (auto& call : calls) {
    const auto url = url_of(call->request.backend);
    CURL* const easy = url ? take_easy() : nullptr;
    if (easy == nullptr) {
      call->response.status = url ? EDGE_INTERNAL : EDGE_NOT_FOUND;
      call->done(std::move(call->response));
      continue;
    }
    call->easy = easy;
    call->prepare(*url);
    running_.emplace(easy, std::move(call));
    curl_multi_add_handle(multi_, easy);
  }
}

void Backends::finish(void* easy, int curl_code) {
  auto node = running_.extract(easy);
  Call& call = *node.mapped();
  long http_status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &http_status);
  curl_multi_remove_handle(multi_, easy);
  call.response.status = call.too_long ? EDGE_LIMIT : status_of(static_cast<CURLcode>(curl_code));
  if (call.response.status == EDGE_OK) {
    call.response.http_status = static_cast<std::uint32_t>(http_status);
  } else {
    call.response.headers.clear();
    call.response.body.clear();
  }
  keep(std::exchange(call.easy, nullptr));
  call.done(std::move(call.response));
}

}  // namespace edge_host
