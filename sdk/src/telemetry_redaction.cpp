// Where redaction meets the host: the key of keyed hashes, read once at an instance's first use.

#include <afterglow/host.h>
#include <afterglow/redaction.h>

#include <cstddef>
#include <span>

#include "base/wipe.h"
#include "redact/redactor.h"

namespace afterglow {

void detail::read_hash_key(redact::Redactor& redactor) {
  constexpr std::size_t kMaxSecretBytes = 256;
  char secret[kMaxSecretBytes];
  const host::ReadResult read = host::secret(redactor.key_name(), secret);
  if (read.status == host::Status::Ok && read.length <= kMaxSecretBytes) {
    redactor.set_key(std::as_bytes(std::span<const char>(secret, read.length)));
  }
  base::wipe(secret, sizeof secret);
}

}  // namespace afterglow
