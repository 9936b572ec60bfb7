#pragma once

// B3 as the ways of headers in and out use it: through pointers, so that only modules link it that
// may speak it.

#include <afterglow/host.h>
#include <afterglow/propagation.h>

#include "context/b3.h"

namespace afterglow {

struct detail::B3Format {
  /// The one header, else the several: whether a caller was found. `has_invalid` becomes true where
  /// something else was there that is none.
  bool (*read)(const IncomingHeaders& headers, context::B3& out, bool& has_invalid);
  void (*write)(const SpanContext& context, bool debug, bool several, const host::PairVisitor& set);
};

}  // namespace afterglow
