#include "encode/otlp_scope.h"

#include "encode/otlp_values.h"

namespace afterglow::encode {
namespace {

constexpr std::string_view kEndOfScope = "]}";
constexpr std::string_view kEndOfDocument = "]}]}";
constexpr std::size_t kClosingBytes = kEndOfScope.size() + kEndOfDocument.size();

// Without what the scope does not say.
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

}  // namespace

ScopedDocument::ScopedDocument(JsonWriter& out, const Words& words, std::string_view resource)
    : out_(out), words_(words) {
  out_.raw(words.head).raw(resource).raw(words.scopes);
  out_.reserve(kClosingBytes);
  begun_ = !out_.failed();
}

void ScopedDocument::enter(const Scope* scope) {
  if (scope_ == scope) {
    out_.raw(",");
    return;
  }
  if (scope_ != nullptr) {
    out_.raw(kEndOfScope).raw(",");
  }
  scope_ = scope;
  begin_scope(out_, *scope, words_.items);
}

void ScopedDocument::close() {
  out_.give_back(kClosingBytes);
  if (scope_ != nullptr) {
    out_.raw(kEndOfScope);
  }
  out_.raw(kEndOfDocument);
}

}  // namespace afterglow::encode
