// A place in a FHIR resource, typed access to what is in it, and errors that name it.  Errors never
// repeat what stands there: it may identify a patient.  Internal to lib/exchange.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/foreign.hpp"

namespace medchain::exchange {

/// `field 'PATH': WHAT` as input_invalid.
Error fhir_error(const std::string& path, const std::string& what);

class FhirNode {
 public:
  /// Precondition: an object.
  FhirNode(json::Node object, std::string path)
      : object_(std::move(object)), path_(std::move(path)) {}

  const std::string& path() const { return path_; }
  std::string path_of(std::string_view name) const;
  Error wrong(std::string_view name, const std::string& what) const {
    return fhir_error(path_of(name), what);
  }
  bool has(std::string_view name) const { return find(name).has_value(); }

  // Nothing if there is no such member, or null; another type is an error.
  Result<std::optional<std::string>> string(std::string_view name) const;
  Result<std::optional<bool>> boolean(std::string_view name) const;
  Result<std::optional<FhirNode>> object(std::string_view name) const;
  Result<std::vector<FhirNode>> objects(std::string_view name) const;
  /// A number without a fraction (`20`, `20.0`), from 0 to 2^53-1.
  Result<std::optional<std::uint64_t>> whole(std::string_view name) const;

  /// No members but these, and what FHIR puts beside a primitive (`_name`): what is not understood
  /// could change the meaning.  Modifiers do.
  Status check_members(std::span<const std::string_view> known) const;

 private:
  std::optional<json::Node> find(std::string_view name) const;

  json::Node object_;
  std::string path_;
};

}  // namespace medchain::exchange
