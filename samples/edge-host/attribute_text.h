#pragma once

// Values of OTLP/JSON attributes as text: strings as they are, others as JSON, which is what
// OpenTelemetry's common specification says.

#include <rapidjson/document.h>

#include <string>

namespace edge_host {

/// `value` is an object such as {"intValue":"7"}; of what is none, the text is empty.
std::string attribute_text(const rapidjson::Value& value);

}  // namespace edge_host
