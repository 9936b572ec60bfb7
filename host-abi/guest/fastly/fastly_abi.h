#pragma once

// What a module on Fastly Compute imports, under the platform's own names: the calls this backend
// makes, and those a handler needs that is written without Fastly's SDK. Unused ones are not
// imported. The C symbols are ours alone, so that a module can link Fastly's SDK as well; handles
// of both are the same thing.

#include <stddef.h>
#include <stdint.h>

typedef uint32_t afterglow_fastly_handle;

constexpr uint32_t kFastlyInvalidHandle = 0xFFFF'FFFE;

// `fastly_status`, which every call returns.
constexpr int32_t kFastlyOk = 0;
constexpr int32_t kFastlyError = 1;
constexpr int32_t kFastlyInval = 2;
constexpr int32_t kFastlyBadf = 3;
constexpr int32_t kFastlyBuflen = 4;  // the needed size is in the call's last out-parameter
constexpr int32_t kFastlyUnsupported = 5;
constexpr int32_t kFastlyBadalign = 6;
constexpr int32_t kFastlyNone = 10;
constexpr int32_t kFastlyLimitExceeded = 13;
constexpr int32_t kFastlyAgain = 14;

constexpr uint32_t kFastlyWriteBack = 0;           // the `end` of a body write
constexpr uint32_t kFastlyNothingReady = ~0U;      // the index of a select that timed out
constexpr uint32_t kFastlyNextRequestTimeout = 2;  // bit 1 of the option mask

/// Why an exchange failed. Set `mask` to all bits before the call. 20 bytes.
struct AfterglowFastlySendError {
  uint32_t tag;
  uint32_t mask;
  uint16_t dns_error_rcode;
  uint16_t dns_error_info_code;
  uint8_t tls_alert_id;
  uint8_t h2_error_frame;
  uint32_t h2_error_code;
};
static_assert(sizeof(AfterglowFastlySendError) == 20);

struct AfterglowFastlyNextRequestOptions {
  uint64_t timeout_ms;
};

/// Options of a dynamic backend; a field counts when its bit in the mask is set.
struct AfterglowFastlyBackendOptions {
  const char* host_override;
  uint32_t host_override_len;
  uint32_t connect_timeout_ms;
  uint32_t first_byte_timeout_ms;
  uint32_t between_bytes_timeout_ms;
  uint32_t ssl_min_version;
  uint32_t ssl_max_version;
  const char* cert_hostname;
  uint32_t cert_hostname_len;
  const char* ca_cert;
  uint32_t ca_cert_len;
  const char* ciphers;
  uint32_t ciphers_len;
  const char* sni_hostname;
  uint32_t sni_hostname_len;
  const char* client_certificate;
  uint32_t client_certificate_len;
  uint32_t client_key;
  uint32_t http_keepalive_time_ms;
  uint32_t tcp_keepalive_enable;
  uint32_t tcp_keepalive_interval_secs;
  uint32_t tcp_keepalive_probes;
  uint32_t tcp_keepalive_time_secs;
  uint32_t max_connections;
  uint32_t max_use;
  uint32_t max_lifetime_ms;
  const void* healthcheck;
};
constexpr uint32_t kFastlyUseSsl = 1U << 5;
constexpr uint32_t kFastlyCertHostname = 1U << 8;
constexpr uint32_t kFastlySniHostname = 1U << 11;

#ifdef __wasm__
#define AFTERGLOW_FASTLY(module, name) \
  __attribute__((import_module("fastly_" module), import_name(name))) int32_t
#else  // a native test defines them
#define AFTERGLOW_FASTLY(module, name) int32_t
#endif

