#include "waterfall.h"

#include <algorithm>
#include <cstdint>
#include <map>
#include <string_view>

#include "terminal_text.h"

namespace demo {

namespace {

struct Glyphs {
  std::string_view bar, event, branch, last_branch, through, error, ellipsis, dot;
};
constexpr Glyphs kUnicode{"█", "◆", "├─ ", "└─ ", "│  ", "✗", "…", " · "};
constexpr Glyphs kAscii{"#", "*", "|- ", "`- ", "|  ", "x", "~", " - "};

constexpr std::string_view kKinds[] = {"", "internal", "server", "client", "producer", "consumer"};
/// Nobody reads a longer one, and a hostile one must not take time and stack without bound.
constexpr std::size_t kMaxDrawn = 500;
/// Both masks of the SDK hold it: `[REDACTED]` for values, `REDACTED` within URLs.
constexpr std::string_view kMask = "REDACTED";
constexpr std::size_t kKindWidth = 9;
constexpr std::size_t kDurationWidth = 9;

std::string_view kind_name(int kind) {
  return kind >= 0 && kind < static_cast<int>(std::size(kKinds)) ? kKinds[kind] : "?";
}

/// One trace on its axis.
class Drawing {
 public:
  Drawing(std::vector<const TraceSpan*> spans, const TerminalStyle& style)
      : spans_(std::move(spans)), style_(style), glyphs_(style.unicode ? kUnicode : kAscii) {
    width_ = std::max<std::size_t>(style.width, 60);
    label_width_ = std::min<std::size_t>(36, width_ / 3);
    axis_width_ = width_ - label_width_ - kKindWidth - kDurationWidth - 5;  // blanks and error mark
    start_ = spans_.front()->start_unix_nano;
    for (const TraceSpan* span : spans_) {
      start_ = std::min(start_, span->start_unix_nano);
      end_ = std::max(end_, span->end_unix_nano);
    }
    std::stable_sort(spans_.begin(), spans_.end(), [](const TraceSpan* a, const TraceSpan* b) {
      return a->start_unix_nano < b->start_unix_nano;
    });
    drawn_.resize(spans_.size());
  }

