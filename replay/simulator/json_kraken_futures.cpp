// Kraken Futures: one level a message, each with the next number of its product.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr std::uint64_t first_number = 1'000;

std::string products_of(const std::vector<ToldInstrument>& all) {
    std::string names;
    for (const ToldInstrument& told : all)
        names += (names.empty() ? "\"" : ",\"") + told.symbol + "\"";
    return R"(,"product_ids":[)" + names + "]}";
}

class KrakenFutures final : public JsonVenue {
public:
    JsonVenueTraits traits() const override {
        return {.batch_ns = 50'000'000, .heartbeat_ns = 1'000'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return "PF_" + std::string{name} + "USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        return {R"({"event":"subscribe","feed":"book")" + products_of(all),
                R"({"event":"subscribe","feed":"trade")" + products_of(all),
                R"({"event":"subscribe","feed":"heartbeat"})"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        return {R"({"event":"info","version":1})",
                R"({"event":"subscribed","feed":"book")" + products_of(all),
                R"({"event":"subscribed","feed":"trade")" + products_of(all),
                R"({"event":"subscribed","feed":"heartbeat"})"};
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        const JsonRowForm row{R"({"price":)", R"(,"qty":)", "}", 0, 0};
        std::string text = begin("book_snapshot", told, now_ns);
        text += R"(,"seq":)";
        append_integer(text, first_number + told.frames);
        text += R"(,"tickSize":null,"bids":)";
        append_rows(text, rows_of(told, book::Side::buy), row);
        text += R"(,"asks":)";
        append_rows(text, rows_of(told, book::Side::sell), row);
        return text + "}";
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::vector<std::string> texts;
        // What leaves comes first, so that the book is not crossed in between.
        for (const bool leaves : {true, false}) {
            for (const ToldRow& row : bids)
                if ((row.shares == 0) == leaves)
                    texts.push_back(level(told, row, R"(,"side":"buy","seq":)", now_ns));
            for (const ToldRow& row : asks)
                if ((row.shares == 0) == leaves)
                    texts.push_back(level(told, row, R"(,"side":"sell","seq":)", now_ns));
        }
        return texts;
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"({"feed":"trade","product_id":")" + told.symbol + R"(","uid":")";
        append_integer(text, ++told.trades);
        text += trade.aggressor == book::Side::buy ? R"(","side":"buy","type":"fill","seq":)"
                                                   : R"(","side":"sell","type":"fill","seq":)";
        append_integer(text, told.trades);
        text += R"(,"time":)";
        append_integer(text, ms_of(now_ns));
        text += R"(,"qty":)";
        append_fixed(text, trade.shares, quantity_decimals, 0);
        text += R"(,"price":)";
        append_fixed(text, trade.price, price_decimals, 0);
        return text + "}";
    }

    std::string touch(const ToldInstrument&, std::int64_t) override { return {}; }

    std::string heartbeat(std::int64_t now_ns) override {
        std::string text = R"({"feed":"heartbeat","time":)";
        append_integer(text, ms_of(now_ns));
        return text + "}";
    }

private:
    static std::string begin(std::string_view feed, const ToldInstrument& told,
                             std::int64_t now_ns) {
        std::string text = R"({"feed":")" + std::string{feed} + R"(","product_id":")" +
                           told.symbol + R"(","timestamp":)";
        append_integer(text, ms_of(now_ns));
        return text;
    }

    static std::string level(ToldInstrument& told, const ToldRow& row, std::string_view side,
                             std::int64_t now_ns) {
        std::string text = begin("book", told, now_ns) + std::string{side};
        append_integer(text, first_number + ++told.frames);
        text += R"(,"price":)";
        append_fixed(text, row.price, price_decimals, 0);
        text += R"(,"qty":)";
        append_fixed(text, row.shares, quantity_decimals, 0);
        return text + "}";
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_kraken_futures() {
    return std::make_unique<KrakenFutures>();
}

}  // namespace tickweir::replay::simulator
