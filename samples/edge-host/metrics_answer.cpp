#include "metrics_answer.h"

#include <string>
#include <string_view>

#include "header_block.h"

namespace edge_host {

ClientResponse metrics_answer(const ClientRequest& request, const MetricTotals& totals) {
  const std::string_view target = request.target;
  if (target.substr(0, target.find('?')) != "/metrics") {
    return {404, {}, "see /metrics\n"};
  }
  ClientResponse response{405, {}, "only GET\n"};
  if (request.method != "GET" && request.method != "HEAD") {
    append_header(response.headers, "allow", "GET, HEAD");
    return response;
  }
  std::string accept;
  for_each_header(request.headers, [&accept](std::string_view name, std::string_view value) {
    if (same_header_name(name, "accept")) {
      accept.append(accept.empty() ? "" : ",").append(value);
    }
  });
  const afterglow::PrometheusFormat format = afterglow::choose_format(accept);
  response = {200, {}, totals.page(format)};
  append_header(response.headers, "content-type", afterglow::content_type(format));
  return response;
}

}  // namespace edge_host
