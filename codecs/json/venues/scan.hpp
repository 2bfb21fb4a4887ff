// Goes once, forwards and strictly, through a JSON text whose tokens simdjson's first stage has
// found, and reads the values that feeds consist of. What stage one has judged already: UTF-8,
// control characters, where strings begin and end. What is judged here: everything else, of every
// value that is read or passed over.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>
#include <vector>

#include "codecs/json/market_frame.hpp"
#include "codecs/json/number_text.hpp"

namespace simdjson::internal {
class dom_parser_implementation;
}

namespace tickweir::codecs::json {

/// What a value is, by its first character.
enum class ValueKind : std::uint8_t { object, array, string, number, literal, none };

/// Units of a venue's times, in nanoseconds.
inline constexpr std::int64_t millisecond = 1'000'000;
inline constexpr std::int64_t microsecond = 1'000;
inline constexpr std::int64_t second = 1'000'000'000;

/// The bytes of a key of at most eight characters as one number, to switch on; 0 of longer ones,
/// which are compared as text. Of keys that a scan hands out: they hold no NUL and have eight
/// readable bytes.
inline std::uint64_t key_code(std::string_view key) {
    if (key.size() - 1 >= 8) return 0;
    std::uint64_t code = 0;
    std::memcpy(&code, key.data(), sizeof code);
    return code & (~std::uint64_t{0} >> (64 - 8 * key.size()));
}

/// Of a literal, the same number.
template <std::size_t N>
consteval std::uint64_t key_code(const char (&key)[N]) {
    static_assert(N >= 2 && N <= 9, "longer keys are compared as text");
    std::uint64_t code = 0;
    for (std::size_t i = N - 1; i-- > 0;)
        code = code << 8 | static_cast<unsigned char>(key[i]);
    return code;
}

/// All readers consume one value and return whether it was as wanted; the first that was not has
/// told why, and from then on only `false` is to be returned. A callback has to consume exactly the
/// value it is called for (`pass_over` if it does not want it).
class Scan {
public:
    /// A place where a value begins, of this text.
    using Place = const std::uint32_t*;

    /// `tokens`: where each of `count` begins, and behind them the text's size. `text` has
    /// text_padding readable bytes behind it.
    Scan(std::string_view text, Place tokens, std::size_t count, const FrameLimits& limits,
         const simdjson::internal::dom_parser_implementation& unescaper, MarketFrame& out);

    // ------------------------------------------------------------------------ what comes next
    ValueKind kind() const;
    bool at_end() const { return at_ == end_; }
    Place place() const { return at_; }
    void go_to(Place place) { at_ = place; }

    // ------------------------------------------------------------------- objects and arrays
    /// Calls `on_field(key)`, in the order of the text.
    template <class OnField>
    bool object(OnField&& on_field);
    /// Calls `on_element()`.
    template <class OnElement>
    bool array(OnElement&& on_element);
    /// Any value.
    bool pass_over() { return pass_over(nesting_max); }

    // -------------------------------------------------------------------------------- values
    bool string(std::string_view& out);
    /// Of a string what is in it, of a number its text: for ids.
    bool text(std::string_view& out);
    bool boolean(bool& out);
    /// A side in the venue's words; nothing else is one.
    bool side(std::string_view buy, std::string_view sell, TradeSide& out);
    /// Consumes a null if one stands here; false (and no refusal) if something else does.
    bool take_null();
    /// Likewise a word without quotes that is no JSON ("pong").
    bool take_word(std::string_view word);
    bool quoted_number(Number& out);
    /// Likewise, or "" for what does not apply: leaves `out` as it is.
    bool quoted_number_or_nothing(Number& out);
    bool bare_number(Number& out);
    bool quoted_unsigned(std::uint64_t& out);
    bool bare_unsigned(std::uint64_t& out);
    /// A count of `unit_ns` since 1970.
    bool quoted_time(std::int64_t unit_ns, std::int64_t& out_ns);
    bool bare_time(std::int64_t unit_ns, std::int64_t& out_ns);
    /// A string of read_rfc3339.
    bool rfc3339_time(std::int64_t& out_ns);
    /// `[["price","quantity", ...], ...]`, appended to the frame's levels; what follows the
    /// quantity is passed over.
    bool quoted_levels(RowRange& out);
    /// `[[price, quantity, ...], ...]`
    bool bare_levels(RowRange& out);
    /// Appends one row; false: too many.
    bool add_level(const LevelRow& row);
    /// Likewise for books keyed by id.
    bool add_keyed(const KeyedRow& row);

