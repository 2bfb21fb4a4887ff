#include "gateway/play/venue/book_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <limits>

#include "codecs/json/book_checksum.hpp"
#include "codecs/json/decimal_text.hpp"
#include "gateway/play/venue/talk.hpp"
#include "gateway/serve/json_numbers.hpp"

namespace tickweir::gateway::venue {
namespace {

using book::Side;
using codecs::json::append_fixed;
using codecs::json::VenueId;

constexpr std::size_t all_levels = std::numeric_limits<std::size_t>::max();

/// Calls `each(level, is_first)` for the best levels of a side, best first.
template <class Each>
void for_levels(const BookView& view, Side side, std::size_t most, Each&& each) {
    const book::LevelRows levels = view.book->levels(side);
    std::size_t done = 0;
    for (auto row = levels.rbegin(); row != levels.rend() && done < most; ++row)
        each(*row, done++ == 0);
}

void append_price(std::string& out, const BookView& view, book::Price price) {
    append_fixed(out, price.ticks, view.price_decimals, view.written_price_decimals);
}

void append_open(std::string& out, const BookView& view, book::Quantity open) {
    append_fixed(out, open.lots, view.quantity_decimals, view.written_quantity_decimals);
}

/// `BEFORE price MIDDLE quantity AFTER` of each level, in brackets, with commas.
struct RowForm {
    std::string_view before;
    std::string_view middle;
    std::string_view after;
};

void append_side(std::string& out, const BookView& view, Side side, const RowForm& form,
                 std::size_t most = all_levels) {
    out += '[';
    for_levels(view, side, most, [&](const book::Level& level, bool is_first) {
        if (!is_first) out += ',';
        out += form.before;
        append_price(out, view, level.price);
        out += form.middle;
        append_open(out, view, level.open);
        out += form.after;
    });
    out += ']';
}

constexpr RowForm quoted_pair{R"([")", R"(",")", R"("])"};
constexpr RowForm bare_object{R"({"price":)", R"(,"qty":)", "}"};
constexpr RowForm deribit_row{R"(["new",)", ",", "]"};

void append_member(std::string& out, std::string_view before, std::int64_t number) {
    out += before;
    append_number(out, number);
}

std::size_t scaled(const BookView& view, Side side, std::span<codecs::json::ScaledLevel> out) {
    std::size_t count = 0;
    for_levels(view, side, out.size(), [&](const book::Level& level, bool) {
        out[count++] = {level.price.ticks, level.open.lots};
    });
    return count;
}

template <std::size_t Levels, class Checksum>
std::uint32_t checksum_of(const BookView& view, Checksum&& checksum) {
    std::array<codecs::json::ScaledLevel, Levels> asks;
    std::array<codecs::json::ScaledLevel, Levels> bids;
    const std::size_t ask_count = scaled(view, Side::sell, asks);
    const std::size_t bid_count = scaled(view, Side::buy, bids);
    return checksum(std::span<const codecs::json::ScaledLevel>{asks}.first(ask_count),
                    std::span<const codecs::json::ScaledLevel>{bids}.first(bid_count));
}

// --------------------------------------------------------------------------------------- venues

void append_coinbase_side(std::string& out, const BookView& view, Side side, bool& comma) {
    for_levels(view, side, all_levels, [&](const book::Level& level, bool) {
        if (comma) out += ',';
        comma = true;
        out += side == Side::buy ? R"({"side":"bid")" : R"({"side":"offer")";
        out += R"(,"event_time":"1970-01-01T00:00:00Z","price_level":)";
        append_decimal(out, level.price.ticks, view.price_decimals);
        out += R"(,"new_quantity":)";
        append_decimal(out, level.open.lots, view.quantity_decimals);
        out += '}';
    });
}

void append_coinbase_advanced(std::string& out, const BookView& view) {
    out += R"({"channel":"l2_data","timestamp":")" + rfc3339(view.time) +
           R"(","sequence_num":0,"events":[{"type":"snapshot","product_id":)";
    append_json_string(out, view.symbol);
    out += R"(,"updates":[)";
    bool comma = false;
    append_coinbase_side(out, view, Side::buy, comma);
    append_coinbase_side(out, view, Side::sell, comma);
    out += "]}]}";
}

void append_coinbase_exchange(std::string& out, const BookView& view) {
    out += R"({"type":"snapshot","product_id":)";
    append_json_string(out, view.symbol);
    out += R"(,"asks":)";
    append_side(out, view, Side::sell, quoted_pair);
    out += R"(,"bids":)";
    append_side(out, view, Side::buy, quoted_pair);
    out += R"(,"time":")" + rfc3339(view.time) + R"("})";
}

void append_kraken_v1(std::string& out, const BookView& view, std::string_view channel) {
    const std::int64_t us =
        std::chrono::floor<std::chrono::microseconds>(view.time).time_since_epoch().count();
    std::string after = R"(",")";
    append_fixed(after, us, 6, 6);
    after += R"("])";
    const RowForm row{R"([")", R"(",")", after};
    out += R"([1,{"as":)";
    append_side(out, view, Side::sell, row);
    out += R"(,"bs":)";
    append_side(out, view, Side::buy, row);
    out += "},";
    append_json_string(out, channel);
    out += ',';
    append_json_string(out, view.symbol);
    out += ']';
}

