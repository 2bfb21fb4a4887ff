#include "gateway/play/venue/frame_label.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace tickweir::gateway::venue {
namespace {

using codecs::json::VenueId;

bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

void skip_blanks(std::string_view& text) {
    while (!text.empty() && is_blank(text.front()))
        text.remove_prefix(1);
}

/// The next string value of a member `name`; moves `text` behind it. Escapes are not undone: no
/// name of a channel or an instrument has any.
std::string_view next_text(std::string_view& text, std::string_view name) {
    for (std::size_t at = text.find(name); at != text.npos; at = text.find(name)) {
        text.remove_prefix(at + name.size());
        skip_blanks(text);
        if (!text.starts_with(':')) continue;  // a value
        text.remove_prefix(1);
        skip_blanks(text);
        if (!text.starts_with('"')) continue;
        text.remove_prefix(1);
        const std::size_t end = text.find('"');
        if (end == text.npos) break;
        const std::string_view value = text.substr(0, end);
        text.remove_prefix(end);
        return value;
    }
    text = {};
    return {};
}

void add_symbol(std::string_view symbol, FrameLabel& out) {
    if (!symbol.empty() && std::ranges::find(out.symbols, symbol) == out.symbols.end())
        out.symbols.push_back(symbol);
}

void add_symbols(std::string_view text, std::string_view name, FrameLabel& out) {
    while (!text.empty())
        add_symbol(next_text(text, name), out);
}

/// Kraken v1: `[CHANNEL_ID, DATA, "book-1000", "XBT/USD"]`.
void label_by_end(std::string_view text, FrameLabel& out) {
    std::array<std::string_view, 2> last;  // string and the one before it
    for (std::string_view& found : last) {
        const std::size_t end = text.rfind('"');
        if (end == text.npos || end == 0) return;
        const std::size_t begin = text.rfind('"', end - 1);
        if (begin == text.npos) return;
        found = text.substr(begin + 1, end - begin - 1);
        text = text.substr(0, begin);
    }
    out.channel = last[1];
    add_symbol(last[0], out);
}

/// What Binance sends without an envelope: "e" says what, but of spot's best bid and ask.
void label_by_event(std::string_view text, FrameLabel& out) {
    const std::string_view event = find_text(text, R"("e")");
    add_symbol(find_text(text, R"("s")"), out);
    if (event == "depthUpdate") {
        out.channel = "depth";
    } else if (!event.empty()) {
        out.channel = event;
    } else if (text.find(R"("A")") != text.npos) {
        out.channel = "bookTicker";
    }
}

void label_binance(std::string_view text, FrameLabel& out) {
    const std::string_view stream = find_text(text, R"("stream")");
    if (stream.empty()) return label_by_event(text, out);
    const ChannelName name = split_channel(VenueId::binance_spot, stream);
    out.channel = name.channel;
    out.upper = upper_case(name.symbol);
    add_symbol(out.upper, out);
}

/// How a venue's frames name their channel and instruments.
struct Names {
    std::string_view channel;
    std::string_view symbol;  ///< empty: the channel says it
};

Names names_of(VenueId venue) {
    switch (venue) {
        case VenueId::coinbase_advanced:
            return {R"("channel")", R"("product_id")"};
        case VenueId::coinbase_exchange:
            return {R"("type")", R"("product_id")"};
        case VenueId::kraken_v2:
            return {R"("channel")", R"("symbol")"};
        case VenueId::kraken_futures:
            return {R"("feed")", R"("product_id")"};
        case VenueId::okx:
            return {R"("channel")", R"("instId")"};
        case VenueId::bitmex:
            return {R"("table")", R"("symbol")"};
        case VenueId::bybit:
            return {R"("topic")", {}};
        case VenueId::deribit:
        case VenueId::bitstamp:
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
        case VenueId::kraken_v1:
            break;
    }
    return {R"("channel")", {}};
}

/// "btcusdt@depth@100ms" or "btcusdt@depth20": the speed is not part of the channel.
ChannelName split_stream(std::string_view name) {
    const std::size_t first = name.find('@');
    if (first == name.npos) return {name, {}};
    const std::string_view rest = name.substr(first + 1);
    return {rest.substr(0, rest.find('@')), name.substr(0, first)};
}

/// "book.BTC-PERPETUAL.raw", "book.X.none.10.100ms", "quote.X": the interval is not part of it.
ChannelName split_deribit(std::string_view name) {
    const std::size_t first = name.find('.');
    if (first == name.npos) return {name, {}};
    const std::string_view kind = name.substr(0, first);
    const std::string_view rest = name.substr(first + 1);
    const std::string_view symbol = rest.substr(0, rest.find('.'));
    const auto dots = std::ranges::count(rest, '.');
    // With grouping and depth the frames are others: books of some levels, whole each time.
    if (kind == "book" && dots > 1) return {"book.grouped", symbol};
    return {kind, symbol};
}

ChannelName split_at_last(std::string_view name, char separator) {
    const std::size_t at = name.rfind(separator);
    if (at == name.npos) return {name, {}};
    return {name.substr(0, at), name.substr(at + 1)};
}

}  // namespace

