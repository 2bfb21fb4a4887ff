// Binance spot: ranges of update ids, snapshots over HTTP, best bid and ask with the book's ids.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr unsigned digits = 8;
constexpr JsonRowForm row{R"([")", R"(",")", R"("])", digits, digits};

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

class BinanceSpot final : public JsonVenue {
public:
    JsonVenueTraits traits() const override { return {.snapshot_over_http = true}; }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "USDT";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        std::string streams;
        for (const ToldInstrument& told : all) {
            for (const std::string_view channel : {"@depth@100ms", "@trade", "@bookTicker"})
                streams += (streams.empty() ? "\"" : ",\"") + lower_case(told.symbol) +
                           std::string{channel} + "\"";
        }
        return {R"({"method":"SUBSCRIBE","params":[)" + streams + R"(],"id":1})"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>&, std::int64_t) override {
        return {R"({"result":null,"id":1})"};
    }

    std::string target(const ToldInstrument& told) const override {
        return "/api/v3/depth?symbol=" + told.symbol + "&limit=5000";
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t) override {
        std::string body = R"({"lastUpdateId":)";
        append_integer(body, told.id);
        body += R"(,"bids":)";
        append_rows(body, rows_of(told, book::Side::buy), row);
        body += R"(,"asks":)";
        append_rows(body, rows_of(told, book::Side::sell), row);
        return body + "}";
    }

    std::string update(ToldInstrument& told, const ToldRows& bids, const ToldRows& asks,
                       std::int64_t now_ns) override {
        std::string text = begin(told, "depth@100ms", "depthUpdate", now_ns);
        text += R"(,"U":)";
        append_integer(text, told.sent_id + 1);
        text += R"(,"u":)";
        append_integer(text, told.id);
        text += R"(,"b":)";
        append_rows(text, bids, row);
        text += R"(,"a":)";
        append_rows(text, asks, row);
        return text + "}}";
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = begin(told, "trade", "trade", now_ns);
        text += R"(,"t":)";
        append_integer(text, ++told.trades);
        text += R"(,"p":")";
        append_decimal(text, trade.price, price_decimals, digits);
        text += R"(","q":")";
        append_decimal(text, trade.shares, quantity_decimals, digits);
        text += R"(","T":)";
        append_integer(text, ms_of(now_ns));
        text += trade.aggressor == book::Side::sell ? R"(,"m":true)" : R"(,"m":false)";
        return text + R"(,"M":true}})";
    }

    std::string touch(const ToldInstrument& told, std::int64_t) override {
        std::string text =
            R"({"stream":")" + lower_case(told.symbol) + R"(@bookTicker","data":{"u":)";
        append_integer(text, told.id);
        text += R"(,"s":")" + told.symbol;
        const std::array<std::string_view, 4> names{R"(","b":")", R"(","B":")", R"(","a":")",
                                                    R"(","A":")"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += names[i];
            append_decimal(text, told.touch[i], i % 2 == 0 ? price_decimals : quantity_decimals,
                           digits);
        }
        return text + R"("}})";
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static std::string begin(const ToldInstrument& told, std::string_view stream,
                             std::string_view event, std::int64_t now_ns) {
        std::string text = R"({"stream":")" + lower_case(told.symbol) + "@" + std::string{stream} +
                           R"(","data":{"e":")" + std::string{event} + R"(","E":)";
        append_integer(text, ms_of(now_ns));
        return text + R"(,"s":")" + told.symbol + "\"";
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_binance_spot() {
    return std::make_unique<BinanceSpot>();
}

}  // namespace tickweir::replay::simulator