void append_kraken_v2(std::string& out, const BookView& view) {
    const std::uint32_t checksum =
        checksum_of<codecs::json::kraken_checksum_levels>(view, [&](auto asks, auto bids) {
            return codecs::json::kraken_checksum(
                asks, bids, {view.price_decimals, view.written_price_decimals},
                {view.quantity_decimals, view.written_quantity_decimals});
        });
    out += R"({"channel":"book","type":"snapshot","data":[{"symbol":)";
    append_json_string(out, view.symbol);
    out += R"(,"bids":)";
    append_side(out, view, Side::buy, bare_object);
    out += R"(,"asks":)";
    append_side(out, view, Side::sell, bare_object);
    out += R"(,"checksum":)";
    append_number(out, checksum);
    out += R"(,"timestamp":")" + rfc3339(view.time) + R"("}]})";
}

void append_kraken_futures(std::string& out, const BookView& view) {
    out += R"({"feed":"book_snapshot","product_id":)";
    append_json_string(out, view.symbol);
    append_member(out, R"(,"timestamp":)", ms_of(view.time));
    out += R"(,"seq":)";
    append_number(out, view.id);
    out += R"(,"tickSize":null,"bids":)";
    append_side(out, view, Side::buy, bare_object);
    out += R"(,"asks":)";
    append_side(out, view, Side::sell, bare_object);
    out += '}';
}

void append_okx(std::string& out, const BookView& view, std::string_view channel) {
    std::uint32_t checksum = 0;
    if (view.has_checksum) {
        checksum = checksum_of<codecs::json::okx_checksum_levels>(view, [&](auto asks, auto bids) {
            return codecs::json::okx_checksum(asks, bids, view.price_decimals,
                                              view.quantity_decimals);
        });
    }
    // The checksum is over numbers in normal form, so the rows have to be in it.
    const auto side = [&](Side of) {
        out += '[';
        for_levels(view, of, all_levels, [&](const book::Level& level, bool is_first) {
            out += is_first ? "[" : ",[";
            append_decimal(out, level.price.ticks, view.price_decimals);
            out += ',';
            append_decimal(out, level.open.lots, view.quantity_decimals);
            out += R"(,"0","1"])";
        });
        out += ']';
    };
    out += R"({"arg":{"channel":)";
    append_json_string(out, channel);
    out += R"(,"instId":)";
    append_json_string(out, view.symbol);
    out += R"(},"action":"snapshot","data":[{"asks":)";
    side(Side::sell);
    out += R"(,"bids":)";
    side(Side::buy);
    append_member(out, R"(,"ts":")", ms_of(view.time));
    append_member(out, R"(","checksum":)", static_cast<std::int32_t>(checksum));
    if (view.has_id) {
        out += R"(,"prevSeqId":-1,"seqId":)";
        append_number(out, view.id);
    }
    out += "}]}";
}

void append_bybit(std::string& out, const BookView& view, std::string_view channel) {
    out += R"({"topic":)";
    append_json_string(out, std::string{channel} + "." + std::string{view.symbol});
    append_member(out, R"(,"type":"snapshot","ts":)", ms_of(view.time));
    out += R"(,"data":{"s":)";
    append_json_string(out, view.symbol);
    out += R"(,"b":)";
    append_side(out, view, Side::buy, quoted_pair);
    out += R"(,"a":)";
    append_side(out, view, Side::sell, quoted_pair);
    out += R"(,"u":)";
    append_number(out, view.id);
    out += R"(,"seq":)";
    append_number(out, view.id);
    append_member(out, R"(},"cts":)", ms_of(view.time));
    out += '}';
}

