// What samplers say of themselves. Linked only by programs that ask.

#include <afterglow/adaptive.h>
#include <afterglow/probability.h>
#include <afterglow/rules.h>
#include <afterglow/sampler.h>

#include <cstring>

namespace afterglow {
namespace {

// Text that ends where `out` ends.
class Description {
 public:
  explicit Description(std::span<char> out) : out_(out) {}

  Description& add(std::string_view text) {
    const std::size_t space = out_.size() - length_;
    const std::size_t count = text.size() < space ? text.size() : space;
    if (count != 0) {
      std::memcpy(out_.data() + length_, text.data(), count);
      length_ += count;
    }
    return *this;
  }

  Description& add(const Sampler& sampler) {
    if (length_ < out_.size()) {  // else nothing more is read, however deep samplers nest
      length_ += describe(sampler, out_.subspan(length_));
    }
    return *this;
  }

  Description& add_number(std::uint64_t value, std::size_t least_digits = 1) {
    char digits[20];
    std::size_t begin = sizeof(digits);
    while (value != 0 || sizeof(digits) - begin < least_digits) {
      digits[--begin] = static_cast<char>('0' + value % 10);
      value /= 10;
    }
    return add({digits + begin, sizeof(digits) - begin});
  }

  /// A ratio with six decimals, as the specification writes it.
  Description& add_ratio(std::uint64_t threshold) {
    constexpr std::uint64_t kMillion = 1'000'000;
    constexpr unsigned kSparedBits =
        16;  // so that the product fits; they are far below a millionth
    constexpr unsigned kBits = 56 - kSparedBits;
    const std::uint64_t kept = (kThresholdOfNothing - threshold) >> kSparedBits;
    const std::uint64_t millionths = (kept * kMillion + (std::uint64_t{1} << (kBits - 1))) >> kBits;
    return add_number(millionths / kMillion).add(".").add_number(millionths % kMillion, 6);
  }

  [[nodiscard]] std::size_t length() const { return length_; }

 private:
  std::span<char> out_;
  std::size_t length_ = 0;
};

// The description of `sampler` when it is an `S`.
template <class S>
bool try_describe(const Sampler& sampler, std::span<char> out, std::size_t& length) {
  const S* self = sampler.as<S>();
  if (self != nullptr) {
    length = self->describe(out);
  }
  return self != nullptr;
}

template <class... Known>
std::size_t describe_one_of(const Sampler& sampler, std::span<char> out) {
  std::size_t length = 0;
  return (try_describe<Known>(sampler, out, length) || ...)
             ? length
             : Description(out).add("Sampler").length();
}

}  // namespace

std::size_t describe(const Sampler& sampler, std::span<char> out) {
  return describe_one_of<AlwaysOn, AlwaysOff, Ratio, ParentBased, Probability, ParentThreshold,
                         RuleBased, Adaptive, AlwaysRecord, UserSampler>(sampler, out);
}

std::size_t AlwaysOn::describe(std::span<char> out) const {
  return Description(out).add("AlwaysOnSampler").length();
}

std::size_t AlwaysOff::describe(std::span<char> out) const {
  return Description(out).add("AlwaysOffSampler").length();
}

std::size_t Ratio::describe(std::span<char> out) const {
  return Description(out).add("TraceIdRatioBased{").add_ratio(threshold_).add("}").length();
}

std::size_t ParentBased::describe(std::span<char> out) const {
  return Description(out)
      .add("ParentBased{root=")
      .add(root_)
      .add(",remoteParentSampled=")
      .add(remote_parent_sampled_)
      .add(",remoteParentNotSampled=")
      .add(remote_parent_not_sampled_)
      .add(",localParentSampled=")
      .add(local_parent_sampled_)
      .add(",localParentNotSampled=")
      .add(local_parent_not_sampled_)
      .add("}")
      .length();
}

std::size_t Probability::describe(std::span<char> out) const {
  return Description(out).add("ProbabilitySampler{").add_ratio(threshold_).add("}").length();
}

std::size_t ParentThreshold::describe(std::span<char> out) const {
  return Description(out).add("ParentThreshold{root=").add(root_).add("}").length();
}

std::size_t RuleBased::describe(std::span<char> out) const {
  Description text(out);
  text.add("RuleBased{");
  for (const Rule& rule : rules_) {
    text.add(rule.sampler).add(",");
  }
  return text.add("otherwise=").add(otherwise_).add("}").length();
}

std::size_t Adaptive::describe(std::span<char> out) const {
  return Description(out)
      .add("Adaptive{budget=")
      .add_number(options_.budget)
      .add(",rate=")
      .add_ratio(threshold_of(options_.rate))
      .add(",stormRate=")
      .add_ratio(threshold_of(options_.storm_rate))
      .add("}")
      .length();
}

std::size_t AlwaysRecord::describe(std::span<char> out) const {
  return Description(out).add("AlwaysRecord{").add(sampler_).add("}").length();
}

std::size_t UserSampler::describe(std::span<char> out) const {
  return Description(out).add("UserSampler").length();
}

}  // namespace afterglow
