#pragma once

// Propagation: which headers carry the context of a trace in and out, and whom to believe.
//
//   constexpr std::string_view kOwn[] = {"example.com", "carts.internal"};
//   constexpr OwnDomains kOwnDomains{kOwn};
//   constinit Telemetry telemetry{memory, {.propagators = {Propagator::TraceContext},
//                                          .incoming = {restart_unless_partner},
//                                          .outgoing = kOwnDomains}};
//
// By default W3C Trace Context and W3C Baggage are read and written, every caller is believed, and
// every destination is told. OTEL_PROPAGATORS replaces the choice of formats at run time.

#include <afterglow/carrier.h>
#include <afterglow/context.h>

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <type_traits>

namespace afterglow {

/// A format of headers.
enum class Propagator : std::uint8_t {
  TraceContext,  ///< `traceparent` and `tracestate`: W3C Trace Context Level 2.
  Baggage,       ///< `baggage`: W3C Baggage.
  B3,            ///< Writes the one header `b3`; reads that one first, else the several.
  B3Multi,       ///< Writes `x-b3-traceid`, `x-b3-spanid`, `x-b3-sampled`; reads as `B3`.
};

namespace detail {
/// Reached only through `Propagators` that hold a form of B3, so that modules without one, and
/// without an environment that could name one, do not link it.
struct B3Format;
extern const B3Format kB3Format;
}  // namespace detail

/// The formats in use, in the order they are asked: of two that carry an identity (Trace Context
/// and B3), the later one that finds a valid one wins, as in OpenTelemetry's composite propagator.
class Propagators {
 public:
  static constexpr std::size_t kMax = 4;

  /// None: nothing is read and nothing is written.
  constexpr Propagators() = default;
  /// A repeated format counts once.
  constexpr Propagators(std::initializer_list<Propagator> list) {
    for (const Propagator propagator : list) {
      add(propagator);
    }
  }

  constexpr void add(Propagator propagator) {
    if (!has(propagator)) {
      list_[count_++] = propagator;
    }
    if (propagator == Propagator::B3 || propagator == Propagator::B3Multi) {
      b3_ = &detail::kB3Format;
    }
  }
  [[nodiscard]] constexpr bool has(Propagator propagator) const {
    for (const Propagator listed : *this) {
      if (listed == propagator) {
        return true;
      }
    }
    return false;
  }
  [[nodiscard]] constexpr const Propagator* begin() const { return list_; }
  [[nodiscard]] constexpr const Propagator* end() const { return list_ + count_; }
  friend constexpr bool operator==(const Propagators&, const Propagators&) = default;

  /// Not null where one of them is a form of B3.
  [[nodiscard]] constexpr const detail::B3Format* b3() const { return b3_; }

 private:
  const detail::B3Format* b3_ = nullptr;
  Propagator list_[kMax] = {};
  std::uint8_t count_ = 0;
};

/// The specification's default.
inline constexpr Propagators kDefaultPropagators{Propagator::TraceContext, Propagator::Baggage};

/// What to do about platforms that rewrite `traceparent` on its way, which detaches the spans
/// behind them from ours: a copy in `x-traceparent` passes. Part of `Propagator::TraceContext`.
enum class XTraceparent : std::uint8_t {
  Off,              ///< Neither read nor written.
  SendCopy,         ///< Write a copy; on reading, `traceparent` wins.
  PreferOnExtract,  ///< Write a copy; on reading, the copy wins.
};

/// Response headers that tell the caller who answered, written by `Span::inject_response`. Off by
/// default: an identity is not for everyone, so never set them on answers to strangers. W3C Trace
/// Context Level 3, draft.
enum class ResponseHeaders : std::uint8_t {
  None = 0,
  TraceResponse = 1,  ///< `traceresponse: 00-…`
  ServerTiming = 2,   ///< `server-timing: trace;desc=00-…`, which scripts of a page can read.
  Both = 3,
};

/// How far to believe the caller of one request.
enum class Trust : std::uint8_t {
  Continue,        ///< Continue its trace; carry its trace state and baggage on.
  RestartAndLink,  ///< Begin a new trace with a link to the caller; forget its baggage.
  Ignore,          ///< As if it had sent nothing.
};

/// The headers of the request that is being extracted, for a predicate to look at.
class IncomingHeaders {
 public:
  template <HeaderSource Headers>
  explicit constexpr IncomingHeaders(const Headers& headers)
      : headers_(&headers), visit_(visit<Headers>) {}

  /// Call `f(std::string_view)` for each header line of that name.
  template <class F>
  void for_each(const std::string_view& name, F&& f) const {
    visit_(headers_, name, {&f, take<std::remove_reference_t<F>>});
  }

  /// Whether one line of that name has exactly this value.
  [[nodiscard]] bool has(std::string_view name, std::string_view value) const {
    bool found = false;
    for_each(name, [&](std::string_view line) { found = found || line == value; });
    return found;
  }

 private:
  struct LineVisitor {
    void* object;
    void (*take)(void* object, const char* line, std::size_t length);
  };
  struct LineReference {  // a single pointer stays in a register of WebAssembly; two would not
    void operator()(std::string_view line) const {
      visitor->take(visitor->object, line.data(), line.size());
    }
    const LineVisitor* visitor;
  };

  template <class Headers>
  static void visit(const void* headers, const std::string_view& name, const LineVisitor& visitor) {
    static_cast<const Headers*>(headers)->for_each(name, LineReference{&visitor});
  }
  template <class F>
  static void take(void* f, const char* line, std::size_t length) {
    (*static_cast<F*>(f))(std::string_view(line, length));
  }

  const void* headers_;
  void (*visit_)(const void* headers, const std::string_view& name, const LineVisitor& visitor);
};

/// Asked once for each extraction; `caller` is invalid when no format found one, which may still
/// mean baggage. Unset: everybody is believed.
struct IncomingTrust {
  Trust (*decide)(void* context, const IncomingHeaders& headers,
                  const SpanContext& caller) = nullptr;
  void* context = nullptr;
};

/// Asked by `Span::inject` with the host name of the destination, empty when the program gave none.
/// False: no header is written. Unset: every destination is told.
struct OutgoingTrust {
  bool (*allow)(const void* context, std::string_view host) = nullptr;
  const void* context = nullptr;
};

/// Tells destinations in one's own domains only: those listed and the hosts below them. A port is
/// ignored, letters match whatever their case. A destination without a name is not told.
class OwnDomains {
 public:
  /// `domains` lives as long as the program: `example.com` also covers `carts.example.com`.
  constexpr explicit OwnDomains(std::span<const std::string_view> domains) : domains_(domains) {}

  [[nodiscard]] bool covers(std::string_view host) const;

  constexpr operator OutgoingTrust() const& {  // NOLINT(google-explicit-constructor)
    return {[](const void* own, std::string_view host) {
              return static_cast<const OwnDomains*>(own)->covers(host);
            },
            this};
  }
  /// A temporary would dangle: name it as a constant.
  operator OutgoingTrust() const&& = delete;  // NOLINT(google-explicit-constructor)

 private:
  std::span<const std::string_view> domains_;
};

}  // namespace afterglow
