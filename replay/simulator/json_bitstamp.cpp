// Bitstamp: snapshots over HTTP, and nothing but time stamps to order changes by.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

class Bitstamp final : public JsonVenue {
public:
    JsonVenueTraits traits() const override { return {.snapshot_over_http = true}; }

    std::string symbol_of(std::string_view name) const override {
        std::string symbol{name};
        for (char& c : symbol)
            if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
        return symbol + "usd";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        return texts_of(all, R"({"event":"bts:subscribe","data":{"channel":")", R"("}})");
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        return texts_of(all, R"({"event":"bts:subscription_succeeded","channel":")",
                        R"(","data":{}})");
    }

    std::string target(const ToldInstrument& told) const override {
        return "/api/v2/order_book/" + told.symbol + "/";
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        return "{" +
               book(told, rows_of(told, book::Side::buy), rows_of(told, book::Side::sell), now_ns) +
               "}";
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        return {R"({"data":{)" + book(told, bids, asks, now_ns) +
                R"(},"channel":"diff_order_book_)" + told.symbol + R"(","event":"data"})"};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"({"data":{"id":)";
        append_integer(text, ++told.trades);
        append_number(text, R"(,"amount":)", R"(,"amount_str":")", trade.shares, quantity_decimals,
                      digits);
        append_number(text, R"(","price":)", R"(,"price_str":")", trade.price, price_decimals,
                      told.written_price_decimals);
        text += trade.aggressor == book::Side::buy ? R"(","type":0,)" : R"(","type":1,)";
        append_times(text, now_ns);
        return text + R"(},"channel":"live_trades_)" + told.symbol + R"(","event":"trade"})";
    }

    std::string touch(const ToldInstrument&, std::int64_t) override { return {}; }
    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static constexpr unsigned digits = 8;

    static std::vector<std::string> texts_of(const std::vector<ToldInstrument>& all,
                                             std::string_view before, std::string_view after) {
        std::vector<std::string> texts;
        for (const std::string_view channel : {"diff_order_book_", "live_trades_"})
            for (const ToldInstrument& told : all)
                texts.push_back(std::string{before} + std::string{channel} + told.symbol +
                                std::string{after});
        return texts;
    }

    static void append_times(std::string& text, std::int64_t now_ns) {
        text += R"("timestamp":")";
        append_integer(text, now_ns / 1'000'000'000);
        text += R"(","microtimestamp":")";
        append_integer(text, now_ns / 1'000);
        text += '"';
    }

    /// Once as a number and once as text.
    static void append_number(std::string& text, std::string_view bare, std::string_view quoted,
                              std::int64_t number, unsigned held, unsigned written) {
        text += bare;
        append_fixed(text, number, held, 0);
        text += quoted;
        append_fixed(text, number, held, written);
    }

    static std::string book(const ToldInstrument& told, const ToldRows& bids, const ToldRows& asks,
                            std::int64_t now_ns) {
        const JsonRowForm row{R"([")", R"(",")", R"("])", told.written_price_decimals, digits};
        std::string text;
        append_times(text, now_ns);
        text += R"(,"bids":)";
        append_rows(text, bids, row);
        text += R"(,"asks":)";
        append_rows(text, asks, row);
        return text;
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_bitstamp() {
    return std::make_unique<Bitstamp>();
}

}  // namespace tickweir::replay::simulator
