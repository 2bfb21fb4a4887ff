#include "codecs/json/venues/scan.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <limits>

namespace tickweir::codecs::json {
namespace {

bool is_good_number(std::string_view token) {
    std::uint64_t unused = 0;
    return read_padded_unsigned(token, NumberForm::bare, unused) || is_json_number(token);
}

}  // namespace

Scan::Scan(std::string_view text, Place tokens, std::size_t count, const FrameLimits& limits,
           const simdjson::internal::dom_parser_implementation& unescaper, MarketFrame& out)
    : text_{text.data()},
      at_{tokens},
      end_{tokens + count},
      has_escapes_{text.find('\\') != text.npos},
      limits_{limits},
      unescaper_{unescaper},
      out_{out},
      size_{text.size()} {}

ValueKind Scan::kind() const {
    if (at_ == end_) return ValueKind::none;
    switch (at_token(at_)) {
        case '{':
            return ValueKind::object;
        case '[':
            return ValueKind::array;
        case '"':
            return ValueKind::string;
        case 't':
        case 'f':
        case 'n':
            return ValueKind::literal;
        case '-':
        case '0':
        case '1':
        case '2':
        case '3':
        case '4':
        case '5':
        case '6':
        case '7':
        case '8':
        case '9':
            return ValueKind::number;
        default:
            return ValueKind::none;
    }
}

bool Scan::refuse(FrameStatus status, std::string_view field) {
    if (error_.status == FrameStatus::ok) error_ = {status, field, *std::min(at_, end_)};
    return false;
}

// ------------------------------------------------------------------------------------ values

/// Strings that are looked at and read are unescaped twice; room for that is taken once, for the
/// views into it have to stay.
bool Scan::unescape(std::string_view raw, std::string_view& out) {
    const std::size_t room = 2 * size_ + simdjson::SIMDJSON_PADDING;
    if (out_.unescaped.size() < room) {
        if (unescaped_bytes_ != 0) return refuse(FrameStatus::too_large);
        out_.unescaped.resize(room);
    }
    if (unescaped_bytes_ + raw.size() > 2 * size_) return refuse(FrameStatus::too_large);
    auto* const to = reinterpret_cast<std::uint8_t*>(out_.unescaped.data() + unescaped_bytes_);
    const std::uint8_t* const end =
        unescaper_.parse_string(reinterpret_cast<const std::uint8_t*>(raw.data()), to);
    if (end == nullptr) return malformed();
    out = {out_.unescaped.data() + unescaped_bytes_, static_cast<std::size_t>(end - to)};
    unescaped_bytes_ += out.size();
    return true;
}

bool Scan::string(std::string_view& out) {
    if (at_ == end_ || at_token(at_) != '"') [[unlikely]]
        return not_here();
    const std::string_view raw = between_quotes(at_);
    if (is_escaped(raw)) [[unlikely]] {
        if (!unescape(raw, out)) return false;
    } else {
        out = raw;
    }
    ++at_;
    return true;
}

bool Scan::text(std::string_view& out) {
    if (kind() == ValueKind::string) return string(out);
    if (kind() != ValueKind::number) return not_here();
    out = token(at_);
    if (!is_good_number(out)) return malformed();
    ++at_;
    return true;
}

bool Scan::side(std::string_view buy, std::string_view sell, TradeSide& out) {
    std::string_view word;
    if (!string(word)) return false;
    out = word == buy ? TradeSide::buy : TradeSide::sell;
    return word == buy || word == sell || wrong_shape();
}

bool Scan::boolean(bool& out) {
    if (kind() != ValueKind::literal) return not_here();
    const std::string_view literal = token(at_);
    if (literal == "null") return wrong_shape();
    if (literal != "true" && literal != "false") return malformed();
    out = literal == "true";
    ++at_;
    return true;
}

bool Scan::take_null() {
    return take_word("null");
}

bool Scan::take_word(std::string_view word) {
    if (at_ == end_ || at_token(at_) != word[0] || token(at_) != word) return false;
    ++at_;
    return true;
}

template <NumberForm form>
inline bool Scan::number_text(std::string_view& out) {
    if constexpr (form == NumberForm::quoted) {
        if (at_ == end_ || at_token(at_) != '"') [[unlikely]]
            return not_here();
        out = between_quotes(at_);
    } else {
        if (kind() != ValueKind::number) [[unlikely]]
            return not_here();
        out = token(at_);
    }
    return true;
}

bool Scan::number_refused(NumberForm form, NumberRead read, std::string_view text) {
    if (form == NumberForm::bare && read == NumberRead::not_a_number && !is_json_number(text))
        return malformed();
    return refuse(FrameStatus::bad_number);
}

template <NumberForm form>
inline bool Scan::number(Number& out) {
    std::string_view text;
    if (!number_text<form>(text)) [[unlikely]]
        return false;
    const NumberRead read = read_padded_number(text, form, out);
    if (read != NumberRead::ok) [[unlikely]]
        return number_refused(form, read, text);
    ++at_;
    return true;
}

template <NumberForm form>
inline bool Scan::whole(std::uint64_t& out) {
    std::string_view text;
    if (!number_text<form>(text)) [[unlikely]]
        return false;
    if (!read_padded_unsigned(text, form, out)) [[unlikely]]
        return number_refused(form, NumberRead::not_a_number, text);
    ++at_;
    return true;
}

bool Scan::quoted_number(Number& out) {
    return number<NumberForm::quoted>(out);
}
bool Scan::quoted_number_or_nothing(Number& out) {
    if (kind() == ValueKind::string && string_at(place()).empty()) return pass_over();
    return quoted_number(out);
}
bool Scan::bare_number(Number& out) {
    return number<NumberForm::bare>(out);
}
bool Scan::quoted_unsigned(std::uint64_t& out) {
    return whole<NumberForm::quoted>(out);
}
bool Scan::bare_unsigned(std::uint64_t& out) {
    return whole<NumberForm::bare>(out);
}

bool Scan::scale_time(std::uint64_t count, std::int64_t unit_ns, std::int64_t& out_ns) {
    const auto most =
        static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max() / unit_ns);
    if (count > most) return refuse(FrameStatus::bad_number);
    out_ns = static_cast<std::int64_t>(count) * unit_ns;
    return true;
}

