#pragma once

// The recipes, for a program that runs them: of each, its configuration and its handler. A user
// copies a recipe's .cpp; the `Telemetry` there would be
//
//   constinit Buffer<64 * 1024> memory;
//   constinit Telemetry telemetry{memory, kConfig};

#include <afterglow/afterglow.h>

#include <cstdint>

#include "surroundings.h"

namespace recipes {

namespace force_trace {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace force_trace

namespace restart_at_edge {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace restart_at_edge

namespace rewritten_traceparent {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace rewritten_traceparent

namespace all_errors {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace all_errors

namespace keep_slow {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace keep_slow

namespace rate_for_route {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace rate_for_route

namespace rate_without_deploy {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace rate_without_deploy

namespace eu_data_stays {
extern const afterglow::Config kConfig;
std::uint32_t handle(afterglow::Telemetry& telemetry, const Request& request);
}  // namespace eu_data_stays

}  // namespace recipes
