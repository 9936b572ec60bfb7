#pragma once

// Names of threads, for those who look at the program from outside.

#include <pthread.h>

namespace edge_host {

/// At most 15 characters.
inline void name_this_thread([[maybe_unused]] const char* name) {
#ifdef __linux__
  pthread_setname_np(pthread_self(), name);
#endif
}

}  // namespace edge_host
