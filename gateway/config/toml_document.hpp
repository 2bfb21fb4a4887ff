// A TOML text as plain values with line numbers, and all its syntax errors. The library behind it
// is known to toml_document.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tickweir::gateway {

struct TomlMember;
using TomlTable = std::vector<TomlMember>;  ///< in the order of the text

/// A value of a kind that no key takes: dates and times.
struct TomlOther {
    std::string_view kind;
};

/// One value and the line it begins in, from 1.
struct TomlValue {
    std::variant<TomlOther, bool, std::int64_t, double, std::string, std::vector<TomlValue>,
                 TomlTable>
        value;
    unsigned line = 0;

    template <class T>
    const T* as() const {
        return std::get_if<T>(&value);
    }
};

struct TomlMember {
    std::string name;
    unsigned line = 0;
    TomlValue value;
};

struct TomlError {
    unsigned line = 0;
    std::string reason;
};

/// What could be read, and what could not.
struct TomlDocument {
    TomlTable root;
    std::vector<TomlError> errors;
};

/// Reads all of it. Behind a syntax error reading goes on as if the line were blank; a broken
/// section header ends it, since nobody knows whose the keys below are. Names of more than 16
/// parts and more than 16 syntax errors are refused.
TomlDocument read_toml(std::string_view text);

/// What a value is, for an error: `"abc"`, `12`, `an array`; long text is cut.
std::string described(const TomlValue& value);

/// The same without the value itself: `a string`.
std::string_view kind_of(const TomlValue& value);

/// A TOML string with quotes and escapes.
std::string toml_string(std::string_view text);

/// A key as it stands in a TOML text: bare where it may be, else quoted.
std::string toml_key(std::string_view name);

}  // namespace tickweir::gateway
