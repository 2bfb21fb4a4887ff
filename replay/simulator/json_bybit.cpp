// Bybit v5: 50 levels a side that the venue itself keeps at that number, frames of a book numbered
// one by one.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr std::size_t depth = 50;
/// Of a book's first frame: 1 would say that the venue starts again.
constexpr std::uint64_t first_number = 1'000;

class Bybit final : public JsonVenue {
public:
    JsonVenueTraits traits() const override {
        return {.depth = depth, .tells_pushed_out = true, .batch_ns = 20'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "USDT";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        std::string args;
        for (const ToldInstrument& told : all)
            args += (args.empty() ? "\"" : ",\"") + topic_of(told) + R"(","publicTrade.)" +
                    told.symbol + "\"";
        return {R"({"req_id":"1","op":"subscribe","args":[)" + args + "]}"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>&, std::int64_t) override {
        return {R"({"success":true,"ret_msg":"subscribe","conn_id":"2324d924","req_id":"1",)"
                R"("op":"subscribe"})"};
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        return book_frame("snapshot", told, rows_of(told, book::Side::buy),
                          rows_of(told, book::Side::sell), now_ns);
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        ++told.frames;
        return {book_frame("delta", told, bids, asks, now_ns)};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text =
            R"({"topic":"publicTrade.)" + told.symbol + R"(","type":"snapshot","ts":)";
        append_integer(text, ms_of(now_ns));
        text += R"(,"data":[{"i":")";
        append_integer(text, ++told.trades);
        text += R"(","T":)";
        append_integer(text, ms_of(now_ns));
        text += R"(,"p":")";
        append_fixed(text, trade.price, price_decimals, told.written_price_decimals);
        text += R"(","v":")";
        append_fixed(text, trade.shares, quantity_decimals, 0);
        text +=
            trade.aggressor == book::Side::buy ? R"(","S":"Buy","s":")" : R"(","S":"Sell","s":")";
        return text + told.symbol + R"(","BT":false}]})";
    }

    std::string touch(const ToldInstrument&, std::int64_t) override { return {}; }
    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static std::string topic_of(const ToldInstrument& told) {
        return "orderbook." + std::to_string(depth) + "." + told.symbol;
    }

    static std::string book_frame(std::string_view type, const ToldInstrument& told,
                                  const ToldRows& bids, const ToldRows& asks, std::int64_t now_ns) {
        const JsonRowForm row{R"([")", R"(",")", R"("])", told.written_price_decimals, 0};
        std::string text =
            R"({"topic":")" + topic_of(told) + R"(","type":")" + std::string{type} + R"(","ts":)";
        append_integer(text, ms_of(now_ns));
        text += R"(,"data":{"s":")" + told.symbol + R"(","b":)";
        append_rows(text, bids, row);
        text += R"(,"a":)";
        append_rows(text, asks, row);
        text += R"(,"u":)";
        append_integer(text, first_number + told.frames);
        text += R"(,"seq":)";
        append_integer(text, told.id);
        text += R"(},"cts":)";
        append_integer(text, ms_of(now_ns));
        return text + "}";
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_bybit() {
    return std::make_unique<Bybit>();
}

}  // namespace tickweir::replay::simulator
