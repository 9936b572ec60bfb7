#pragma once

// Headers as text, in two forms: the port's "name\0value\0...", and the list of
// OTEL_EXPORTER_OTLP_HEADERS, "name=value,name=value" with percent-encoded values.

#include <afterglow/host.h>

#include <string_view>

namespace afterglow::fastly {

/// Call `visit(name, value)` once a header; a tail without its NUL is left out.
void visit_header_text(std::string_view text, host::PairVisitor visit);

/// Call `visit(name, value)` once an entry. Entries without a name, without '=', or too long are
/// left out; "%" that is not followed by two digits stays as it is.
void visit_header_list(std::string_view list, host::PairVisitor visit);

}  // namespace afterglow::fastly
