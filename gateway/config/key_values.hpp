// From a TOML value to a field of the configuration and back, one overload of `read` and `print`
// for each type that fields have. A new type of value is a pair of functions here.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/config/config.hpp"
#include "gateway/config/toml_document.hpp"
#include "gateway/config/venue_values.hpp"

namespace tickweir::gateway {

/// What a key allows beyond its type.
struct Allowed {
    std::int64_t least = 0;  ///< of integers; of text: bytes
    std::int64_t most = 0;
    bool power_of_two = false;
};

/// Something wrong inside one key's value.
struct Complaint {
    unsigned line = 0;
    std::string below;  ///< the part of the key behind it: `.serve`; empty: the value itself
    std::string reason;
};
using Complaints = std::vector<Complaint>;

/// Each writes to `out` only what is allowed, and says the rest to `complaints`.
void read(const TomlValue& value, const Allowed& allowed, bool& out, Complaints& complaints);
void read(const TomlValue& value, const Allowed& allowed, std::uint64_t& out,
          Complaints& complaints);
/// -1 for nothing.
void read(const TomlValue& value, const Allowed& allowed, std::optional<std::uint32_t>& out,
          Complaints& complaints);
void read(const TomlValue& value, const Allowed& allowed, std::string& out, Complaints& complaints);
/// A text, or an array of texts.
void read(const TomlValue& value, const Allowed& allowed, std::vector<std::string>& out,
          Complaints& complaints);
void read(const TomlValue& value, const Allowed& allowed, std::vector<Secret>& out,
          Complaints& complaints);
/// `most` is how many.
void read(const TomlValue& value, const Allowed& allowed, std::vector<HostedRole>& out,
          Complaints& complaints);
void read(const TomlValue& value, const Allowed& allowed, Speed& out, Complaints& complaints);
void read(const TomlValue& value, const Allowed& allowed, std::map<std::string, LogLevel>& out,
          Complaints& complaints);

/// As TOML text; literal secrets masked.
std::string print(bool value);
std::string print(std::uint64_t value);
std::string print(const std::optional<std::uint32_t>& value);
std::string print(const std::string& value);
std::string print(const std::vector<std::string>& value);
std::string print(const std::vector<Secret>& value);
std::string print(const std::vector<HostedRole>& value);
std::string print(const Speed& value);
std::string print(const std::map<std::string, LogLevel>& value);

/// Which values there are: `1 to 64, a power of two`; empty where the key's text tells.
std::string range_text(const Allowed& allowed, const bool*);
std::string range_text(const Allowed& allowed, const std::uint64_t*);
std::string range_text(const Allowed& allowed, const std::optional<std::uint32_t>*);
std::string range_text(const Allowed& allowed, const Speed*);
std::string range_text(const Allowed& allowed, const void*);

/// Enums whose names `names_of` lists in the order of their values.
template <class T>
concept NamedEnum = requires {
    names_of(T{});
};

/// `"a", "b" or "c"`.
std::string list_of(const std::string_view* names, std::size_t count);

template <NamedEnum T>
std::optional<T> enum_named(std::string_view name) {
    const auto& names = names_of(T{});
    const auto found = std::ranges::find(names, name);
    if (found == names.end()) return std::nullopt;
    return static_cast<T>(found - names.begin());
}

template <NamedEnum T>
std::string range_text(const Allowed&, const T*) {
    return list_of(names_of(T{}).data(), names_of(T{}).size());
}

template <NamedEnum T>
void read(const TomlValue& value, const Allowed& allowed, T& out, Complaints& complaints) {
    const auto* const name = value.as<std::string>();
    const auto found = name != nullptr ? enum_named<T>(*name) : std::nullopt;
    if (found) {
        out = *found;
    } else {
        complaints.push_back(
            {value.line, "", "must be " + range_text(allowed, &out) + ", got " + described(value)});
    }
}

template <NamedEnum T>
std::string print(T value) {
    return toml_string(names_of(T{})[static_cast<std::size_t>(value)]);
}

/// Of an enum that `names_of` knows.
template <NamedEnum T>
constexpr std::string_view name_of(T value) {
    return names_of(T{})[static_cast<std::size_t>(value)];
}

}  // namespace tickweir::gateway
