#pragma once

namespace edge_host {

/// What the program's end means; README.md tells the same to people.
inline constexpr int kExitDone = 0;          ///< Stopped by a signal, everything drained.
inline constexpr int kExitUsage = 1;         ///< The command line is wrong.
inline constexpr int kExitModule = 2;        ///< The module cannot be run.
inline constexpr int kExitCannotListen = 3;  ///< The address cannot be bound.

}  // namespace edge_host
