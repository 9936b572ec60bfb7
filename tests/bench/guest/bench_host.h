#pragma once

// The backend of the bench: the port with as little behind it as possible, so that the SDK's cost
// is what is seen. Its clock is a counter, unless the real one is asked for; nothing is sent.

namespace afterglow::bench {

/// Read WASI's clock from now on, or the counter.
void use_wasi_clock(bool wasi);

}  // namespace afterglow::bench
