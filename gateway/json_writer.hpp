// Writes JSON (RFC 8259) piece by piece into a string: commas, quotes and escapes, no document in
// memory. Prices and quantities go out as exact decimal text. Whoever calls keeps the nesting
// right.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

#include "book/types.hpp"

namespace tickweir::gateway {

/// Appends to a string that its caller owns and may empty between two values.
class JsonWriter {
public:
    explicit JsonWriter(std::string& out) : out_{&out} {}

    void begin_object() { open('{'); }
    void end_object() { close('}'); }
    void begin_array() { open('['); }
    void end_array() { close(']'); }

    /// The name of the value that follows.
    void key(std::string_view name);

    /// Any bytes: those that are no UTF-8 are written as the characters of the same number.
    void string(std::string_view text);
    template <std::unsigned_integral Number>
    void number(Number value) {
        unsigned_number(value);
    }
    template <std::signed_integral Number>
    void number(Number value) {
        signed_number(value);
    }
    /// With six digits behind the point, as seconds have them.
    void seconds(double value);
    void boolean(bool value);
    void null();
    /// A string of the exact number.
    void price(book::Price price, unsigned decimals);
    void quantity(book::Quantity quantity, unsigned decimals);

    /// The next value or key begins a line of its own.
    void line_break() { break_ = true; }

private:
    void open(char bracket);
    void close(char bracket);
    void separate();
    void quoted(std::string_view text);
    void decimal(std::int64_t coefficient, unsigned decimals);
    void unsigned_number(std::uint64_t value);
    void signed_number(std::int64_t value);

    std::string* out_;
    bool comma_ = false;  // something stands before in the same brackets
    bool break_ = false;
};

}  // namespace tickweir::gateway
