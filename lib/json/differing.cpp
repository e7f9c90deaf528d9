#include "json/differing.hpp"

#include <algorithm>

namespace medchain::json {
namespace {

void compare(const std::string& path, const Value* a, const Value* b,
             std::vector<std::string>& differing);

void compare_objects(const std::string& path, const Object& a, const Object& b,
                     std::vector<std::string>& differing) {
  const std::string prefix = path.empty() ? path : path + ".";
  for (const auto& [name, value] : a.members())
    compare(prefix + name, &value, b.find(name), differing);
  for (const auto& [name, value] : b.members())
    if (a.find(name) == nullptr) differing.push_back(prefix + name);
}

void compare_arrays(const std::string& path, const Array& a, const Array& b,
                    std::vector<std::string>& differing) {
  for (std::size_t i = 0; i < std::max(a.size(), b.size()); ++i)
    compare(path + "[" + std::to_string(i) + "]", i < a.size() ? &a[i] : nullptr,
            i < b.size() ? &b[i] : nullptr, differing);
}

void compare(const std::string& path, const Value* a, const Value* b,
             std::vector<std::string>& differing) {
  if (a != nullptr && b != nullptr) {
    if (a->object() != nullptr && b->object() != nullptr)
      return compare_objects(path, *a->object(), *b->object(), differing);
    if (a->array() != nullptr && b->array() != nullptr)
      return compare_arrays(path, *a->array(), *b->array(), differing);
    if (write(*a) == write(*b)) return;
  }
  differing.push_back(path);
}

}  // namespace

std::vector<std::string> differing_paths(const Object& a, const Object& b) {
  std::vector<std::string> differing;
  compare_objects("", a, b, differing);
  return differing;
}

}  // namespace medchain::json
