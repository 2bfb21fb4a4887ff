// Bytes from anywhere as a venue's frame (the first byte says which venue, and whether as an
// answer): what is refused gives no events, what is accepted is JSON, its events stay within the
// text, and white space between tokens changes nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "book/ensure.hpp"
#include "codecs/json/frame_decoder.hpp"

namespace {

using namespace tickweir::codecs::json;
using tickweir::book::ensure;

constexpr FrameLimits limits{.bytes = 16'384, .rows = 64};
constexpr std::string_view target = "/api/v2/order_book/depth?symbol=X&limit=5";

/// JSON by its grammar, in the plainest way: one recursive function a rule.
struct Grammar {
    std::string_view text;

    bool take(char c) {
        if (!text.starts_with(c)) return false;
        text.remove_prefix(1);
        return true;
    }
    bool take_word(std::string_view word) {
        if (!text.starts_with(word)) return false;
        text.remove_prefix(word.size());
        return true;
    }
    void space() {
        while (take(' ') || take('\n') || take('\r') || take('\t')) {
        }
    }
    bool digits() {
        const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
        text.remove_prefix(count);
        return count != 0;
    }
    bool number() {
        take('-');
        if (!take('0') && !digits()) return false;
        if (take('.') && !digits()) return false;
        if (!take('e') && !take('E')) return true;
        if (!take('+')) take('-');
        return digits();
    }
    bool string() {
        if (!take('"')) return false;
        while (!text.empty() && !take('"')) {
            if (static_cast<unsigned char>(text[0]) < ' ') return false;
            if (!take('\\')) {
                text.remove_prefix(1);
            } else if (take('u')) {
                if (text.substr(0, 4).find_first_not_of("0123456789abcdefABCDEF") != text.npos ||
                    text.size() < 4)
                    return false;
                text.remove_prefix(4);
            } else {
                if (text.empty() || std::string_view{"\"\\/bfnrt"}.find(text[0]) == text.npos)
                    return false;
                text.remove_prefix(1);
            }
        }
        return true;
    }
    bool members(char close, bool named) {
        space();
        if (take(close)) return true;
        do {
            space();
            if (named && !string()) return false;
            space();
            if ((named && !take(':')) || !value()) return false;
            space();
        } while (take(','));
        return take(close);
    }
    bool value() {
        space();
        if (take('{')) return members('}', true);
        if (take('[')) return members(']', false);
        if (text.starts_with('"')) return string();
        return take_word("true") || take_word("false") || take_word("null") || number();
    }
    bool document() {
        const bool good = value();
        space();
        return good && text.empty();
    }
};

/// The same text with white space around the tokens that are one character.
std::string spaced(std::string_view text) {
    std::string out;
    bool in_string = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool alone = !in_string && std::string_view{"{}[]:,"}.find(c) != text.npos;
        if (alone) out += " \t\n\r"[i % 4];
        out += c;
        if (alone) out += i % 3 == 0 ? "  " : "\n";
        if (in_string && c == '\\' && i + 1 < text.size()) out += text[++i];
        if (c == '"') in_string = !in_string;
    }
    return out;
}

struct Decoded {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    FrameStatus status{};
    MarketFrame frame;
};

Decoded decode(FrameDecoder& decoder, std::string_view text, bool is_answer) {
    Decoded decoded;
    // Just as long as promised, so that a sanitizer sees a read beyond; filled with what is most
    // likely to be taken for the rest of the text.
    decoded.size = text.size();
    decoded.bytes = std::make_unique<char[]>(text.size() + text_padding);
    std::copy(text.begin(), text.end(), decoded.bytes.get());
    for (std::size_t i = 0; i < text_padding; ++i)
        decoded.bytes[text.size() + i] = "\"}]0"[i % 4];
    const std::string_view given{decoded.bytes.get(), decoded.size};
    decoded.status = is_answer ? decoder.decode_answer(target, given, decoded.frame)
                               : decoder.decode_frame(given, decoded.frame);
    return decoded;
}

bool is_empty(const MarketFrame& frame) {
    return frame.events.empty() && frame.books.empty() && frame.levels.empty() &&
           frame.keyed.empty() && frame.trades.empty() && frame.touches.empty() &&
           frame.controls.empty() && frame.definitions.empty();
}

bool same(const MarketFrame& left, const MarketFrame& right) {
    return left.events == right.events && left.books == right.books &&
           left.levels == right.levels && left.keyed == right.keyed &&
           left.trades == right.trades && left.touches == right.touches &&
           left.controls == right.controls && left.definitions == right.definitions;
}

/// Every row belongs to a range, and every view can be read.
void check(const MarketFrame& frame) {
    ensure(frame.levels.size() + frame.keyed.size() <= limits.rows);
    std::size_t characters = 0;
    for (const BookEvent& book : frame.books) {
        const bool is_keyed = book.kind >= BookKind::keyed_snapshot;
        const std::size_t rows = is_keyed ? frame.keyed.size() : frame.levels.size();
        ensure(book.bids.begin + std::size_t{book.bids.count} <= rows);
        ensure(book.asks.begin + std::size_t{book.asks.count} <= frame.levels.size());
        for (const char c : book.symbol)
            characters += c != 0;
    }
    for (const TradeEvent& trade : frame.trades)
        for (const std::string_view text : {trade.symbol, trade.id})
            for (const char c : text)
                characters += c != 0;
    for (const ControlEvent& control : frame.controls)
        for (const std::string_view text : {control.channel, control.symbol, control.text})
            for (const char c : text)
                characters += c != 0;
    for (const LevelRow& row : frame.levels)
        ensure(row.price.decimals <= 18 && row.quantity.decimals <= 18);
    ensure(characters < 1'000'000'000);
}

/// Whether the venue answers a ping with a word that is no JSON.
bool answers_plainly(VenueId venue) {
    return venue == VenueId::okx || venue == VenueId::bitmex;
}

std::vector<std::unique_ptr<FrameDecoder>> decoders() {
    std::vector<std::unique_ptr<FrameDecoder>> all;
    for (std::size_t i = 0; i < venue_names.size(); ++i)
        all.push_back(std::make_unique<FrameDecoder>(static_cast<VenueId>(i), limits));
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t length) {
    static const auto all = decoders();
    if (length == 0) return 0;
    FrameDecoder& decoder = *all[(data[0] & 0x7fU) % all.size()];
    const bool is_answer = (data[0] & 0x80U) != 0;
    const std::string_view text{reinterpret_cast<const char*>(data + 1), length - 1};

    const Decoded first = decode(decoder, text, is_answer);
    ensure(first.status == decoder.error().status && decoder.error().offset <= length);
    if (first.status == FrameStatus::ok) {
        check(first.frame);
        ensure(Grammar{text}.document() ||
               (answers_plainly(decoder.venue()) && text.find("pong") != text.npos));
    } else {
        ensure(is_empty(first.frame));
    }
    const std::string other = spaced(text);
    if (other.size() > limits.bytes) return 0;
    const Decoded second = decode(decoder, other, is_answer);
    // Which of two faults of a text is met first is not promised; that there is one is.
    ensure((first.status == FrameStatus::ok) == (second.status == FrameStatus::ok));
    ensure(same(first.frame, second.frame));
    return 0;
}
