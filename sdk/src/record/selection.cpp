#include "record/selection.h"

#include "record/attribute_list.h"

namespace afterglow::record {

void end_unfinished(Recorder& recorder) {
  for (PageIndex page = recorder.first_trace; page != kNoPage;) {
    LocalTrace& trace = *recorder.trace(page);
    page = trace.next;
    const std::uint16_t generation = recorder.pages.generation(trace.first_page);
    const PageIndex first_page = trace.first_page;
    for (Offset offset = trace.first_span;
         offset != 0 && recorder.pages.generation(first_page) == generation;) {
      auto& span = *recorder.at<SpanRecord>(offset);
      offset = span.next;  // the end of the last open span may release the trace
      if (span.state == SpanState::Open) {
        set_attribute(recorder, trace, span.attributes, "afterglow.unfinished", true,
                      SpanLimits::kUnlimited);
        end_span(recorder, span, 0);
      }
    }
  }
}

}  // namespace afterglow::record
