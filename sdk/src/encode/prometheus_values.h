#pragma once

// Values of attributes as text for labels: strings as they are, others as OpenTelemetry's common
// specification says, in JSON.

#include <afterglow/prometheus_text.h>

#include <cstddef>
#include <span>
#include <string_view>

namespace afterglow::encode {

/// Of a value in the table's stored form: for `PrometheusLabel::write`.
void write_stored_value(PrometheusText& out, std::string_view stored);

/// The labels of the resource that `Resource` wrote, as many as fit. Scalars only: lists, maps and
/// bytes are left out. Returns how many.
std::size_t labels_of_resource(std::string_view resource, std::span<PrometheusLabel> labels);

}  // namespace afterglow::encode
