#pragma once

// B3 as the ways of headers in and out use it: through pointers, so that only modules link it that
// may speak it.

#include <afterglow/host.h>
#include <afterglow/propagation.h>

#include "context/b3.h"

namespace afterglow {

struct B3Reading {
  bool is_valid;    // a caller was found
  bool is_invalid;  // and something else was there that is none
};

struct detail::B3Format {
  /// The one header, else the several.
  B3Reading (*read)(const IncomingHeaders& headers, context::B3& out);
  void (*write)(const SpanContext& context, bool debug, bool several, host::PairVisitor set);
};

}  // namespace afterglow
