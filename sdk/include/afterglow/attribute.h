#pragma once

// Attributes: what spans, events, links and resources say about themselves.
//
//   span.set_attribute("cache.hit", true);
//   telemetry.start_span("GET /cart", {}, {{sc::url::kPath, path}, {"cart.items", 3}});
//
// A `Key` is a literal that is checked while compiling; a `Value` is a small view of what you pass.
// Both are parameters: the SDK copies what it keeps before the call returns, so nothing needs to
// outlive the call. Specification: OpenTelemetry common, "Attribute" and "AnyValue".

#include <afterglow/secret_name.h>

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <span>
#include <string_view>
#include <type_traits>

#if defined(__clang__)
#define AFTERGLOW_LIFETIMEBOUND [[clang::lifetimebound]]
#else
#define AFTERGLOW_LIFETIMEBOUND
#endif

namespace afterglow {

struct Attribute;

namespace detail {

/// Write the shortest JSON form of a finite `value` to `out` (32 bytes) and return its length.
/// Reached only through values that hold a double, so that modules without one do not link it.
std::size_t format_double(double value, char* out);
using FormatDouble = std::size_t (*)(double value, char* out);

// Not constexpr on purpose: reaching one of these while compiling is the error message.
void a_key_must_not_be_empty();
void a_key_must_be_printable_ascii_without_quote_or_backslash();

/// The hash of a key's text in 24 bits (FNV-1a, folded): the same whoever computes it, and when.
constexpr std::uint32_t hash_of_key(std::string_view text) {
  std::uint32_t hash = 0x811C'9DC5;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x0100'0193;
  }
  return (hash ^ hash >> 24U) & 0xFF'FFFFU;
}

}  // namespace detail

/// A key that is known only at run time. It is copied into the lent memory with each use; prefer
/// literals.
struct DynamicKey {
  constexpr explicit DynamicKey(std::string_view key) : text(key) {}
  std::string_view text;
};

/// The name of an attribute: a literal, checked while compiling to be non-empty printable ASCII
/// without `"` and `\`, so that its bytes are already its JSON form. Run-time text goes through
/// `DynamicKey`.
class Key {
 public:
  template <std::size_t N>
  consteval Key(const char (&literal)[N])  // NOLINT(google-explicit-constructor)
      : data_(literal),
        length_(N - 1),
        nature_(detail::nature_of({literal, N - 1})),
        hash_(detail::hash_of_key({literal, N - 1}) & kHashBits) {
    if (N <= 1) {
      detail::a_key_must_not_be_empty();
    }
    for (std::size_t i = 0; i + 1 < N; ++i) {
      const char c = literal[i];
      if (c < 0x20 || c > 0x7e || c == '"' || c == '\\') {
        detail::a_key_must_be_printable_ascii_without_quote_or_backslash();
      }
    }
  }

  constexpr Key(DynamicKey key)  // NOLINT(google-explicit-constructor)
      : data_(key.text.data()),
        length_(static_cast<std::uint32_t>(key.text.size())),
        nature_(detail::KeyNature::Unknown),
        hash_(0) {}

  [[nodiscard]] constexpr std::string_view text() const { return {data_, length_}; }
  [[nodiscard]] constexpr bool is_dynamic() const { return nature_ == detail::KeyNature::Unknown; }
  /// What the text of a literal says about its values (secret_name.h).
  [[nodiscard]] constexpr detail::KeyNature nature() const { return nature_; }
  /// The same for the same text, 24 bits: known while compiling for a literal, else read from it.
  [[nodiscard]] constexpr std::uint32_t hash() const {
    return is_dynamic() ? detail::hash_of_key(text()) : std::uint32_t{hash_};
  }

 private:
  static constexpr std::uint32_t kHashBits = 0xFF'FFFF;

  const char* data_;
  std::uint32_t length_;
  detail::KeyNature nature_ : 8;
  std::uint32_t hash_ : 24;
};

static_assert(sizeof(Key) == sizeof(const char*) + 8);

enum class ValueType : std::uint8_t { Empty, Bool, Int, Double, String, Bytes, Array, Map };

/// A view of one attribute value: null, bool, 64-bit integer, double, string, bytes, or an array or
/// map of values. Arrays nest at most `kMaxDepth` deep; deeper values are recorded as null.
/// Unsigned integers above 2^63-1 are recorded as 2^63-1, since OTLP has no larger integer. A null
/// `const char*` is the empty string. Other pointers, `nullptr` and characters do not compile.
class Value {
 public:
  static constexpr unsigned kMaxDepth = 8;

  constexpr Value() = default;
  constexpr Value(std::same_as<bool> auto value)  // NOLINT(google-explicit-constructor)
      : type_(ValueType::Bool), int_(value ? 1 : 0) {}

  template <std::integral T>
    requires(!std::same_as<T, bool> && !std::same_as<T, char> && !std::same_as<T, wchar_t> &&
             !std::same_as<T, char8_t> && !std::same_as<T, char16_t> && !std::same_as<T, char32_t>)
  constexpr Value(T value)  // NOLINT(google-explicit-constructor)
      : type_(ValueType::Int), int_(clamp(value)) {}

  constexpr Value(std::floating_point auto value)  // NOLINT(google-explicit-constructor)
      : type_(ValueType::Double),
        format_double_(&detail::format_double),
        double_(static_cast<double>(value)) {}

