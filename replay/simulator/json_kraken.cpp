// Kraken v1 and v2: numbers with fixed decimals (quoted, bare), a checksum on every change of a
// book (v2: on snapshots, too), and clients who cut their books to the subscribed depth themselves.
#include <algorithm>

#include "codecs/json/book_checksum.hpp"
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr unsigned quantity_digits = 8;
constexpr std::size_t depth = 100;

std::uint32_t checksum_of(const ToldInstrument& told) {
    const auto sides = best_of(told, codecs::json::kraken_checksum_levels);
    return codecs::json::kraken_checksum(sides[1], sides[0],
                                         {price_decimals, told.written_price_decimals},
                                         {quantity_decimals, quantity_digits});
}

/// "1618678133.924027"
void append_seconds(std::string& out, std::int64_t now_ns) {
    append_fixed(out, now_ns / 1'000, 6, 6);
}

class KrakenV1 final : public JsonVenue {
public:
    JsonVenueTraits traits() const override {
        return {.depth = depth, .batch_ns = 50'000'000, .heartbeat_ns = 1'000'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "/USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        const std::string begin =
            R"({"event":"subscribe","pair":[)" + names_of(all) + R"(],"subscription":{"name":)";
        return {begin + R"("book","depth":)" + std::to_string(depth) + "}}",
                begin + R"("trade"}})"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        std::vector<std::string> texts{
            R"({"connectionID":17843232920108168701,"event":"systemStatus","status":"online",)"
            R"("version":"1.9.0"})"};
        const std::string levels = std::to_string(depth);
        for (const bool is_book : {true, false})
            for (const ToldInstrument& told : all)
                texts.push_back(R"({"channelID":1,"channelName":")" +
                                (is_book ? "book-" + levels : "trade") +
                                R"(","event":"subscriptionStatus","pair":")" + told.symbol +
                                R"(","status":"subscribed","subscription":{)" +
                                (is_book ? R"("depth":)" + levels + R"(,"name":"book"}})"
                                         : R"("name":"trade"}})"));
        return texts;
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text = R"([1,{"as":)";
        append_side(text, told, rows_of(told, book::Side::sell), now_ns);
        text += R"(,"bs":)";
        append_side(text, told, rows_of(told, book::Side::buy), now_ns);
        return text + "}" + end_of(told);
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::string text = "[1,";
        if (!asks.empty()) {
            text += R"({"a":)";
            append_side(text, told, asks, now_ns);
            if (!bids.empty()) text += "},";
        }
        if (!bids.empty()) {
            text += R"({"b":)";
            append_side(text, told, bids, now_ns);
        }
        text += R"(,"c":")";
        append_integer(text, std::uint64_t{checksum_of(told)});
        return {text + "\"}" + end_of(told)};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"([1,[[")";
        append_fixed(text, trade.price, price_decimals, told.written_price_decimals);
        text += R"(",")";
        append_fixed(text, trade.shares, quantity_decimals, quantity_digits);
        text += R"(",")";
        append_seconds(text, now_ns);
        text += trade.aggressor == book::Side::buy ? R"(","b","m",""]],"trade",")"
                                                   : R"(","s","m",""]],"trade",")";
        return text + told.symbol + "\"]";
    }

    std::string touch(const ToldInstrument&, std::int64_t) override { return {}; }

    std::string heartbeat(std::int64_t) override { return R"({"event":"heartbeat"})"; }

private:
    static void append_side(std::string& text, const ToldInstrument& told, const ToldRows& rows,
                            std::int64_t now_ns) {
        std::string after = R"(",")";
        append_seconds(after, now_ns);
        after += R"("])";
        append_rows(text, rows,
                    {R"([")", R"(",")", after, told.written_price_decimals, quantity_digits});
    }

    static std::string end_of(const ToldInstrument& told) {
        return ",\"book-" + std::to_string(depth) + R"(",")" + told.symbol + "\"]";
    }
};

class KrakenV2 final : public JsonVenue {
public:
    JsonVenueTraits traits() const override {
        return {.depth = depth, .batch_ns = 50'000'000, .heartbeat_ns = 1'000'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "/USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        return {R"({"method":"subscribe","params":{"channel":"book","symbol":[)" + names_of(all) +
                    R"(],"depth":)" + std::to_string(depth) + R"(,"snapshot":true}})",
                R"({"method":"subscribe","params":{"channel":"trade","symbol":[)" + names_of(all) +
                    R"(],"snapshot":false}})"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t now_ns) override {
        std::vector<std::string> texts{
            R"({"channel":"status","type":"update","data":[{"version":"2.0.10","system":"online",)"
            R"("api_version":"v2","connection_id":15113583034416118705}]})"};
        for (const bool is_book : {true, false}) {
            for (const ToldInstrument& told : all) {
                std::string text = R"({"method":"subscribe","result":{"channel":)";
                text += is_book ? R"("book","depth":)" + std::to_string(depth) +
                                      R"(,"snapshot":true,"symbol":")"
                                : R"("trade","snapshot":false,"symbol":")";
                text += told.symbol + R"("},"success":true,"time_in":")";
                append_rfc3339(text, now_ns);
                text += R"(","time_out":")";
                append_rfc3339(text, now_ns);
                texts.push_back(text + R"("})");
            }
        }
        return texts;
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        return book_frame("snapshot", told, rows_of(told, book::Side::buy),
                          rows_of(told, book::Side::sell), now_ns);
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        return {book_frame("update", told, bids, asks, now_ns)};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"({"channel":"trade","type":"update","data":[{"symbol":")" +
                           told.symbol + R"(","side":")";
        text += trade.aggressor == book::Side::buy ? "buy" : "sell";
        text += R"(","price":)";
        append_fixed(text, trade.price, price_decimals, told.written_price_decimals);
        text += R"(,"qty":)";
        append_fixed(text, trade.shares, quantity_decimals, quantity_digits);
        text += R"(,"ord_type":"market","trade_id":)";
        append_integer(text, ++told.trades);
        text += R"(,"timestamp":")";
        append_rfc3339(text, now_ns);
        return text + R"("}]})";
    }

    std::string touch(const ToldInstrument&, std::int64_t) override { return {}; }

    std::string heartbeat(std::int64_t) override { return R"({"channel":"heartbeat"})"; }

private:
    static std::string book_frame(std::string_view type, const ToldInstrument& told,
                                  const ToldRows& bids, const ToldRows& asks, std::int64_t now_ns) {
        const JsonRowForm row{R"({"price":)", R"(,"qty":)", "}", told.written_price_decimals,
                              quantity_digits};
        std::string text = R"({"channel":"book","type":")" + std::string{type} +
                           R"(","data":[{"symbol":")" + told.symbol + R"(","bids":)";
        append_rows(text, bids, row);
        text += R"(,"asks":)";
        append_rows(text, asks, row);
        text += R"(,"checksum":)";
        append_integer(text, std::uint64_t{checksum_of(told)});
        text += R"(,"timestamp":")";
        append_rfc3339(text, now_ns);
        return text + R"("}]})";
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_kraken_v1() {
    return std::make_unique<KrakenV1>();
}

std::unique_ptr<JsonVenue> make_kraken_v2() {
    return std::make_unique<KrakenV2>();
}

}  // namespace tickweir::replay::simulator
