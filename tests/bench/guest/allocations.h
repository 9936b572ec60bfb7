#pragma once

#include <cstdint>

namespace afterglow::bench {

/// Allocations since the instance began, whoever made them.
std::uint32_t allocations();

}  // namespace afterglow::bench