    // ------------------------------------------------------------- looking ahead, not moving
    // Nothing is judged here: what is found has to be read or passed over in its turn.

    /// The value of the first field of that name of the object that begins at `from`; null: none.
    template <std::size_t N>
    Place find(const char (&key)[N], Place from) const;
    template <std::size_t N>
    Place find(const char (&key)[N]) const {
        return find(key, at_);
    }
    /// The string at `place`; empty if it is none (or null is given).
    std::string_view string_at(Place place);
    /// The string of that field of the object that begins here; empty: none.
    template <std::size_t N>
    std::string_view peek_string(const char (&key)[N]) {
        return string_at(find(key));
    }
    /// Whether the first field of the object that begins here has that name (escapes in it are not
    /// resolved): a cheap question before others.
    template <std::size_t N>
    bool begins_with(const char (&key)[N]) const {
        return end_ - at_ >= 2 && at_token(at_) == '{' && is_key(at_ + 1, key);
    }
    /// Calls `on_element(index, place)` for the elements of the array that begins here.
    template <class OnElement>
    void peek_elements(OnElement&& on_element) const;

    // ------------------------------------------------------------------------------ refusals
    /// Keeps the first reason. An empty field becomes the key of the innermost object.
    bool refuse(FrameStatus status, std::string_view field = {});
    bool wrong_shape(std::string_view field = {}) {
        return refuse(FrameStatus::wrong_shape, field);
    }
    /// Marks `bit` in `seen`; refuses a field that comes twice.
    bool once(std::uint32_t& seen, std::uint32_t bit) {
        if ((seen & bit) != 0) [[unlikely]]
            return wrong_shape();
        seen |= bit;
        return true;
    }
    /// Whether `seen` has all of `required`; names[i] is the field of bit i.
    bool complete(std::uint32_t seen, std::uint32_t required,
                  std::span<const std::string_view> names) {
        const std::uint32_t missing = required & ~seen;
        if (missing == 0) [[likely]]
            return true;
        return wrong_shape(names[static_cast<std::size_t>(std::countr_zero(missing))]);
    }
    const FrameError& error() const { return error_; }

private:
    static constexpr unsigned nesting_max = 64;

    char at_token(Place place) const { return text_[*place]; }
    /// Whether `c` is the next token; consumes it then.
    bool take(char c) {
        if (at_ == end_ || text_[*at_] != c) return false;
        ++at_;
        return true;
    }
    static bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
    /// The token at `place`, up to the white space before the next one.
    std::string_view token(Place place) const {
        std::size_t end = place[1];
        while (is_space(text_[end - 1]))
            --end;
        return {text_ + *place, end - *place};
    }
    /// What is between the quotes of the string at `place`; nothing but white space is between
    /// its end and the next token.
    std::string_view between_quotes(Place place) const {
        std::size_t end = place[1] - 1;
        while (text_[end] != '"')
            [[unlikely]]-- end;
        return {text_ + *place + 1, end - *place - 1};
    }
    bool is_escaped(std::string_view raw) const {
        return has_escapes_ && raw.find('\\') != raw.npos;
    }
    bool unescape(std::string_view raw, std::string_view& out);
    /// Behind the end of the text there is room for any key, and in a key no quote.
    template <std::size_t N>
    bool is_key(Place place, const char (&key)[N]) const {
        const char* const at = text_ + *place;
        return at[0] == '"' && std::memcmp(at + 1, key, N - 1) == 0 && at[N] == '"';
    }
    bool is_escaped_key(Place place, std::string_view key) const;
    /// Behind the value at `place`; never beyond the end.
    Place behind(Place place) const {
        const char c = at_token(place);
        return c == '{' || c == '[' ? behind_nested(place) : place + 1;
    }
    Place behind_nested(Place place) const;
    bool pass_over(unsigned nesting);
    template <NumberForm form>
    bool number(Number& out);
    bool number_refused(NumberForm form, NumberRead read, std::string_view text);
    template <NumberForm form>
    bool whole(std::uint64_t& out);
    bool scale_time(std::uint64_t count, std::int64_t unit_ns, std::int64_t& out_ns);
    /// A scalar of a number's form; what is in it.
    template <NumberForm form>
    bool number_text(std::string_view& out);
    template <NumberForm form>
    bool levels(RowRange& out);
    template <NumberForm form>
    bool unusual_level(LevelRow& row);
    bool quoted_level_as_usual(LevelRow& row);
    bool rows_left() const { return out_.levels.size() + out_.keyed.size() < limits_.rows; }
    bool malformed() { return refuse(FrameStatus::malformed); }
    bool not_here() { return at_ == end_ ? malformed() : wrong_shape(); }