  constexpr Value(std::string_view value)  // NOLINT(google-explicit-constructor)
      : type_(ValueType::String), count_(size_of(value)), data_(value.data()) {}
  constexpr Value(const char* value)  // NOLINT(google-explicit-constructor)
      : Value(value == nullptr ? std::string_view{} : std::string_view{value}) {}
  template <class S>
    requires(std::is_class_v<S> && std::convertible_to<const S&, std::string_view> &&
             !std::same_as<S, std::string_view>)
  constexpr Value(const S& value)  // NOLINT(google-explicit-constructor)
      : Value(static_cast<std::string_view>(value)) {}

  constexpr Value(std::span<const bool> values)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Array, ValueType::Bool, values.data(), values.size()) {}
  constexpr Value(std::span<const std::int64_t> values)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Array, ValueType::Int, values.data(), values.size()) {}
  constexpr Value(std::span<const double> values)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Array, ValueType::Double, values.data(), values.size()) {
    format_double_ = &detail::format_double;
  }
  constexpr Value(std::span<const std::string_view> values)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Array, ValueType::String, values.data(), values.size()) {}
  /// An array of mixed values.
  constexpr Value(std::span<const Value> values)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Array, ValueType::Empty, values.data(), values.size()) {}
  /// A map.
  constexpr Value(std::span<const Attribute> entries)  // NOLINT(google-explicit-constructor)
      : Value(ValueType::Map, ValueType::Empty, entries.data(), entries.size()) {}
  /// Any named array of one of the element types above.
  template <class T, std::size_t N>
    requires(std::same_as<T, bool> || std::same_as<T, std::int64_t> || std::same_as<T, double> ||
             std::same_as<T, std::string_view> || std::same_as<T, Value>)
  constexpr Value(const T (&values)[N])  // NOLINT(google-explicit-constructor)
      : Value(std::span<const T>(values)) {}

  /// Raw bytes; OTLP/JSON carries them as base64.
  static constexpr Value bytes(std::span<const std::byte> bytes) {
    return {ValueType::Bytes, ValueType::Empty, bytes.data(), bytes.size()};
  }

  /// A double that is only read, never recorded: does not link the formatter.
  static constexpr Value unformatted(double value) {
    Value result;
    result.type_ = ValueType::Double;
    result.double_ = value;
    return result;
  }
  /// A value of which only the type is known.
  static constexpr Value of_type(ValueType type) { return {type, ValueType::Empty, nullptr, 0}; }

  Value(std::nullptr_t) = delete;
  template <class P>
    requires(std::is_pointer_v<P> &&
             !std::same_as<std::remove_cv_t<std::remove_pointer_t<P>>, char>)
  Value(const P&) = delete;
  Value(std::same_as<char> auto) = delete;
  Value(std::same_as<wchar_t> auto) = delete;

  [[nodiscard]] constexpr ValueType type() const { return type_; }
  /// The element type of an array that is not an array of `Value`, else `Empty`.
  [[nodiscard]] constexpr ValueType element_type() const { return element_; }
  [[nodiscard]] constexpr bool as_bool() const { return int_ != 0; }
  [[nodiscard]] constexpr std::int64_t as_int() const { return int_; }
  [[nodiscard]] constexpr double as_double() const { return double_; }
  [[nodiscard]] std::string_view as_string() const {
    return {static_cast<const char*>(data_), count_};
  }
  /// Bytes of a string or of bytes, elements of an array or map.
  [[nodiscard]] constexpr std::uint32_t count() const { return count_; }
  [[nodiscard]] constexpr const void* data() const { return data_; }
  [[nodiscard]] constexpr detail::FormatDouble format_double() const { return format_double_; }

 private:
  constexpr Value(ValueType type, ValueType element, const void* data, std::size_t count)
      : type_(type), element_(element), count_(static_cast<std::uint32_t>(count)), data_(data) {}

  static constexpr std::uint32_t size_of(std::string_view text) {
    return static_cast<std::uint32_t>(text.size());
  }

  template <std::integral T>
  static constexpr std::int64_t clamp(T value) {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
      constexpr auto kMax = static_cast<T>(std::numeric_limits<std::int64_t>::max());
      return static_cast<std::int64_t>(value < kMax ? value : kMax);
    } else {
      return static_cast<std::int64_t>(value);
    }
  }

  ValueType type_ = ValueType::Empty;
  ValueType element_ = ValueType::Empty;
  std::uint32_t count_ = 0;
  detail::FormatDouble format_double_ = nullptr;
  union {
    std::int64_t int_ = 0;
    double double_;
    const void* data_;
  };
};

/// One key with its value.
struct Attribute {
  constexpr Attribute(Key attribute_key, Value attribute_value)
      : key(attribute_key), value(attribute_value) {}

  Key key;
  Value value;
};

/// The attributes of one call: `{{key, value}, ...}` or a span of `Attribute`. Only ever a
/// parameter; it refers to the caller's list.
class Attributes {
 public:
  constexpr Attributes() = default;
  constexpr Attributes(  // NOLINT(google-explicit-constructor)
      std::initializer_list<Attribute> list AFTERGLOW_LIFETIMEBOUND)
      : size_(list.size()) {
    data_ = list.begin();
  }
  constexpr Attributes(  // NOLINT(google-explicit-constructor)
      std::span<const Attribute> list AFTERGLOW_LIFETIMEBOUND)
      : data_(list.data()), size_(list.size()) {}
  template <std::size_t N>
  constexpr Attributes(  // NOLINT(google-explicit-constructor)
      const Attribute (&list AFTERGLOW_LIFETIMEBOUND)[N])
      : data_(list), size_(N) {}

  [[nodiscard]] constexpr const Attribute* begin() const { return data_; }
  [[nodiscard]] constexpr const Attribute* end() const { return data_ + size_; }
  [[nodiscard]] constexpr std::size_t size() const { return size_; }

 private:
  const Attribute* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace afterglow
