#include "vectors/vector_file.h"

#include "vector_documents.h"
#include "vectors/json_tree.h"

namespace vectors {
namespace {

std::string_view document_of(std::string_view name) {
  if (name == "traceparent")
    return kVectors_traceparent;
  if (name == "tracestate")
    return kVectors_tracestate;
  if (name == "baggage")
    return kVectors_baggage;
  return name == "b3" ? kVectors_b3 : std::string_view();
}

/// The bytes of a text whose code points are bytes: UTF-8 writes those from 0x80 on as two.
std::string bytes_of(const std::string& utf8) {
  std::string bytes;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    if (lead < 0x80 || i + 1 == utf8.size()) {
      bytes += utf8[i];
      continue;
    }
    const auto tail = static_cast<unsigned char>(utf8[++i]);
    bytes += static_cast<char>((lead & 0x03U) << 6U | (tail & 0x3FU));
  }
  return bytes;
}

/// A text, or pieces: each a text, or a text and how many times.
std::string expand(const Json& value) {
  std::string text;
  if (value.type == Json::Type::String)
    return bytes_of(value.text);
  for (const Json& piece : value.items) {
    if (piece.type == Json::Type::String) {
      text += bytes_of(piece.text);
      continue;
    }
    const std::string repeated = bytes_of(piece.items.at(0).text);
    for (unsigned times = piece.items.at(1).number; times != 0; --times) {
      text += repeated;
    }
  }
  return text;
}

std::string text_of(const Json& row, std::string_view key, std::string_view otherwise) {
  const Json* const found = row.find(key);
  return found == nullptr ? std::string(otherwise) : found->text;
}

void read_counts(const Json& counts, VectorRow& row) {
  row.counts.emplace();
  for (std::size_t i = 0; i < counts.keys.size(); ++i) {
    (*row.counts)[counts.keys[i]] = counts.items[i].number;
  }
}

VectorRow read_row(const Json& json) {
  VectorRow row;
  row.id = text_of(json, "id", "");
  row.rule = text_of(json, "rule", "");
  row.why = text_of(json, "why", "");
  row.propagators = text_of(json, "propagators", "tracecontext,baggage");
  const Json* const http = json.find("http");
  row.http = http == nullptr || http->boolean;
  if (const Json* const in = json.find("in")) {
    for (const Json& line : in->items) {
      row.in.push_back({line.items.at(0).text, expand(line.items.at(1))});
    }
  }
  if (const Json* const out = json.find("out")) {
    for (std::size_t i = 0; i < out->keys.size(); ++i) {
      const Json& value = out->items[i];
      row.out[out->keys[i]] = value.type == Json::Type::Null ? Expected() : expand(value);
    }
  }
  if (const Json* const counts = json.find("counts")) {
    read_counts(*counts, row);
  }
  return row;
}

}  // namespace

std::vector<VectorRow> load_vectors(std::string_view name) {
  std::vector<VectorRow> rows;
  const Json document = parse_json(document_of(name));
  const Json* const list = document.find("rows");
  if (list == nullptr)
    return rows;
  for (const Json& row : list->items) {
    rows.push_back(read_row(row));
  }
  return rows;
}

}  // namespace vectors
