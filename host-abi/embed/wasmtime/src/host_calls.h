#pragma once

// The five imports of afterglow_host_v1 on a module's memory, for one instance. Nothing in here
// knows the engine. Each function checks every pointer before it does anything, so that
// MEMORY_FAULT means that nothing happened.

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "afterglow/embed/exporter.h"
#include "afterglow_host_v1.h"
#include "guest_memory.h"

namespace afterglow::embed {

class HostCalls {
 public:
  /// `features`: the bits `info` tells. `results` gets the outcomes of bodies whose sender asked.
  HostCalls(Exporter& exporter, std::uint64_t features, std::shared_ptr<Mailbox> results);

  afterglow_status info(GuestMemory memory, std::uint32_t io) const;
  afterglow_status send(GuestMemory memory, std::uint32_t in, std::uint32_t io);
  afterglow_status log(GuestMemory memory, std::uint32_t severity, std::uint32_t stream,
                       std::uint32_t stream_len, std::uint32_t message,
                       std::uint32_t message_len) const;
  afterglow_status config_get(GuestMemory memory, std::uint32_t key, std::uint32_t key_len,
                              std::uint32_t buf, std::uint32_t cap, std::uint32_t needed) const;
  afterglow_status result_body(GuestMemory memory, std::uint64_t ticket, std::uint32_t buf,
                               std::uint32_t cap, std::uint32_t needed) const;

  /// A new request begins: its sends are counted from 0.
  void begin_request() { sends_ = 0; }
  /// The outcome `result_body` may read, until it is set to null again.
  void show(const Outcome* outcome) { shown_ = outcome; }

 private:
  Outcome deliver(Post post, bool want_result);

  Exporter& exporter_;
  const std::uint64_t features_;
  const std::shared_ptr<Mailbox> results_;
  std::uint32_t sends_ = 0;
  const Outcome* shown_ = nullptr;
};

}  // namespace afterglow::embed
