#pragma once

// The instrumentation scope that stands before the items it made.

#include <afterglow/trace_types.h>

#include <string_view>

#include "encode/json_writer.h"

namespace afterglow::encode {

/// A document of items that have a scope: resource, scopes, items. Items of one scope should come
/// one after another: a change of scope begins a new group.
class ScopedDocument {
 public:
  /// What the signal calls its parts.
  struct Words {
    std::string_view head;    ///< Up to the resource.
    std::string_view scopes;  ///< The list behind it.
    std::string_view items;   ///< The list of one scope.
  };

  /// `words` outlives the document; `resource` is the rendered one.
  ScopedDocument(JsonWriter& out, const Words& words, std::string_view resource);

  /// Have `write` write an item of `scope`. False when it does not fit: then nothing was written.
  template <class Write>
  [[nodiscard]] bool add(const Scope* scope, Write write) {
    if (!begun_) {
      return false;
    }
    const std::size_t before = out_.size();
    const Scope* const scope_before = scope_;
    enter(scope);
    write();
    if (out_.failed()) {
      out_.rewind(before);
      scope_ = scope_before;
      return false;
    }
    return true;
  }

  void close();

 private:
  void enter(const Scope* scope);

  JsonWriter& out_;
  const Words& words_;
  const Scope* scope_ = nullptr;
  bool begun_ = false;  // the resource fits, so that items may follow it
};

}  // namespace afterglow::encode
