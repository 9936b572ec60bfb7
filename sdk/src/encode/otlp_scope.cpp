#include "encode/otlp_scope.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {

void begin_scope(JsonWriter& out, const Scope& scope, std::string_view items) {
  out.raw("{");
  if (!scope.name.empty()) {
    out.raw(R"("scope":{"name":)").string(scope.name);
    if (!scope.version.empty()) {
      out.raw(R"(,"version":)").string(scope.version);
    }
    for (std::size_t i = 0; i < scope.attributes.size(); ++i) {
      out.raw(i == 0 ? R"(,"attributes":[)" : ",");
      write_attribute(out, scope.attributes[i].key.text(), scope.attributes[i].value);
    }
    out.raw(scope.attributes.empty() ? "}," : "]},");
  }
  if (!scope.schema_url.empty()) {
    out.raw(R"("schemaUrl":)").string(scope.schema_url).raw(",");
  }
  out.raw("\"").raw(items).raw("\":[");
}

}  // namespace afterglow::encode