extern "C" {

/// Must be called before any other call, with 1. More than once is harmless.
AFTERGLOW_FASTLY("abi", "init") afterglow_fastly_init(uint64_t abi_version);

// --- requests: the client's, and those to backends ---

AFTERGLOW_FASTLY("http_req", "body_downstream_get")
afterglow_fastly_req_body_downstream_get(afterglow_fastly_handle* req,
                                         afterglow_fastly_handle* body);
AFTERGLOW_FASTLY("http_req", "method_get")
afterglow_fastly_req_method_get(afterglow_fastly_handle req, char* buf, size_t cap,
                                size_t* written);
AFTERGLOW_FASTLY("http_req", "uri_get")
afterglow_fastly_req_uri_get(afterglow_fastly_handle req, char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("http_req", "header_value_get")
afterglow_fastly_req_header_value_get(afterglow_fastly_handle req, const char* name,
                                      size_t name_len, char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("http_req", "header_values_get")
afterglow_fastly_req_header_values_get(afterglow_fastly_handle req, const char* name,
                                       size_t name_len, char* buf, size_t cap, uint32_t cursor,
                                       int64_t* next_cursor, size_t* written);
AFTERGLOW_FASTLY("http_req", "new") afterglow_fastly_req_new(afterglow_fastly_handle* req);
AFTERGLOW_FASTLY("http_req", "method_set")
afterglow_fastly_req_method_set(afterglow_fastly_handle req, const char* method, size_t len);
AFTERGLOW_FASTLY("http_req", "uri_set")
afterglow_fastly_req_uri_set(afterglow_fastly_handle req, const char* uri, size_t len);
AFTERGLOW_FASTLY("http_req", "header_insert")
afterglow_fastly_req_header_insert(afterglow_fastly_handle req, const char* name, size_t name_len,
                                   const char* value, size_t value_len);
AFTERGLOW_FASTLY("http_req", "close") afterglow_fastly_req_close(afterglow_fastly_handle req);

// Request and body are consumed by a send, also by one that fails.
AFTERGLOW_FASTLY("http_req", "send")
afterglow_fastly_req_send(afterglow_fastly_handle req, afterglow_fastly_handle body,
                          const char* backend, size_t backend_len, afterglow_fastly_handle* resp,
                          afterglow_fastly_handle* resp_body);
AFTERGLOW_FASTLY("http_req", "send_async_v2")
afterglow_fastly_req_send_async(afterglow_fastly_handle req, afterglow_fastly_handle body,
                                const char* backend, size_t backend_len, uint32_t streaming,
                                afterglow_fastly_handle* pending);
AFTERGLOW_FASTLY("http_req", "pending_req_wait_v2")
afterglow_fastly_pending_wait(afterglow_fastly_handle pending, AfterglowFastlySendError* error,
                              afterglow_fastly_handle* resp, afterglow_fastly_handle* resp_body);
AFTERGLOW_FASTLY("http_req", "register_dynamic_backend")
afterglow_fastly_register_backend(const char* name, size_t name_len, const char* target,
                                  size_t target_len, uint32_t mask,
                                  const AfterglowFastlyBackendOptions* options);
AFTERGLOW_FASTLY("async_io", "select")
afterglow_fastly_select(const afterglow_fastly_handle* handles, size_t count, uint32_t timeout_ms,
                        uint32_t* ready_index);

AFTERGLOW_FASTLY("backend", "exists")
afterglow_fastly_backend_exists(const char* name, size_t len, uint32_t* exists);
AFTERGLOW_FASTLY("backend", "get_host")
afterglow_fastly_backend_host(const char* name, size_t len, char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("backend", "get_port")
afterglow_fastly_backend_port(const char* name, size_t len, uint16_t* port);
AFTERGLOW_FASTLY("backend", "is_ssl")
afterglow_fastly_backend_is_ssl(const char* name, size_t len, uint32_t* is_ssl);

// --- bodies and responses ---

AFTERGLOW_FASTLY("http_body", "new") afterglow_fastly_body_new(afterglow_fastly_handle* body);
AFTERGLOW_FASTLY("http_body", "read")
afterglow_fastly_body_read(afterglow_fastly_handle body, char* buf, size_t cap, size_t* read);
AFTERGLOW_FASTLY("http_body", "write")
afterglow_fastly_body_write(afterglow_fastly_handle body, const char* data, size_t len,
                            uint32_t end, size_t* written);
AFTERGLOW_FASTLY("http_body", "close") afterglow_fastly_body_close(afterglow_fastly_handle body);

AFTERGLOW_FASTLY("http_resp", "new") afterglow_fastly_resp_new(afterglow_fastly_handle* resp);
AFTERGLOW_FASTLY("http_resp", "status_get")
afterglow_fastly_resp_status_get(afterglow_fastly_handle resp, uint16_t* status);
AFTERGLOW_FASTLY("http_resp", "status_set")
afterglow_fastly_resp_status_set(afterglow_fastly_handle resp, uint16_t status);
AFTERGLOW_FASTLY("http_resp", "header_insert")
afterglow_fastly_resp_header_insert(afterglow_fastly_handle resp, const char* name, size_t name_len,
                                    const char* value, size_t value_len);
AFTERGLOW_FASTLY("http_resp", "header_value_get")
afterglow_fastly_resp_header_value_get(afterglow_fastly_handle resp, const char* name,
                                       size_t name_len, char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("http_resp", "header_values_get")
afterglow_fastly_resp_header_values_get(afterglow_fastly_handle resp, const char* name,
                                        size_t name_len, char* buf, size_t cap, uint32_t cursor,
                                        int64_t* next_cursor, size_t* written);
AFTERGLOW_FASTLY("http_resp", "close") afterglow_fastly_resp_close(afterglow_fastly_handle resp);
AFTERGLOW_FASTLY("http_resp", "send_downstream")
afterglow_fastly_resp_send_downstream(afterglow_fastly_handle resp, afterglow_fastly_handle body,
                                      uint32_t streaming);

// --- the client's request, and more of them in one sandbox ---

AFTERGLOW_FASTLY("http_downstream", "downstream_client_request_id")
afterglow_fastly_request_id(afterglow_fastly_handle req, char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("http_downstream", "next_request")
afterglow_fastly_next_request(uint32_t mask, const AfterglowFastlyNextRequestOptions* options,
                              afterglow_fastly_handle* promise);
AFTERGLOW_FASTLY("http_downstream", "next_request_wait")
afterglow_fastly_next_request_wait(afterglow_fastly_handle promise, afterglow_fastly_handle* req,
                                   afterglow_fastly_handle* body);

// --- logs, configuration, secrets, runtime ---

AFTERGLOW_FASTLY("log", "endpoint_get")
afterglow_fastly_log_endpoint(const char* name, size_t len, afterglow_fastly_handle* endpoint);
AFTERGLOW_FASTLY("log", "write")
afterglow_fastly_log_write(afterglow_fastly_handle endpoint, const char* text, size_t len,
                           size_t* written);
AFTERGLOW_FASTLY("config_store", "open")
afterglow_fastly_config_open(const char* name, size_t len, afterglow_fastly_handle* store);
AFTERGLOW_FASTLY("config_store", "get")
afterglow_fastly_config_get(afterglow_fastly_handle store, const char* key, size_t key_len,
                            char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("dictionary", "open")
afterglow_fastly_dictionary_open(const char* name, size_t len, afterglow_fastly_handle* store);
AFTERGLOW_FASTLY("dictionary", "get")
afterglow_fastly_dictionary_get(afterglow_fastly_handle store, const char* key, size_t key_len,
                                char* buf, size_t cap, size_t* written);
AFTERGLOW_FASTLY("secret_store", "open")
afterglow_fastly_secret_store_open(const char* name, size_t len, afterglow_fastly_handle* store);
AFTERGLOW_FASTLY("secret_store", "get")
afterglow_fastly_secret_get(afterglow_fastly_handle store, const char* key, size_t key_len,
                            afterglow_fastly_handle* secret);
AFTERGLOW_FASTLY("secret_store", "plaintext")
afterglow_fastly_secret_plaintext(afterglow_fastly_handle secret, char* buf, size_t cap,
                                  size_t* written);
AFTERGLOW_FASTLY("compute_runtime", "get_vcpu_ms") afterglow_fastly_vcpu_ms(uint64_t* vcpu_ms);
}
