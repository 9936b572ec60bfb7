#include "context/domain.h"

namespace afterglow::context {
namespace {

constexpr char to_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (to_lower(a[i]) != to_lower(b[i])) {
      return false;
    }
  }
  return true;
}

std::string_view without_port(std::string_view host) {
  if (!host.empty() && host.front() == '[') {  // an IPv6 address has colons of its own
    const std::size_t end = host.find(']');
    host.remove_suffix(end == std::string_view::npos ? 0 : host.size() - end - 1);
    return host;
  }
  const std::size_t colon = host.find(':');
  host.remove_suffix(colon == std::string_view::npos ? 0 : host.size() - colon);
  return host;
}

std::string_view without_final_dot(std::string_view name) {
  if (!name.empty() && name.back() == '.') {
    name.remove_suffix(1);
  }
  return name;
}

}  // namespace

bool is_host_in_domain(std::string_view host, std::string_view domain) {
  host = without_final_dot(without_port(host));
  domain = without_final_dot(domain);
  if (domain.empty() || host.size() < domain.size()) {
    return false;
  }
  const std::size_t before = host.size() - domain.size();
  const bool at_a_label = before == 0 || host[before - 1] == '.';
  host.remove_prefix(before);
  return at_a_label && equals_ignoring_case(host, domain);
}

}  // namespace afterglow::context
