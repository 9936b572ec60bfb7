#ifndef EDGE_HOST_V1_H
#define EDGE_HOST_V1_H

/* edge_host_v1: how a module on afterglow-host reads its request, calls a backend and answers.
 *
 * Event-driven: the host calls the module when something happened, the module starts what comes
 * next and returns. So one instance can interleave many requests without threads, and the same
 * handler fits hosts whose imports cannot block. edge_host_v1.md tells the rules; the short form:
 *
 *   - A module exports `memory`, `_initialize` and the two functions at the end of this file.
 *   - Requests and calls are named by numbers that are never 0 and never used twice.
 *   - Outputs go to the caller's buffer. `*needed` is the whole length; when it exceeds `cap`
 *     nothing else is written and the answer is BUFFER_TOO_SMALL.
 *   - Header blocks are "name\0value\0...", one pair a header line, duplicates in their order.
 *   - Every (pointer, length) is checked; a bad one is answered MEMORY_FAULT and nothing happens.
 *   - No export is called while an import is on the stack.
 *
 * Telemetry is not part of it: that is afterglow_host_v1. */

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#define EDGE_ABI_ASSERT(condition) static_assert(condition, #condition)
#else
#define EDGE_ABI_ASSERT(condition) _Static_assert(condition, #condition)
#endif

#define EDGE_HOST_V1_MODULE "edge_host_v1"

/* The numbers of afterglow_host_v1. */
typedef int32_t edge_status;
enum {
  EDGE_OK = 0,
  EDGE_INVALID_ARGUMENT = 2, /* a malformed method, target, header or status */
  EDGE_NOT_FOUND = 3,        /* no such request, call or backend, or it is over */
  EDGE_BUFFER_TOO_SMALL = 4, /* nothing written but *needed */
  EDGE_MEMORY_FAULT = 6,     /* a (pointer, length) leaves the memory */
  EDGE_LIMIT = 7,            /* too many calls, or an answer above the host's limit */
  EDGE_TIMEOUT = 8,          /* the backend did not answer in time */
  EDGE_UNAVAILABLE = 9,      /* connect, DNS or TLS failed, or the connection broke */
  EDGE_INTERNAL = 12         /* anything else */
};

/* One call to a backend. Pointers are offsets into the module's memory; a length of 0 makes its
 * pointer meaningless. */
struct edge_call {
  uint32_t size;       /* sizeof(struct edge_call) */
  uint32_t timeout_ms; /* 0, or more than is left of the request's time: what is left */
  uint32_t backend;    /* a name the host was started with; see edge_host_v1.md for URLs */
  uint32_t backend_len;
  uint32_t method;
  uint32_t method_len;
  uint32_t target; /* path with query: begins with '/' */
  uint32_t target_len;
  uint32_t headers;
  uint32_t headers_len;
  uint32_t body;
  uint32_t body_len;
};

#if defined(__wasm__)
#define EDGE_IMPORT(name) __attribute__((import_module(EDGE_HOST_V1_MODULE), import_name(name)))
#define EDGE_EXPORT(name) __attribute__((export_name(name)))

/* Reading a request: valid until it is answered. */
EDGE_IMPORT("request_method")
edge_status edge_request_method(uint64_t id, char* buf, uint32_t cap, uint32_t* needed);
EDGE_IMPORT("request_target") /* path with query, as it came */
edge_status edge_request_target(uint64_t id, char* buf, uint32_t cap, uint32_t* needed);
EDGE_IMPORT("request_headers")
edge_status edge_request_headers(uint64_t id, char* buf, uint32_t cap, uint32_t* needed);
EDGE_IMPORT("request_body")
edge_status edge_request_body(uint64_t id, char* buf, uint32_t cap, uint32_t* needed);

/* Start a call for request `id`. OK promises exactly one edge_on_backend_response for `*call`,
 * whatever happens to the backend or the client; anything else promises none. */
EDGE_IMPORT("call_backend")
edge_status edge_call_backend(uint64_t id, const struct edge_call* in, uint64_t* call);

/* Reading an answer: valid only inside edge_on_backend_response, only for its call. */
EDGE_IMPORT("backend_status") /* OK and the HTTP status, or why there is none */
edge_status edge_backend_status(uint64_t call, uint32_t* http_status);
EDGE_IMPORT("backend_headers")
edge_status edge_backend_headers(uint64_t call, char* buf, uint32_t cap, uint32_t* needed);
EDGE_IMPORT("backend_body")
edge_status edge_backend_body(uint64_t call, char* buf, uint32_t cap, uint32_t* needed);

/* Answer request `id`; once. The host copies everything and adds Content-Length itself. NOT_FOUND:
 * it was answered before, or its time is up and the client has a 504. */
EDGE_IMPORT("respond")
edge_status edge_respond(uint64_t id, uint32_t http_status, const char* headers,
                         uint32_t headers_len, const char* body, uint32_t body_len);

/* The module's side: a request arrived; a call that was started has come to its end. */
EDGE_EXPORT("edge_on_request") void edge_on_request(uint64_t id);
EDGE_EXPORT("edge_on_backend_response") void edge_on_backend_response(uint64_t id, uint64_t call);
#endif

EDGE_ABI_ASSERT(sizeof(struct edge_call) == 48);
EDGE_ABI_ASSERT(__builtin_offsetof(struct edge_call, backend) == 8);
EDGE_ABI_ASSERT(__builtin_offsetof(struct edge_call, method) == 16);
EDGE_ABI_ASSERT(__builtin_offsetof(struct edge_call, target) == 24);
EDGE_ABI_ASSERT(__builtin_offsetof(struct edge_call, headers) == 32);
EDGE_ABI_ASSERT(__builtin_offsetof(struct edge_call, body) == 40);

#ifdef __cplusplus
}
#endif

#endif /* EDGE_HOST_V1_H */