    const char* text_;
    Place at_;
    Place end_;
    bool has_escapes_;
    const FrameLimits& limits_;
    const simdjson::internal::dom_parser_implementation& unescaper_;
    MarketFrame& out_;
    std::size_t size_;
    std::size_t unescaped_bytes_ = 0;
    FrameError error_;
};

// ------------------------------------------------------------------------------ adding events
// Each adds an event at the end; the reference is good until the next of its type.

template <class Event>
Event& add_event(MarketFrame& frame, std::vector<Event>& events, EventType type) {
    frame.events.push_back({type, static_cast<std::uint32_t>(events.size())});
    return events.emplace_back();
}
inline BookEvent& add_book(MarketFrame& frame) {
    return add_event(frame, frame.books, EventType::book);
}
inline TradeEvent& add_trade(MarketFrame& frame) {
    return add_event(frame, frame.trades, EventType::trade);
}
inline TouchEvent& add_touch(MarketFrame& frame) {
    return add_event(frame, frame.touches, EventType::touch);
}
inline ControlEvent& add_control(MarketFrame& frame, ControlKind kind) {
    ControlEvent& event = add_event(frame, frame.controls, EventType::control);
    event.kind = kind;
    return event;
}
inline DefinitionEvent& add_definition(MarketFrame& frame) {
    return add_event(frame, frame.definitions, EventType::definition);
}

// ------------------------------------------------------------------------------- definitions

template <class OnField>
bool Scan::object(OnField&& on_field) {
    if (!take('{')) [[unlikely]]
        return not_here();
    if (take('}')) return true;
    for (;;) {
        // A key, a colon, a value and what follows it.
        if (end_ - at_ < 4 || at_token(at_) != '"' || at_token(at_ + 1) != ':') [[unlikely]]
            return malformed();
        std::string_view key = between_quotes(at_);
        if (is_escaped(key)) [[unlikely]] {
            if (!unescape(key, key)) return false;
            // No venue's key; key_code does not tell it from its beginning.
            if (key.find('\0') != key.npos) key = {};
        }
        at_ += 2;
        if (!on_field(key)) [[unlikely]] {
            refuse(FrameStatus::wrong_shape);
            if (error_.field.empty()) error_.field = key;
            return false;
        }
        if (take(',')) continue;
        return take('}') || malformed();
    }
}

template <std::size_t N>
Scan::Place Scan::find(const char (&key)[N], Place from) const {
    if (from == nullptr || from == end_ || at_token(from) != '{') return nullptr;
    for (Place place = from + 1; end_ - place >= 4;) {
        if (is_key(place, key) || (has_escapes_ && is_escaped_key(place, key)))
            return at_token(place + 1) == ':' ? place + 2 : nullptr;
        place = behind(place + 2);
        if (place == end_ || at_token(place) != ',') break;
        ++place;
    }
    return nullptr;
}

template <class OnElement>
bool Scan::array(OnElement&& on_element) {
    if (!take('[')) [[unlikely]]
        return not_here();
    if (take(']')) return true;
    for (;;) {
        if (!on_element()) [[unlikely]]
            return refuse(FrameStatus::wrong_shape);
        if (take(',')) continue;
        return take(']') || malformed();
    }
}

template <class OnElement>
void Scan::peek_elements(OnElement&& on_element) const {
    if (at_ == end_ || at_token(at_) != '[') return;
    Place place = at_ + 1;
    if (place != end_ && at_token(place) == ']') return;
    for (std::size_t index = 0; place != end_; ++index) {
        on_element(index, place);
        place = behind(place);
        if (place == end_ || at_token(place) != ',') return;
        ++place;
    }
}

}  // namespace tickweir::codecs::json
