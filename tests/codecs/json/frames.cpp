#include "tests/codecs/json/frames.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <utility>

#include "tests/support/seed.hpp"

namespace tickweir::codecs::json {
namespace {

constexpr std::string_view padding = "\"}]}]}0\"}]},\"s\":1]}}";

/// A walk through JSON that is known to be good, for writing it again.
struct Rewriter {
    std::string_view text;
    std::mt19937_64& random;
    bool shuffle = false;
    bool space = false;
    std::string out;

    void skip_space() {
        text.remove_prefix(std::min(text.find_first_not_of(" \t\r\n"), text.size()));
    }
    void put_space() {
        if (!space) return;
        for (auto count = random() % 3; count > 0; --count)
            out += " \t\r\n"[random() % 4];
    }
    std::size_t scalar_bytes() const {
        if (text[0] != '"') return std::min(text.find_first_of(",]}: \t\r\n"), text.size());
        std::size_t end = 1;
        while (text[end] != '"')
            end += text[end] == '\\' ? 2U : 1U;
        return end + 1;
    }
    std::string scalar() {
        const std::size_t bytes = scalar_bytes();
        const std::string token{text.substr(0, bytes)};
        text.remove_prefix(bytes);
        return token;
    }
    /// One value, written again.
    std::string value() {
        skip_space();
        const char open = text[0];
        if (open != '{' && open != '[') return scalar();
        text.remove_prefix(1);
        std::vector<std::string> members;
        for (skip_space(); text[0] != '}' && text[0] != ']'; skip_space()) {
            if (text[0] == ',') text.remove_prefix(1);
            members.push_back(member(open == '{'));
        }
        text.remove_prefix(1);
        if (open == '{' && shuffle) std::shuffle(members.begin(), members.end(), random);
        return joined(members, open);
    }
    std::string member(bool named) {
        std::string written;
        if (named) {
            skip_space();
            written = scalar() + spaces();
            skip_space();
            text.remove_prefix(1);
            written += ':' + spaces();
        }
        return written + value();
    }
    std::string joined(const std::vector<std::string>& members, char open) {
        std::string written{open};
        for (std::size_t i = 0; i < members.size(); ++i)
            written += (i == 0 ? spaces() : ',' + spaces()) + members[i] + spaces();
        return written + (open == '{' ? '}' : ']');
    }
    std::string spaces() {
        out.clear();
        put_space();
        return out;
    }
};

std::string number(const Number& value) {
    return std::to_string(value.mantissa) + "~" + std::to_string(value.decimals);
}

std::string row(const LevelRow& level) {
    return number(level.price) + "x" + number(level.quantity);
}

void put_rows(std::ostream& out, const MarketFrame& frame, const RowRange& range) {
    for (std::uint32_t i = 0; i < range.count; ++i)
        out << (i == 0 ? "" : " ") << row(frame.levels.at(range.begin + i));
}

void put_keyed(std::ostream& out, const KeyedRow& keyed) {
    out << ' ' << keyed.id << (keyed.is_buy ? 'b' : 's');
    if (keyed.has_price) out << '@' << number(keyed.price);
    if (keyed.has_quantity) out << 'x' << number(keyed.quantity);
}

std::string line_of(const MarketFrame& frame, const BookEvent& book) {
    static constexpr const char* kinds[] = {"snapshot",     "delta",        "keyed_snapshot",
                                            "keyed_insert", "keyed_update", "keyed_remove"};
    std::ostringstream out;
    out << kinds[static_cast<std::size_t>(book.kind)] << ' ' << book.symbol;
    if (book.kind >= BookKind::keyed_snapshot) {
        for (std::uint32_t i = 0; i < book.bids.count; ++i)
            put_keyed(out, frame.keyed.at(book.bids.begin + i));
    } else {
        out << " [";
        put_rows(out, frame, book.bids);
        out << "] [";
        put_rows(out, frame, book.asks);
        out << ']';
    }
    out << " ids " << book.first_id << '-' << book.last_id;
    if (book.has_previous) out << " previous " << book.previous_id;
    if (book.has_checksum) out << " checksum " << book.checksum;
    out << " depth " << book.depth << " at " << book.time_ns;
    return out.str();
}

std::string line_of(const TradeEvent& trade) {
    static constexpr const char* sides[] = {"unknown", "buy", "sell"};
    std::ostringstream out;
    out << "trade " << trade.symbol << ' ' << number(trade.price) << 'x' << number(trade.quantity)
        << ' ' << sides[static_cast<std::size_t>(trade.aggressor)] << " id " << trade.id << " at "
        << trade.time_ns << (trade.is_history ? " history" : "")
        << (trade.is_aggregate ? " aggregate" : "");
    return out.str();
}

std::string line_of(const TouchEvent& touch) {
    std::ostringstream out;
    out << "touch " << touch.symbol << ' ' << row(touch.bid) << ' ' << row(touch.ask) << " id "
        << touch.id << " at " << touch.time_ns;
    return out.str();
}

std::string line_of(const ControlEvent& control) {
    static constexpr const char* kinds[] = {"sequence", "heartbeat", "subscribed", "unsubscribed",
                                            "refused",  "ping",      "going_down"};
    std::ostringstream out;
    out << kinds[static_cast<std::size_t>(control.kind)] << " channel '" << control.channel
        << "' symbol '" << control.symbol << "' text '" << control.text << "' number "
        << control.number;
    if (!control.request.empty()) out << " request '" << control.request << "'";
    return out.str();
}

std::string line_of(const DefinitionEvent& definition) {
    std::ostringstream out;
    out << "definition " << definition.symbol << " tick " << number(definition.tick) << " lot "
        << number(definition.lot) << ' ' << definition.base << '/' << definition.quote;
    return out.str();
}

using Decode = std::function<FrameStatus(FrameBed&, std::string_view)>;

void expect_lines(VenueId venue, std::string_view text, const std::vector<std::string>& lines,
                  const Decode& decode) {
    FrameBed bed{venue};
    ASSERT_EQ(to_string(decode(bed, text)), "ok")
        << text << "\n at " << bed.decoder.error().field << ' ' << bed.decoder.error().offset;
    EXPECT_EQ(lines_of(bed.frame), lines) << text;
    std::mt19937_64 random{tests::test_seed()};
    for (int round = 0; round < 20; ++round) {
        const std::string other = spaced(shuffled(text, random), random);
        ASSERT_EQ(to_string(decode(bed, other)), "ok")
            << other << "\n at " << bed.decoder.error().field;
        EXPECT_EQ(lines_of(bed.frame), lines) << other;
    }
    for (std::size_t length = 0; length < text.size(); ++length) {
        EXPECT_NE(decode(bed, text.substr(0, length)), FrameStatus::ok) << text.substr(0, length);
        EXPECT_TRUE(lines_of(bed.frame).empty());
    }
}

}  // namespace

std::string_view FrameBed::padded(std::string_view text) {
    // A block of its own size, so that a sanitizer sees what is read beyond the padding.
    text_ = std::vector<char>(text.size() + text_padding);
    std::copy(text.begin(), text.end(), text_.begin());
    std::copy(padding.begin(), padding.end(), text_.begin() + static_cast<long>(text.size()));
    return {text_.data(), text.size()};
}

FrameStatus FrameBed::frame_of(std::string_view text) {
    return decoder.decode_frame(padded(text), frame);
}

FrameStatus FrameBed::answer_of(std::string_view target, std::string_view body) {
    return decoder.decode_answer(target, padded(body), frame);
}

std::vector<std::string> lines_of(const MarketFrame& frame) {
    std::vector<std::string> lines;
    for (const EventPlace& place : frame.events) {
        switch (place.type) {
            case EventType::book:
                lines.push_back(line_of(frame, frame.books.at(place.index)));
                break;
            case EventType::trade:
                lines.push_back(line_of(frame.trades.at(place.index)));
                break;
            case EventType::touch:
                lines.push_back(line_of(frame.touches.at(place.index)));
                break;
            case EventType::control:
                lines.push_back(line_of(frame.controls.at(place.index)));
                break;
            case EventType::definition:
                lines.push_back(line_of(frame.definitions.at(place.index)));
                break;
        }
    }
    return lines;
}

std::string shuffled(std::string_view json, std::mt19937_64& random) {
    return Rewriter{.text = json, .random = random, .shuffle = true, .space = false, .out = {}}
        .value();
}

std::string spaced(std::string_view json, std::mt19937_64& random) {
    Rewriter writer{.text = json, .random = random, .shuffle = false, .space = true, .out = {}};
    const std::string before = writer.spaces();
    const std::string value = writer.value();
    return before + value + writer.spaces();
}

void expect_frame(VenueId venue, std::string_view text, const std::vector<std::string>& lines) {
    expect_lines(venue, text, lines,
                 [](FrameBed& bed, std::string_view given) { return bed.frame_of(given); });
}

void expect_answer(VenueId venue, std::string_view target, std::string_view body,
                   const std::vector<std::string>& lines) {
    expect_lines(venue, body, lines, [&](FrameBed& bed, std::string_view given) {
        return bed.answer_of(target, given);
    });
}

void expect_refused(VenueId venue, std::string_view text, FrameStatus status,
                    std::string_view field) {
    FrameBed bed{venue};
    EXPECT_EQ(to_string(bed.frame_of(text)), to_string(status)) << text;
    EXPECT_EQ(bed.decoder.error().status, status) << text;
    EXPECT_EQ(bed.decoder.error().field, field) << text;
    EXPECT_TRUE(lines_of(bed.frame).empty()) << text;
}

bool each_capture_line(const std::string& name,
                       const std::function<void(const CaptureLine&)>& on_line) {
    const std::filesystem::path path =
        std::filesystem::path{TICKWEIR_DATA} / "json" / (name + ".jsonl.gz");
    if (!std::filesystem::exists(path)) return false;
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) return false;
    std::vector<char> line(std::size_t{32} << 20);
    while (gzgets(file, line.data(), static_cast<int>(line.size() - text_padding)) != nullptr) {
        std::string_view rest{line.data()};
        if (rest.ends_with('\n')) rest.remove_suffix(1);
        if (rest.starts_with('#')) continue;
        const std::size_t space = rest.find(' ');
        CaptureLine found{.time_ns = std::strtoll(rest.data(), nullptr, 10),
                          .target = {},
                          .text = rest.substr(space + 1)};
        if (found.text.starts_with("SEND ")) continue;
        if (found.text.starts_with("GET ")) {
            found.text.remove_prefix(4);
            found.target = found.text.substr(0, found.text.find(' '));
            found.text.remove_prefix(found.target.size() + 1);
        }
        on_line(found);
    }
    gzclose(file);
    return true;
}

}  // namespace tickweir::codecs::json
