// Which of the text formats a client asks for: RFC 9110, "Accept".

#include <afterglow/ascii.h>
#include <afterglow/prometheus_text.h>

namespace afterglow {
namespace {

// Takes what is before `separator` off the beginning, without the blanks around it.
std::string_view take(std::string_view& text, char separator) {
  const std::size_t end = text.find(separator);
  std::string_view part(text.data(), end < text.size() ? end : text.size());
  text.remove_prefix(end < text.size() ? end + 1 : text.size());
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!part.empty() && is_blank(part.front())) {
    part.remove_prefix(1);
  }
  while (!part.empty() && is_blank(part.back())) {
    part.remove_suffix(1);
  }
  return part;
}

// "0.75" in thousandths. What is no weight is none: the range is not wanted.
int weight_of(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1') ||
      (text.size() > 1 && text[1] != '.')) {
    return 0;
  }
  int weight = (text[0] - '0') * 1000;
  int unit = 100;
  for (std::size_t i = 2; i < text.size(); ++i, unit /= 10) {
    if (text[i] < '0' || text[i] > '9') {
      return 0;
    }
    weight += (text[i] - '0') * unit;
  }
  return weight > 1000 ? 0 : weight;
}

}  // namespace

std::string_view content_type(PrometheusFormat format) {
  return format == PrometheusFormat::OpenMetrics
             ? "application/openmetrics-text; version=1.0.0; charset=utf-8"
             : "text/plain; version=0.0.4; charset=utf-8";
}

PrometheusFormat choose_format(std::string_view accept) {
  int open_metrics = 0;
  int plain = 0;
  while (!accept.empty()) {
    std::string_view range = take(accept, ',');
    const std::string_view type = take(range, ';');
    int weight = 1000;
    while (!range.empty()) {
      std::string_view parameter = take(range, ';');
      if (detail::equals_ignoring_case(take(parameter, '='), "q")) {
        weight = weight_of(parameter);
      }
    }
    if (detail::equals_ignoring_case(type, "application/openmetrics-text")) {
      open_metrics = weight > open_metrics ? weight : open_metrics;
    } else if (detail::equals_ignoring_case(type, "text/plain")) {
      plain = weight > plain ? weight : plain;
    }
  }
  return open_metrics != 0 && open_metrics >= plain ? PrometheusFormat::OpenMetrics
                                                    : PrometheusFormat::Text;
}

}  // namespace afterglow
