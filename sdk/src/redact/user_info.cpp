// In a file of its own: what records the parts of a URL asks this without a policy too.

#include "redact/step.h"
#include "redact/url.h"

namespace afterglow::redact {
namespace {

/// Whether there is more than a host: a port or user info. Colons in brackets are of an address.
bool has_port_or_user(std::string_view authority) {
  bool bracketed = !authority.empty() && authority.front() == '[';
  for (const char c : authority) {
    count_step();
    if (c == '@' || (c == ':' && !bracketed)) {
      return true;
    }
    bracketed = bracketed && c != ']';
  }
  return false;
}

}  // namespace

bool may_be_user_info(std::string_view authority, std::string_view rest) {
  if (!has_port_or_user(authority)) {
    return false;
  }
  bool in_query = false;
  for (const char c : rest) {
    count_step();
    if (c == '@') {
      return true;
    }
    in_query = in_query || c == '?';
    if (c == '=' && in_query) {
      return false;
    }
  }
  return false;
}

}  // namespace afterglow::redact
