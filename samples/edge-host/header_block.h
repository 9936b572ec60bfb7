#pragma once

// Header lines as one block of bytes: "name\0value\0...", duplicates in their order. It is how
// headers cross the border to a module, so whatever comes from there is checked here.

#include <string>
#include <string_view>

namespace edge_host {

/// True for a token of RFC 9110: what a method or a header's name may be.
bool is_token(std::string_view text);

/// True when `value` can stand in a header line: no control characters but the tab.
bool is_header_value(std::string_view value);

/// True when `target` can stand in a request line: begins with '/', no blanks or controls.
bool is_target(std::string_view target);

/// True when `block` is pairs of a name and a value that can be header lines.
bool is_header_block(std::string_view block);

/// True for what belongs to a connection and is written by this program: a module cannot break the
/// framing.
bool is_connection_header(std::string_view name);

/// `text` without blanks and line ends around it.
std::string_view trim(std::string_view text);

void append_header(std::string& block, std::string_view name, std::string_view value);

/// Append one line as it came over the wire, such as "etag: 7\r\n"; lines without a valid name and
/// value are left out.
void append_header_line(std::string& block, std::string_view line);

/// Call `visit(name, value)` for each pair of a block.
template <class Visit>
void for_each_header(std::string_view block, Visit&& visit) {
  while (!block.empty()) {
    const auto name_end = block.find('\0');
    const auto value_end = name_end == block.npos ? block.npos : block.find('\0', name_end + 1);
    if (value_end == block.npos) {
      return;
    }
    visit(block.substr(0, name_end), block.substr(name_end + 1, value_end - name_end - 1));
    block.remove_prefix(value_end + 1);
  }
}

/// Case-insensitive comparison of header names.
bool same_header_name(std::string_view a, std::string_view b);

/// True when `block` has a line of that name.
bool has_header(std::string_view block, std::string_view name);

}  // namespace edge_host