void append_deribit(std::string& out, const BookView& view) {
    out += R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":)";
    append_json_string(out, "book." + std::string{view.symbol} + ".raw");
    append_member(out, R"(,"data":{"type":"snapshot","timestamp":)", ms_of(view.time));
    out += R"(,"instrument_name":)";
    append_json_string(out, view.symbol);
    out += R"(,"change_id":)";
    append_number(out, view.id);
    out += R"(,"bids":)";
    append_side(out, view, Side::buy, deribit_row);
    out += R"(,"asks":)";
    append_side(out, view, Side::sell, deribit_row);
    out += "}}}";
}

void append_bitmex(std::string& out, const BookView& view, std::string_view channel) {
    out += R"({"table":)";
    append_json_string(out, channel);
    out += R"(,"action":"partial","keys":["symbol","id","side"],"filter":{"symbol":)";
    append_json_string(out, view.symbol);
    out += R"(},"data":[)";
    bool comma = false;
    for (const codecs::json::KeyedRow& row : view.keyed) {
        if (comma) out += ',';
        comma = true;
        out += R"({"symbol":)";
        append_json_string(out, view.symbol);
        out += R"(,"id":)";
        append_number(out, row.id);
        out += row.is_buy ? R"(,"side":"Buy","size":)" : R"(,"side":"Sell","size":)";
        append_fixed(out, row.quantity.mantissa, row.quantity.decimals, 0);
        out += R"(,"price":)";
        append_fixed(out, row.price.mantissa, row.price.decimals, 0);
        out += R"(,"timestamp":")" + rfc3339(view.time) + R"("})";
    }
    out += "]}";
}

}  // namespace

bool append_snapshot(std::string& out, VenueId venue, const BookView& view,
                     std::string_view channel) {
    const std::size_t before = out.size();
    switch (venue) {
        case VenueId::binance_spot:
        case VenueId::binance_usdm:
        case VenueId::binance_coinm:
        case VenueId::bitstamp:
            break;
        case VenueId::coinbase_advanced:
            if (channel == "level2") append_coinbase_advanced(out, view);
            break;
        case VenueId::coinbase_exchange:
            if (channel == "level2") append_coinbase_exchange(out, view);
            break;
        case VenueId::kraken_v1:
            if (channel.starts_with("book-")) append_kraken_v1(out, view, channel);
            break;
        case VenueId::kraken_v2:
            if (channel == "book") append_kraken_v2(out, view);
            break;
        case VenueId::kraken_futures:
            if (channel == "book") append_kraken_futures(out, view);
            break;
        case VenueId::okx:
            if (channel == "books" || channel.ends_with("-l2-tbt")) append_okx(out, view, channel);
            break;
        case VenueId::bybit:
            if (channel.starts_with("orderbook.") && channel != "orderbook.1")
                append_bybit(out, view, channel);
            break;
        case VenueId::deribit:
            if (channel == "book") append_deribit(out, view);
            break;
        case VenueId::bitmex:
            if (channel.starts_with("orderBookL2")) append_bitmex(out, view, channel);
            break;
    }
    return out.size() > before;
}

void append_answer(std::string& out, VenueId venue, const BookView& view, std::size_t levels) {
    const std::int64_t us =
        std::chrono::floor<std::chrono::microseconds>(view.time).time_since_epoch().count();
    if (venue == VenueId::bitstamp) {
        append_member(out, R"({"timestamp":")", us / 1'000'000);
        out += R"(","microtimestamp":")";
        append_number(out, view.id);
        out += R"(",)";
    } else {
        out += R"({"lastUpdateId":)";
        append_number(out, view.id);
        if (venue != VenueId::binance_spot) {
            append_member(out, R"(,"E":)", us / 1'000);
            append_member(out, R"(,"T":)", us / 1'000);
        }
        out += ',';
    }
    out += R"("bids":)";
    append_side(out, view, Side::buy, quoted_pair, levels);
    out += R"(,"asks":)";
    append_side(out, view, Side::sell, quoted_pair, levels);
    out += '}';
}

}  // namespace tickweir::gateway::venue
