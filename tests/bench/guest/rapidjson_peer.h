#pragma once

// The same document, written by RapidJSON's `Writer` into memory of a fixed size: what a program
// would do that has its spans in structs and a JSON library at hand.

#include <string_view>

namespace afterglow::bench::peer {

/// Take the spans of a document of `encode_span_530_bytes` over into structs.
void read_spans(std::string_view document);

/// Write them, and all around them.
void write_spans();
std::string_view written();

}  // namespace afterglow::bench::peer
