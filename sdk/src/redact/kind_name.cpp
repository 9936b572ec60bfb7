#include <afterglow/redaction.h>

namespace afterglow {

const char* redaction_kind_name(RedactionKind kind) {
  constexpr const char* kNames[kRedactionKindCount] = {
      "key_dropped",     "key_masked",     "key_truncated", "key_hashed",      "key_keyed_hashed",
      "key_ip_prefix",   "secret_name",    "header",        "query_parameter", "url_user_info",
      "url_fragment",    "url_unreadable", "bearer_token",  "json_web_token",  "email",
      "payment_card",    "ipv4",           "ipv6",          "long_hex",        "long_base64",
      "hash_key_missing"};
  const auto number = static_cast<std::size_t>(kind);
  return number < kRedactionKindCount ? kNames[number] : "unknown";
}

}  // namespace afterglow
