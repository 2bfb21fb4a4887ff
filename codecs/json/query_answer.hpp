// Any JSON document as a tree of values that own their text: for answers of a gateway that a person
// looks at, not for feeds. Bounded in bytes and nesting; nothing throws.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tickweir::codecs::json {

struct Member;

struct Value {
    enum class Kind : std::uint8_t { null, boolean, number, string, array, object };

    Kind kind = Kind::null;
    std::string text;             ///< of a string; of anything else but lists as JSON writes it
    std::vector<Member> members;  ///< of an array or object, in order

    /// The member of an object; null where there is none.
    const Value* find(std::string_view name) const;
};

struct Member {
    std::string name;  ///< empty in an array
    Value value;
};

/// What a document may be at most.
struct ValueLimits {
    std::size_t bytes = 64U << 20;
    std::size_t nesting = 32;
};

/// The document, or one line that says why it is none.
std::variant<Value, std::string> parse_value(std::string_view text, const ValueLimits& limits = {});

}  // namespace tickweir::codecs::json
