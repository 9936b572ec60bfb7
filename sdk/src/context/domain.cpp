#include "context/domain.h"

#include <afterglow/ascii.h>

namespace afterglow::context {
namespace {

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
  return at_a_label && detail::equals_ignoring_case(host, domain);
}

}  // namespace afterglow::context