  std::string draw() {
    heading();
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      if (!drawn_[i] && !has_parent_here(*spans_[i])) {
        tree(i, "", "");
      }
    }
    for (std::size_t i = 0; i < spans_.size(); ++i) {  // what hangs in a circle has no root
      if (!drawn_[i]) {
        tree(i, "", "");
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] bool has_parent_here(const TraceSpan& span) const {
    return std::any_of(spans_.begin(), spans_.end(), [&span](const TraceSpan* other) {
      return other != &span && other->span_id == span.parent_span_id;
    });
  }

  void heading() {
    const TraceSpan& first = *spans_.front();
    paint("1", fit(first.service, 40, glyphs_.ellipsis));
    out_.append(glyphs_.dot).append("trace ").append(first.trace_id).append(glyphs_.dot);
    out_.append(duration_text(end_ - start_, style_.unicode)).append(glyphs_.dot);
    out_.append(std::to_string(spans_.size())).append(spans_.size() == 1 ? " span\n" : " spans\n");
    const std::string right = duration_text(end_ - start_, style_.unicode);
    std::string axis = std::string(label_width_ + kKindWidth + 2, ' ') + "0";
    axis.append(axis_width_ - 1 - std::min(axis_width_ - 1, columns(right)), ' ').append(right);
    paint("2", axis);
    out_.push_back('\n');
  }

  void tree(std::size_t index, const std::string& own, const std::string& below) {
    constexpr std::size_t kMaxIndent = 48;  // of a hostile chain; deeper rows stay there
    drawn_[index] = true;
    const TraceSpan& span = *spans_[index];
    std::vector<std::size_t> children;
    for (std::size_t i = 0; i < spans_.size(); ++i) {
      if (!drawn_[i] && spans_[i]->parent_span_id == span.span_id) {
        drawn_[i] = true;  // claimed: a repeated id must not draw it twice
        children.push_back(i);
      }
    }
    span_row(span, own);
    const std::string detail = below + std::string(children.empty() ? "   " : glyphs_.through);
    for (const TextAttribute& attribute : span.attributes) {
      if (attribute.value.find(kMask) != std::string::npos) {
        redacted_row(attribute, detail);
      }
    }
    for (const SpanEvent& event : span.events) {
      event_row(event, detail);
    }
    for (const std::size_t child : children) {
      const bool last = child == children.back();
      const std::string& base = below.size() > kMaxIndent ? std::string() : below;
      tree(child, base + std::string(last ? glyphs_.last_branch : glyphs_.branch),
           base + (last ? "   " : std::string(glyphs_.through)));
    }
  }

  /// Column of the axis at which `unix_nano` lies; what lies outside goes to the nearest end.
  [[nodiscard]] std::size_t column(std::uint64_t unix_nano) const {
    const std::uint64_t at = std::clamp(unix_nano, start_, end_) - start_;
    const double share =
        end_ == start_ ? 0 : static_cast<double>(at) / static_cast<double>(end_ - start_);
    return std::min(axis_width_ - 1,
                    static_cast<std::size_t>(share * static_cast<double>(axis_width_)));
  }

  void span_row(const TraceSpan& span, const std::string& prefix) {
    const bool failed = span.status == 2;
    const std::size_t from = column(span.start_unix_nano);
    const std::size_t to = std::max(from, column(span.end_unix_nano));
    out_.append(pad(fit(prefix + clean(span.name), label_width_, glyphs_.ellipsis), label_width_));
    out_.push_back(' ');
    paint("2", pad(std::string(kind_name(span.kind)), kKindWidth));
    out_.append(1 + from, ' ');
    paint(failed ? "31" : "36", repeat(glyphs_.bar, to - from + 1));
    out_.append(axis_width_ - to - 1, ' ');
    const std::string took =
        duration_text(span.end_unix_nano - span.start_unix_nano, style_.unicode);
    out_.append(1 + kDurationWidth - std::min(kDurationWidth, columns(took)), ' ').append(took);
    if (failed) {
      out_.push_back(' ');
      paint("31", std::string(glyphs_.error));
    }
    out_.push_back('\n');
    if (failed && !span.status_message.empty()) {
      note_row(prefix, clean(span.status_message));
    }
  }

  /// Why the span above failed, below its bar.
  void note_row(const std::string& prefix, const std::string& message) {
    const std::size_t indent = label_width_ + kKindWidth + 2;
    out_.append(pad(fit(hanging(prefix), label_width_, ""), label_width_));
    out_.append(indent - label_width_, ' ');
    paint("31", std::string(glyphs_.error) + ' ' +
                    fit(message, axis_width_ + kDurationWidth - 2, glyphs_.ellipsis));
    out_.push_back('\n');
  }

  /// What redaction changed, across the columns: such values are longer than names.
  void redacted_row(const TextAttribute& attribute, const std::string& prefix) {
    const std::string shown = fit(prefix, label_width_, "");
    const std::string text = clean(attribute.key) + "  " + clean(attribute.value);
    out_.append(shown);
    paint("2", fit(text, width_ - columns(shown), glyphs_.ellipsis));
    out_.push_back('\n');
  }

  void event_row(const SpanEvent& event, const std::string& prefix) {
    const std::string label = prefix + std::string(glyphs_.event) + ' ' + clean(event.name);
    const std::size_t at = column(event.unix_nano);
    out_.append(pad(fit(label, label_width_, glyphs_.ellipsis), label_width_));
    out_.append(kKindWidth + 2 + at, ' ');
    paint("33", std::string(glyphs_.event));
    out_.append(axis_width_ - at - 1, ' ');
    const std::string when = std::string("+").append(
        duration_text(std::clamp(event.unix_nano, start_, end_) - start_, style_.unicode));
    out_.append(1 + kDurationWidth - std::min(kDurationWidth, columns(when)), ' ').append(when);
    out_.push_back('\n');
  }

  /// The lines of the tree that run on below a row that began with `prefix`.
  [[nodiscard]] std::string hanging(const std::string& prefix) const {
    const std::string_view all = prefix;
    if (all.ends_with(glyphs_.branch)) {
      return prefix.substr(0, all.size() - glyphs_.branch.size()) + std::string(glyphs_.through);
    }
    if (all.ends_with(glyphs_.last_branch)) {
      return prefix.substr(0, all.size() - glyphs_.last_branch.size()) + "   ";
    }
    return prefix;
  }

  void paint(std::string_view colour, const std::string& text) {
    out_.append(painted(colour, text, style_.colour));
  }

  std::vector<const TraceSpan*> spans_;
  const TerminalStyle style_;
  const Glyphs& glyphs_;
  std::vector<bool> drawn_;
  std::size_t width_ = 0;
  std::size_t label_width_ = 0;
  std::size_t axis_width_ = 0;
  std::uint64_t start_ = 0;
  std::uint64_t end_ = 0;
  std::string out_;
};

}  // namespace

std::string draw_waterfall(const std::vector<TraceSpan>& spans, const TerminalStyle& style) {
  std::map<std::string_view, std::vector<const TraceSpan*>> traces;
  std::vector<std::string_view> order;
  for (const TraceSpan& span : spans) {
    auto& trace = traces[span.trace_id];
    if (trace.empty()) {
      order.push_back(span.trace_id);
    }
    trace.push_back(&span);
  }
  std::string out;
  for (const std::string_view id : order) {
    std::vector<const TraceSpan*>& trace = traces[id];
    const std::size_t left_out = trace.size() - std::min(trace.size(), kMaxDrawn);
    trace.resize(trace.size() - left_out);
    out += Drawing(std::move(trace), style).draw();
    if (left_out != 0) {
      out.append("and ").append(std::to_string(left_out)).append(" spans more\n");
    }
  }
  return out;
}

}  // namespace demo
