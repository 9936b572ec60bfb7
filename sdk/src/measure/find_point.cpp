// Hashing sets and finding their points: what each measurement with attributes does.

#include "base/copy.h"
#include "measure/streams.h"

namespace afterglow::measure {
namespace {

// Less than eight bytes as one number. Of the same length they are the same when it is.
std::uint64_t short_text(const char* data, std::size_t size) {
  if (size >= 4) {
    return base::load<std::uint32_t>(data) |
           std::uint64_t{base::load<std::uint32_t>(data + size - 4)} << 32U;
  }
  std::uint64_t all = 0;
  for (std::size_t at = 0; at < size; ++at) {
    all = all << 8U | static_cast<unsigned char>(data[at]);
  }
  return all;
}

bool is_same(const char* a, const char* b, std::size_t size) {
  return size < 8 ? short_text(a, size) == short_text(b, size) : base::equal(a, b, size);
}

std::uint64_t mix_text(std::uint64_t hash, const char* data, std::size_t size) {
  if (size < 8) {
    return mix(hash, short_text(data, size));
  }
  for (std::size_t at = 0; at + 8 < size; at += 8) {
    hash = mix(hash, base::load<std::uint64_t>(data + at));
  }
  return mix(hash, base::load<std::uint64_t>(data + size - 8));
}

std::uint64_t hash_of_one(const Attribute& attribute, std::uint64_t seed) {
  const Value& value = attribute.value;
  const ValueType type = value.type();
  const std::uint64_t hash =
      mix(seed + (std::uint64_t{attribute.key.hash()} << 8U | static_cast<std::uint8_t>(type)),
          number_of(value));
  if (is_text(type)) {
    return mix_text(hash, static_cast<const char*>(value.data()), value.count());
  }
  return is_list(type) ? hash_of_list(value, hash) : hash;
}

// The bytes behind the type.
bool is_same_value(const Value& value, const std::byte* stored, std::uint32_t size) {
  const ValueType type = value.type();
  if (is_list(type)) {
    return is_stored_list(value, stored, size);
  }
  if (static_cast<ValueType>(*stored) != type) {
    return false;
  }
  const auto* const bytes = reinterpret_cast<const char*>(stored) + 1;
  switch (type) {
    case ValueType::Empty:
      return true;
    case ValueType::Bool:
      return (*bytes != 0) == value.as_bool();
    case ValueType::Int:
    case ValueType::Double:
      return base::load<std::uint64_t>(bytes) == number_of(value);
    default:
      return base::load<std::uint32_t>(bytes) == value.count() &&
             is_same(bytes + sizeof(std::uint32_t), static_cast<const char*>(value.data()),
                     value.count());
  }
}

// Most literals have one address.
bool is_same_key(const Key& key, std::string_view stored) {
  const std::string_view text = key.text();
  return text.size() == stored.size() &&
         (text.data() == stored.data() || is_same(text.data(), stored.data(), text.size()));
}

// Which entry has the key; `count` where none has. The reader is behind it then, before the value.
std::uint32_t find_key(const Key& key, std::uint32_t count, const std::byte* stored,
                       StoredReader& reader, std::uint32_t& value_bytes) {
  reader = StoredReader(stored);
  for (std::uint32_t at = 0; at < count; ++at) {
    if (is_same_key(key, reader.take_key(value_bytes))) {
      return at;
    }
    reader.skip(value_bytes);
  }
  return count;
}

// Is this the set that is stored in as many entries at `stored`? Never where a key is given twice,
// since each entry is found once. Most sets come in the order in which they are stored.
bool equals(const AttributeSet& set, const std::byte* stored) {
  StoredReader reader(stored);
  std::uint32_t at = 0;
  std::uint64_t found = 0;
  const Attribute* attribute = set.given.begin();
  for (std::uint64_t left = set.kept; left != 0; left >>= 1U, ++attribute) {
    if ((left & 1U) == 0) {
      continue;
    }
    if (at == set.count) {
      reader = StoredReader(stored);
      at = 0;
    }
    std::uint32_t value_bytes = 0;
    if (!is_same_key(attribute->key, reader.take_key(value_bytes))) {
      at = find_key(attribute->key, set.count, stored, reader, value_bytes);
    }
    if (at == set.count || (found >> at & 1U) != 0 ||
        !is_same_value(attribute->value, reader.at(), value_bytes)) {
      return false;
    }
    found |= std::uint64_t{1} << at;
    ++at;
    reader.skip(value_bytes);
  }
  return true;
}

}  // namespace

std::uint64_t hash_of(const AttributeSet& set, std::uint64_t seed) {
  constexpr std::uint64_t kMultiplier = 0xD6E8'FEB8'6659'FD93;
  std::uint64_t hash = set.count;
  const Attribute* attribute = set.given.begin();
  for (std::uint64_t left = set.kept; left != 0; left >>= 1U, ++attribute) {
    if ((left & 1U) != 0) {
      hash += hash_of_one(*attribute, seed) * kMultiplier;  // a sum knows no order
    }
  }
  return hash ^ hash >> 32U;
}

std::uint32_t hash_of_point(const Table& table, const Stream& stream, std::uint64_t hash) {
  return static_cast<std::uint32_t>(mix(hash, table.region.offset_of(&stream)));
}

Point* find_point(const Table& table, const Stream& stream, const AttributeSet& set,
                  std::uint64_t set_hash) {
  const std::uint32_t hash = hash_of_point(table, stream, set_hash);
  const Offset of_stream = table.region.offset_of(&stream);
  const auto mask = static_cast<std::uint32_t>(table.index.size()) - 1;
  for (std::uint32_t slot = hash & mask; table.index[slot] != 0; slot = (slot + 1) & mask) {
    const auto* entry = table.at<Indexed>(table.index[slot]);
    if (entry->hash != hash || entry->stream != of_stream) {
      continue;
    }
    auto* point = table.at<Point>(table.index[slot]);
    if (point->attribute_count == set.count &&
        equals(set, table.at<std::byte>(point->attributes))) {
      return point;
    }
  }
  return nullptr;
}

}  // namespace afterglow::measure
