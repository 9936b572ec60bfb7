#pragma once

// Keys of OpenTelemetry's semantic conventions (stable ones, 1.37) that edge handlers use, in
// namespaces that mirror the conventions' groups:
//
//   namespace sc = afterglow::semconv;
//   span.set_attribute(sc::http::kResponseStatusCode, 502);

#include <afterglow/attribute.h>

namespace afterglow::semconv {

namespace http {
inline constexpr Key kRequestMethod{"http.request.method"};
inline constexpr Key kRequestMethodOriginal{"http.request.method_original"};
inline constexpr Key kRequestResendCount{"http.request.resend_count"};
inline constexpr Key kRequestBodySize{"http.request.body.size"};
inline constexpr Key kResponseStatusCode{"http.response.status_code"};
inline constexpr Key kResponseBodySize{"http.response.body.size"};
inline constexpr Key kRoute{"http.route"};
}  // namespace http

namespace url {
inline constexpr Key kScheme{"url.scheme"};
inline constexpr Key kPath{"url.path"};
inline constexpr Key kQuery{"url.query"};
inline constexpr Key kFull{"url.full"};
}  // namespace url

namespace server {
inline constexpr Key kAddress{"server.address"};
inline constexpr Key kPort{"server.port"};
}  // namespace server

namespace client {
inline constexpr Key kAddress{"client.address"};
inline constexpr Key kPort{"client.port"};
}  // namespace client

namespace network {
inline constexpr Key kProtocolName{"network.protocol.name"};
inline constexpr Key kProtocolVersion{"network.protocol.version"};
inline constexpr Key kPeerAddress{"network.peer.address"};
inline constexpr Key kPeerPort{"network.peer.port"};
}  // namespace network

namespace user_agent {
inline constexpr Key kOriginal{"user_agent.original"};
}  // namespace user_agent

namespace error {
inline constexpr Key kType{"error.type"};
}  // namespace error

namespace exception {
inline constexpr Key kType{"exception.type"};
inline constexpr Key kMessage{"exception.message"};
inline constexpr Key kStacktrace{"exception.stacktrace"};
}  // namespace exception

namespace service {
inline constexpr Key kName{"service.name"};
inline constexpr Key kVersion{"service.version"};
inline constexpr Key kNamespace{"service.namespace"};
inline constexpr Key kInstanceId{"service.instance.id"};
}  // namespace service

namespace telemetry {
inline constexpr Key kSdkName{"telemetry.sdk.name"};
inline constexpr Key kSdkLanguage{"telemetry.sdk.language"};
inline constexpr Key kSdkVersion{"telemetry.sdk.version"};
}  // namespace telemetry

namespace deployment {
inline constexpr Key kEnvironmentName{"deployment.environment.name"};
}  // namespace deployment

namespace cloud {
inline constexpr Key kProvider{"cloud.provider"};
inline constexpr Key kPlatform{"cloud.platform"};
inline constexpr Key kRegion{"cloud.region"};
inline constexpr Key kAvailabilityZone{"cloud.availability_zone"};
inline constexpr Key kAccountId{"cloud.account.id"};
inline constexpr Key kResourceId{"cloud.resource_id"};
}  // namespace cloud

}  // namespace afterglow::semconv