bool Scan::quoted_time(std::int64_t unit_ns, std::int64_t& out_ns) {
    std::uint64_t count = 0;
    return quoted_unsigned(count) && scale_time(count, unit_ns, out_ns);
}

bool Scan::bare_time(std::int64_t unit_ns, std::int64_t& out_ns) {
    std::uint64_t count = 0;
    return bare_unsigned(count) && scale_time(count, unit_ns, out_ns);
}

bool Scan::rfc3339_time(std::int64_t& out_ns) {
    std::string_view text;
    if (!string(text)) return false;
    return read_rfc3339(text, out_ns) || refuse(FrameStatus::bad_number);
}

// ------------------------------------------------------------------------------------ levels

bool Scan::add_level(const LevelRow& row) {
    if (!rows_left()) [[unlikely]]
        return refuse(FrameStatus::too_large);
    out_.levels.push_back(row);
    return true;
}

bool Scan::add_keyed(const KeyedRow& row) {
    if (!rows_left()) [[unlikely]]
        return refuse(FrameStatus::too_large);
    out_.keyed.push_back(row);
    return true;
}

/// `["price","quantity"]` with its quotes next to comma and bracket, as all venues write it. False:
/// something else, from where nothing has been consumed.
inline bool Scan::quoted_level_as_usual(LevelRow& row) {
    // The last one closes the array of the rows.
    if (end_ - at_ < 6) return false;
    const std::size_t price = at_[1];
    const std::size_t comma = at_[2];
    const std::size_t quantity = at_[3];
    const std::size_t end = at_[4];
    if (text_[at_[0]] != '[' || text_[price] != '"' || text_[comma - 1] != '"' ||
        text_[comma] != ',' || text_[quantity] != '"' || text_[end - 1] != '"' || text_[end] != ']')
        return false;
    const std::string_view price_text{text_ + price + 1, comma - price - 2};
    const std::string_view quantity_text{text_ + quantity + 1, end - quantity - 2};
    if (read_padded_number(price_text, NumberForm::quoted, row.price) != NumberRead::ok ||
        read_padded_number(quantity_text, NumberForm::quoted, row.quantity) != NumberRead::ok)
        return false;
    at_ += 5;
    return true;
}

