#ifndef AFTERGLOW_HOST_V1_H
#define AFTERGLOW_HOST_V1_H

/* afterglow_host_v1: what a WebAssembly module instrumented with Afterglow asks of its host.
 *
 * Five imports, four exports, three structs, in plain C11: guests in C or C++ call the functions,
 * hosts in C or C++ take the structs and numbers. afterglow_host_v1.md tells the rules and their
 * reasons; the short form of them:
 *
 *   - The module name carries the major version; a signature in it never changes.
 *   - A struct starts with the size its owner knows; an output is written min(size) bytes long.
 *   - The guest owns all memory. The host copies before it returns and keeps no pointer.
 *   - Bad pointers are answered MEMORY_FAULT, missing abilities UNSUPPORTED; nothing ever traps.
 *   - No export is called while an import is on the stack.
 *   - Strings are UTF-8 and not NUL-terminated; integers are little endian.
 */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define AFTERGLOW_ABI_ASSERT(condition) static_assert(condition, #condition)
#else
#define AFTERGLOW_ABI_ASSERT(condition) _Static_assert(condition, #condition)
#endif

#define AFTERGLOW_HOST_V1_MODULE "afterglow_host_v1"
#define AFTERGLOW_HOST_V1_MINOR 0

/* What became of a call. 13 to 63 are reserved; from 64 on a host may use numbers of its own. A
 * guest treats every non-zero number it does not know as AFTERGLOW_INTERNAL. */
typedef int32_t afterglow_status;
enum {
  AFTERGLOW_OK = 0,               /* done; for send: finished, http_status is valid */
  AFTERGLOW_QUEUED = 1,           /* copied; the outcome comes by on_send_result or never */
  AFTERGLOW_INVALID_ARGUMENT = 2, /* the host refuses these arguments */
  AFTERGLOW_NOT_FOUND = 3,        /* no such key, destination or ticket */
  AFTERGLOW_BUFFER_TOO_SMALL = 4, /* nothing written but *needed */
  AFTERGLOW_UNSUPPORTED = 5,      /* this host cannot do that */
  AFTERGLOW_MEMORY_FAULT = 6,     /* a (pointer, length) leaves the memory; nothing was done */
  AFTERGLOW_LIMIT = 7,            /* a quota or a size limit of the host */
  AFTERGLOW_TIMEOUT = 8,          /* no answer in time */
  AFTERGLOW_UNAVAILABLE = 9,      /* connect, DNS or TLS failed */
  AFTERGLOW_DENIED = 10,          /* the host's policy forbids it */
  AFTERGLOW_AGAIN = 11,           /* not now; later may work */
  AFTERGLOW_INTERNAL = 12         /* anything else */
};

/* Bits of afterglow_info.features. */
#define AFTERGLOW_FEATURE_SEND (UINT64_C(1) << 0)          /* send goes somewhere */
#define AFTERGLOW_FEATURE_BLOCKING_SEND (UINT64_C(1) << 1) /* send waits: OK and http_status */
#define AFTERGLOW_FEATURE_RESPONSE_SENT (UINT64_C(1) << 2) /* the host calls on_response_sent */
#define AFTERGLOW_FEATURE_SEND_RESULT (UINT64_C(1) << 3)   /* the host calls on_send_result */
#define AFTERGLOW_FEATURE_HOST_ENDPOINT (UINT64_C(1) << 4) /* the URL is the host's */
#define AFTERGLOW_FEATURE_CLOCK_FROZEN (UINT64_C(1) << 5)  /* clocks stand still between I/O */
#define AFTERGLOW_FEATURE_URL_TARGET (UINT64_C(1) << 6)    /* a target may be a base URL */

/* What the host can do. The guest zeroes it and sets size; the host writes min(size, what it
 * knows) bytes and sets size to that number. Limits: 0 is "unlimited, or not known". */
struct afterglow_info {
  uint32_t size;
  uint16_t abi_minor; /* the minor version of the host */
  uint16_t reserved;
  uint64_t features;
  uint32_t max_send_bytes;        /* largest body */
  uint32_t max_log_bytes;         /* longest log line */
  uint32_t post_response_ms;      /* time granted after a response */
  uint32_t max_sends_per_request; /* bodies taken per request served */
};

/* Bits of afterglow_send_req.flags. A host answers UNSUPPORTED to a bit it does not know. */
#define AFTERGLOW_SEND_WANT_RESULT UINT32_C(1) /* call on_send_result */
#define AFTERGLOW_SEND_GZIP UINT32_C(2)        /* the body is gzip: add Content-Encoding */

enum { AFTERGLOW_SIGNAL_TRACES = 1, AFTERGLOW_SIGNAL_METRICS = 2, AFTERGLOW_SIGNAL_LOGS = 3 };

/* One body to POST. Pointers are offsets into the guest's memory; a length of 0 makes its pointer
 * meaningless. */
struct afterglow_send_req {
  uint32_t size;
  uint32_t flags;
  uint32_t target; /* logical destination, or base URL; empty is the host's default one */
  uint32_t target_len;
  uint32_t path; /* "/v1/traces": begins with '/', or is empty */
  uint32_t path_len;
  uint32_t content_type;
  uint32_t content_type_len;
  uint32_t headers; /* "name\0value\0..." beyond the content type */
  uint32_t headers_len;
  uint32_t body;
  uint32_t body_len;
  uint32_t timeout_ms; /* for the whole exchange; 0 is the host's default */
  uint32_t signal;
  uint32_t resp_buf; /* a finished answer's body goes here, cut at resp_cap */
  uint32_t resp_cap;
};

/* What became of it: written min(size) bytes long as afterglow_info is. */
struct afterglow_send_res {
  uint32_t size;
  uint32_t http_status;    /* valid with OK */
  uint64_t ticket;         /* valid with QUEUED; never 0 then */
  uint32_t retry_after_ms; /* from the answer's Retry-After; 0 is none */
  uint32_t resp_len;       /* bytes written to resp_buf */
};

#if defined(__wasm__)
#define AFTERGLOW_IMPORT(name) \
  __attribute__((import_module(AFTERGLOW_HOST_V1_MODULE), import_name(name)))
#define AFTERGLOW_EXPORT(name) __attribute__((export_name(name)))

/* Ask what the host can do. */
AFTERGLOW_IMPORT("info") afterglow_status afterglow_host_info(struct afterglow_info* io);

/* Hand over one body. OK: finished; QUEUED: copied; anything else: not taken, nothing follows. */
AFTERGLOW_IMPORT("send")
afterglow_status afterglow_host_send(const struct afterglow_send_req* in,
                                     struct afterglow_send_res* io);

/* Write one line, without its newline. severity: OpenTelemetry's 1 to 24. */
AFTERGLOW_IMPORT("log")
afterglow_status afterglow_host_log(uint32_t severity, const char* stream, uint32_t stream_len,
                                    const char* message, uint32_t message_len);

/* Read one value; with an empty key all pairs, "key\0value\0...". *needed: the length of it. */
AFTERGLOW_IMPORT("config_get")
afterglow_status afterglow_host_config_get(const char* key, uint32_t key_len, char* buf,
                                           uint32_t cap, uint32_t* needed);

/* The body of the answer being reported; only inside on_send_result, only its ticket. */
AFTERGLOW_IMPORT("result_body")
afterglow_status afterglow_host_result_body(uint64_t ticket, char* buf, uint32_t cap,
                                            uint32_t* needed);

/* Marker: this module speaks 1.0. Never called; the host looks for the name before it starts it. */
AFTERGLOW_EXPORT("afterglow_abi_version_1_0") void afterglow_abi_version_1_0(void);

/* Optional: the response of request_id left. 0: drained; n > 0: call again in n ms. */
AFTERGLOW_EXPORT("afterglow_v1_on_response_sent")
int32_t afterglow_v1_on_response_sent(uint64_t request_id);

/* Optional: the next part of what was measured, OTLP/JSON; its address is in the upper half of the
 * answer, its length in the lower. 0: that was all, and the next call begins anew. */
AFTERGLOW_EXPORT("afterglow_v1_export_metrics") uint64_t afterglow_v1_export_metrics(void);

/* Optional: the queued body `ticket` came to its end. */
AFTERGLOW_EXPORT("afterglow_v1_on_send_result")
void afterglow_v1_on_send_result(uint64_t ticket, afterglow_status status, uint32_t http_status,
                                 uint32_t retry_after_ms);
#endif

AFTERGLOW_ABI_ASSERT(sizeof(struct afterglow_info) == 32);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, abi_minor) == 4);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, features) == 8);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, max_send_bytes) == 16);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, max_log_bytes) == 20);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, post_response_ms) == 24);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_info, max_sends_per_request) == 28);
AFTERGLOW_ABI_ASSERT(sizeof(struct afterglow_send_req) == 64);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, flags) == 4);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, target) == 8);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, path) == 16);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, content_type) == 24);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, headers) == 32);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, body) == 40);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, timeout_ms) == 48);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, signal) == 52);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, resp_buf) == 56);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_req, resp_cap) == 60);
AFTERGLOW_ABI_ASSERT(sizeof(struct afterglow_send_res) == 24);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_res, http_status) == 4);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_res, ticket) == 8);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_res, retry_after_ms) == 16);
AFTERGLOW_ABI_ASSERT(__builtin_offsetof(struct afterglow_send_res, resp_len) == 20);

#ifdef __cplusplus
}
#endif

#endif /* AFTERGLOW_HOST_V1_H */
