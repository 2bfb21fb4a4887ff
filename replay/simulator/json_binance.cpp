// Binance: ranges of update ids (spot) or a chain of them (futures), snapshots over HTTP, best bid
// and ask with the book's ids.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

/// What differs between Binance's markets.
struct Market {
    std::string_view path;  ///< of books over HTTP
    unsigned limit;         ///< of their levels
    std::string_view suffix;
    bool is_futures;
};
constexpr Market spot{"/api/v3/depth", 5'000, "USDT", false};
constexpr Market usdm{"/fapi/v1/depth", 1'000, "USDT", true};
constexpr Market coinm{"/dapi/v1/depth", 1'000, "USD_PERP", true};

constexpr unsigned spot_digits = 8;

std::string lower_case(std::string_view text) {
    std::string lower{text};
    for (char& c : lower)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lower;
}

class Binance final : public JsonVenue {
public:
    explicit Binance(const Market& market) : market_{market} {}

    JsonVenueTraits traits() const override { return {.snapshot_over_http = true}; }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + std::string{market_.suffix};
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
        return std::string{market_.path} + "?symbol=" + told.symbol +
               "&limit=" + std::to_string(market_.limit);
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        const JsonRowForm row = row_of(told);
        std::string body = R"({"lastUpdateId":)";
        append_integer(body, told.id);
        if (market_.is_futures) append_times(body, now_ns);
        body += R"(,"bids":)";
        append_rows(body, best_of(rows_of(told, book::Side::buy)), row);
        body += R"(,"asks":)";
        append_rows(body, best_of(rows_of(told, book::Side::sell)), row);
        return body + "}";
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::string text = begin(told, "depth@100ms", "depthUpdate", now_ns);
        text += R"(,"U":)";
        append_integer(text, told.sent_id + 1);
        text += R"(,"u":)";
        append_integer(text, told.id);
        if (market_.is_futures) {
            text += R"(,"pu":)";
            append_integer(text, told.sent_id);
        }
        const JsonRowForm row = row_of(told);
        text += R"(,"b":)";
        append_rows(text, bids, row);
        text += R"(,"a":)";
        append_rows(text, asks, row);
        return {text + "}}"};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = begin(told, "trade", "trade", now_ns);
        text += R"(,"t":)";
        append_integer(text, ++told.trades);
        text += R"(,"p":")";
        append_fixed(text, trade.price, price_decimals, row_of(told).price_written);
        text += R"(","q":")";
        append_fixed(text, trade.shares, quantity_decimals, row_of(told).quantity_written);
        text += R"(","T":)";
        append_integer(text, ms_of(now_ns));
        text += trade.aggressor == book::Side::sell ? R"(,"m":true)" : R"(,"m":false)";
        return text + (market_.is_futures ? R"(,"X":"MARKET"}})" : R"(,"M":true}})");
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        const JsonRowForm row = row_of(told);
        std::string text = R"({"stream":")" + lower_case(told.symbol) + R"(@bookTicker","data":{)";
        text += market_.is_futures ? R"("e":"bookTicker","u":)" : R"("u":)";
        append_integer(text, told.id);
        text += R"(,"s":")" + told.symbol;
        const std::array<std::string_view, 4> names{R"(","b":")", R"(","B":")", R"(","a":")",
                                                    R"(","A":")"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += names[i];
            const bool is_price = i % 2 == 0;
            append_fixed(text, told.touch[i], is_price ? price_decimals : quantity_decimals,
                         is_price ? row.price_written : row.quantity_written);
        }
        text += '"';
        if (market_.is_futures) append_times(text, now_ns);
        return text + "}}";
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    JsonRowForm row_of(const ToldInstrument& told) const {
        JsonRowForm row{R"([")", R"(",")", R"("])", spot_digits, spot_digits};
        if (market_.is_futures) {
            row.price_written = told.written_price_decimals;
            row.quantity_written = quantity_decimals;
        }
        return row;
    }

    ToldRows best_of(ToldRows rows) const {
        if (rows.size() > market_.limit) rows.resize(market_.limit);
        return rows;
    }

    static void append_times(std::string& text, std::int64_t now_ns) {
        text += R"(,"E":)";
        append_integer(text, ms_of(now_ns));
        text += R"(,"T":)";
        append_integer(text, ms_of(now_ns));
    }

    static std::string begin(const ToldInstrument& told, std::string_view stream,
                             std::string_view event, std::int64_t now_ns) {
        std::string text = R"({"stream":")" + lower_case(told.symbol) + "@" + std::string{stream} +
                           R"(","data":{"e":")" + std::string{event} + R"(","E":)";
        append_integer(text, ms_of(now_ns));
        return text + R"(,"s":")" + told.symbol + "\"";
    }

    Market market_;
};

}  // namespace

std::unique_ptr<JsonVenue> make_binance(codecs::json::VenueId venue) {
    using codecs::json::VenueId;
    if (venue == VenueId::binance_spot) return std::make_unique<Binance>(spot);
    return std::make_unique<Binance>(venue == VenueId::binance_usdm ? usdm : coinm);
}

}  // namespace tickweir::replay::simulator