template <NumberForm form>
bool Scan::unusual_level(LevelRow& row) {
    unsigned index = 0;
    const bool good = array([&] {
        switch (index++) {
            case 0:
                return number<form>(row.price);
            case 1:
                return number<form>(row.quantity);
            default:
                return pass_over();
        }
    });
    return good && (index >= 2 || wrong_shape());
}

template <NumberForm form>
bool Scan::levels(RowRange& out) {
    const std::size_t begin = out_.levels.size();
    const bool good = array([&] {
        if (!rows_left()) [[unlikely]]
            return refuse(FrameStatus::too_large);
        LevelRow& row = out_.levels.emplace_back();
        if (form == NumberForm::quoted && quoted_level_as_usual(row)) [[likely]]
            return true;
        return unusual_level<form>(row);
    });
    out = {static_cast<std::uint32_t>(begin),
           static_cast<std::uint32_t>(out_.levels.size() - begin)};
    return good;
}

bool Scan::quoted_levels(RowRange& out) {
    return levels<NumberForm::quoted>(out);
}
bool Scan::bare_levels(RowRange& out) {
    return levels<NumberForm::bare>(out);
}

// ------------------------------------------------------------------------------ passing over

bool Scan::pass_over(unsigned nesting) {
    if (nesting == 0) return refuse(FrameStatus::too_large);
    switch (kind()) {
        case ValueKind::object:
            return object([&](std::string_view) { return pass_over(nesting - 1); });
        case ValueKind::array:
            return array([&] { return pass_over(nesting - 1); });
        case ValueKind::string: {
            if (!has_escapes_) [[likely]] {
                ++at_;
                return true;
            }
            std::string_view unused;
            const std::size_t before = unescaped_bytes_;
            if (!string(unused)) return false;
            unescaped_bytes_ = before;
            return true;
        }
        case ValueKind::number:
            if (!is_good_number(token(at_))) return malformed();
            ++at_;
            return true;
        case ValueKind::literal: {
            const std::string_view literal = token(at_);
            if (literal != "true" && literal != "false" && literal != "null") return malformed();
            ++at_;
            return true;
        }
        case ValueKind::none:
            break;
    }
    return malformed();
}

// ----------------------------------------------------------------------------- looking ahead

Scan::Place Scan::behind_nested(Place place) const {
    std::size_t depth = 0;
    for (; place != end_; ++place) {
        const char c = at_token(place);
        if (c == '{' || c == '[') ++depth;
        if ((c == '}' || c == ']') && --depth == 0) return place + 1;
    }
    return place;
}

bool Scan::is_escaped_key(Place place, std::string_view key) const {
    if (at_token(place) != '"') return false;
    const std::string_view raw = between_quotes(place);
    // An escape makes at most six bytes of one.
    std::array<std::uint8_t, 256> unescaped;
    if (!is_escaped(raw) || raw.size() + simdjson::SIMDJSON_PADDING > unescaped.size())
        return false;
    const std::uint8_t* const end = unescaper_.parse_string(
        reinterpret_cast<const std::uint8_t*>(raw.data()), unescaped.data());
    if (end == nullptr) return false;
    const auto size = static_cast<std::size_t>(end - unescaped.data());
    return size == key.size() && std::memcmp(unescaped.data(), key.data(), size) == 0;
}

std::string_view Scan::string_at(Place place) {
    if (place == nullptr || place == end_ || at_token(place) != '"') return {};
    std::string_view out = between_quotes(place);
    if (is_escaped(out) && !unescape(out, out)) return {};
    return out;
}

}  // namespace tickweir::codecs::json
