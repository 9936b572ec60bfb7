#include "fake_fastly.h"

#include <algorithm>
#include <cstring>

#include "fastly_abi.h"
#include "wasi_abi.h"

FakeFastly fake;

namespace {

constexpr std::uint32_t kPending = 1000;   // + number of the send
constexpr std::uint32_t kResponse = 2000;  // + the same
constexpr std::uint32_t kAnswerBody = 3000;
constexpr std::uint32_t kEndpoint = 4000;  // + its place in order of names

std::uint32_t open_handle() {
  static std::uint32_t next = 1;
  fake.open.insert(next);
  return next++;
}

std::int32_t close_handle(std::uint32_t handle) {
  if (fake.open.erase(handle) == 1)
    return kFastlyOk;
  ++fake.wrong_closes;
  return kFastlyBadf;
}

std::int32_t give(const std::string& value, char* buf, std::size_t cap, std::size_t* written) {
  *written = value.size();
  if (value.size() > cap)
    return kFastlyBuflen;
  std::memcpy(buf, value.data(), value.size());
  return kFastlyOk;
}

}  // namespace

extern "C" {

int32_t afterglow_fastly_init(uint64_t) {
  return kFastlyOk;
}
int32_t afterglow_fastly_config_open(const char*, size_t, uint32_t* store) {
  *store = 0;
  return fake.settings.empty() ? kFastlyBadf : kFastlyOk;
}
int32_t afterglow_fastly_config_get(uint32_t, const char*, size_t, char* buf, size_t cap,
                                    size_t* written) {
  return give(fake.settings, buf, cap, written);
}
int32_t afterglow_fastly_dictionary_open(const char*, size_t, uint32_t*) {
  return kFastlyBadf;
}
int32_t afterglow_fastly_dictionary_get(uint32_t, const char*, size_t, char*, size_t, size_t*) {
  return kFastlyBadf;
}
int32_t afterglow_fastly_secret_store_open(const char*, size_t, uint32_t*) {
  return kFastlyNone;
}
int32_t afterglow_fastly_secret_get(uint32_t, const char*, size_t, uint32_t*) {
  return kFastlyNone;
}
int32_t afterglow_fastly_secret_plaintext(uint32_t, char*, size_t, size_t*) {
  return kFastlyBadf;
}
int32_t afterglow_fastly_vcpu_ms(uint64_t* vcpu_ms) {
  *vcpu_ms = 0;
  return kFastlyOk;
}
int32_t afterglow_fastly_backend_exists(const char*, size_t, uint32_t* exists) {
  *exists = 1;
  return kFastlyOk;
}
int32_t afterglow_fastly_backend_host(const char*, size_t, char* buf, size_t cap, size_t* written) {
  return give("collector.example", buf, cap, written);
}
int32_t afterglow_fastly_backend_port(const char*, size_t, uint16_t* port) {
  *port = 4318;
  return kFastlyOk;
}
int32_t afterglow_fastly_backend_is_ssl(const char*, size_t, uint32_t* is_ssl) {
  *is_ssl = 1;
  return kFastlyOk;
}
int32_t afterglow_fastly_register_backend(const char*, size_t, const char*, size_t, uint32_t,
                                          const AfterglowFastlyBackendOptions*) {
  return kFastlyUnsupported;
}
int32_t afterglow_fastly_req_new(uint32_t* req) {
  *req = open_handle();
  return kFastlyOk;
}
int32_t afterglow_fastly_req_close(uint32_t req) {
  return close_handle(req);
}
int32_t afterglow_fastly_req_method_set(uint32_t, const char*, size_t) {
  return kFastlyOk;
}
int32_t afterglow_fastly_req_uri_set(uint32_t, const char* uri, size_t len) {
  fake.uri.assign(uri, len);
  return kFastlyOk;
}
int32_t afterglow_fastly_req_header_insert(uint32_t, const char* name, size_t name_len,
                                           const char* value, size_t value_len) {
  fake.headers[{name, name_len}] = {value, value_len};
  return fake.header_status;
}
int32_t afterglow_fastly_body_new(uint32_t* body) {
  *body = open_handle();
  return kFastlyOk;
}
int32_t afterglow_fastly_body_close(uint32_t body) {
  return close_handle(body);
}
int32_t afterglow_fastly_body_write(uint32_t, const char* data, size_t len, uint32_t,
                                    size_t* written) {
  *written = std::min(len, fake.bytes_per_write);
  fake.body.append(data, *written);
  return kFastlyOk;
}
int32_t afterglow_fastly_req_send_async(uint32_t req, uint32_t body, const char*, size_t, uint32_t,
                                        uint32_t* pending) {
  close_handle(req);
  close_handle(body);
  *pending = kPending + fake.sends++;
  return fake.send_status;
}
int32_t afterglow_fastly_select(const uint32_t* handles, size_t count, uint32_t timeout_ms,
                                uint32_t* index) {
  *index = static_cast<std::uint32_t>(count - 1);
  if (fake.ever_ready || handles[0] >= kAnswerBody)
    return kFastlyOk;
  fake.now += timeout_ms * std::uint64_t{1'000'000};
  *index = kFastlyNothingReady;
  return kFastlyOk;
}
int32_t afterglow_fastly_pending_wait(uint32_t pending, AfterglowFastlySendError* error,
                                      uint32_t* resp, uint32_t* body) {
  const std::uint32_t number = pending - kPending;
  error->tag = fake.answers[number].error_tag;
  *resp = kResponse + number;
  *body = kAnswerBody + number;
  if (fake.answers[number].status == kFastlyOk)
    fake.open.insert({*resp, *body});
  return fake.answers[number].status;
}
int32_t afterglow_fastly_resp_status_get(uint32_t resp, uint16_t* status) {
  *status = fake.answers[resp - kResponse].http_status;
  return kFastlyOk;
}
int32_t afterglow_fastly_resp_header_value_get(uint32_t resp, const char*, size_t, char* buf,
                                               size_t cap, size_t* written) {
  const std::string& value = fake.answers[resp - kResponse].retry_after;
  return value.empty() ? kFastlyNone : give(value, buf, cap, written);
}
int32_t afterglow_fastly_resp_close(uint32_t resp) {
  return close_handle(resp);
}
int32_t afterglow_fastly_body_read(uint32_t body, char* buf, size_t cap, size_t* read) {
  std::string& rest = fake.answers[body - kAnswerBody].body;
  *read = std::min({cap, rest.size(), fake.bytes_per_read});
  std::memcpy(buf, rest.data(), *read);
  rest.erase(0, *read);
  return kFastlyOk;
}

int32_t afterglow_fastly_log_endpoint(const char* name, size_t len, uint32_t* endpoint) {
  const auto found = fake.endpoints.find({name, len});
  if (found == fake.endpoints.end())
    return fake.no_endpoint_status;
  *endpoint = kEndpoint + static_cast<std::uint32_t>(std::distance(fake.endpoints.begin(), found));
  return kFastlyOk;
}
int32_t afterglow_fastly_log_write(uint32_t endpoint, const char* text, size_t len,
                                   size_t* written) {
  *written = std::min(len, fake.bytes_per_write);
  std::next(fake.endpoints.begin(), endpoint - kEndpoint)->second.emplace_back(text, *written);
  return kFastlyOk;
}

int32_t afterglow_wasi_clock_time_get(int32_t, uint64_t, uint64_t* time_ns) {
  *time_ns = fake.now;
  return kWasiSuccess;
}
int32_t afterglow_wasi_random_get(void*, uint32_t) {
  return kWasiNosys;
}
int32_t afterglow_wasi_environ_sizes_get(uint32_t*, uint32_t*) {
  return kWasiNosys;
}
int32_t afterglow_wasi_environ_get(char**, char*) {
  return kWasiNosys;
}
int32_t afterglow_wasi_fd_write(int32_t fd, const AfterglowWasiCiovec* pieces, uint32_t count,
                                uint32_t* written) {
  *written = 0;
  for (uint32_t i = 0; i < count; ++i) {
    if (fd == kWasiStderr)
      fake.standard_error.append(pieces[i].data, pieces[i].size);
    *written += pieces[i].size;
  }
  return kWasiSuccess;
}
}
