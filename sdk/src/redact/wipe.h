#pragma once

#include "base/wipe.h"

namespace afterglow::redact {

using base::wipe;

}  // namespace afterglow::redact