std::string upper_case(std::string_view text) {
    std::string upper{text};
    for (char& c : upper)
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    return upper;
}

std::string_view find_text(std::string_view text, std::string_view name) {
    return next_text(text, name);
}

ChannelName split_channel(VenueId venue, std::string_view name) {
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
            return split_stream(name);
        case VenueId::deribit:
            return split_deribit(name);
        case VenueId::bybit:
            return split_at_last(name, '.');
        case VenueId::bitstamp:
            return split_at_last(name, '_');
        case VenueId::bitmex: {
            const std::size_t at = name.find(':');
            if (at == name.npos) return {name, {}};
            return {name.substr(0, at), name.substr(at + 1)};
        }
        case VenueId::coinbase_advanced:
        case VenueId::coinbase_exchange:
        case VenueId::kraken_v1:
        case VenueId::kraken_v2:
        case VenueId::kraken_futures:
        case VenueId::okx:
            break;
    }
    return {channel_of(venue, name), {}};
}

std::string_view channel_of(VenueId venue, std::string_view name) {
    using Pair = std::pair<std::string_view, std::string_view>;
    static constexpr std::array advanced{Pair{"l2_data", "level2"}};
    static constexpr std::array exchange{
        Pair{"snapshot", "level2"},     Pair{"l2update", "level2"}, Pair{"level2_batch", "level2"},
        Pair{"level2_50", "level2"},    Pair{"match", "matches"},   Pair{"last_match", "matches"},
        Pair{"ticker_batch", "ticker"},
    };
    static constexpr std::array futures{Pair{"book_snapshot", "book"},
                                        Pair{"trade_snapshot", "trade"}};
    const auto mapped = [name](const auto& pairs) {
        const auto found = std::ranges::find(pairs, name, &Pair::first);
        return found == pairs.end() ? name : found->second;
    };
    if (venue == VenueId::coinbase_advanced) return mapped(advanced);
    if (venue == VenueId::coinbase_exchange) return mapped(exchange);
    if (venue == VenueId::kraken_futures) return mapped(futures);
    return name;
}

void label_frame(VenueId venue, std::string_view text, FrameLabel& out) {
    out.channel = {};
    out.symbols.clear();
    if (venue == VenueId::binance_spot || venue == VenueId::binance_usdm ||
        venue == VenueId::binance_coinm) {
        return label_binance(text, out);
    }
    if (venue == VenueId::kraken_v1) {
        if (text.starts_with('[')) label_by_end(text, out);
        return;
    }
    const Names names = names_of(venue);
    const ChannelName name = split_channel(venue, find_text(text, names.channel));
    out.channel = name.channel;
    add_symbol(name.symbol, out);
    if (!names.symbol.empty()) add_symbols(text, names.symbol, out);
}

}  // namespace tickweir::gateway::venue
