// BitMEX: rows keyed by ids, which stand for a price of an instrument; deletions, updates and
// insertions in frames of their own, in that order, so that the book is never crossed in between.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr std::array<std::string_view, 3> channels{"orderBookL2", "trade", "quote"};

std::uint64_t id_of(const ToldInstrument& told, book::Side side, std::int64_t price) {
    constexpr std::uint64_t prices = 100'000'000'000;  // of an instrument, both sides
    return told.locate * prices + static_cast<std::uint64_t>(price) * 2 +
           (side == book::Side::buy ? 0 : 1);
}

class Bitmex final : public JsonVenue {
public:
    JsonVenueTraits traits() const override { return {.batch_ns = 50'000'000}; }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        std::string args;
        for (const ToldInstrument& told : all)
            for (const std::string_view channel : channels)
                args +=
                    (args.empty() ? "\"" : ",\"") + std::string{channel} + ":" + told.symbol + "\"";
        return {R"({"op":"subscribe","args":[)" + args + "]}"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        std::vector<std::string> texts;
        for (const ToldInstrument& told : all)
            for (const std::string_view channel : channels)
                texts.push_back(R"({"success":true,"subscribe":")" + std::string{channel} + ":" +
                                told.symbol + R"(","request":{"op":"subscribe"}})");
        return texts;
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text =
            R"({"table":"orderBookL2","action":"partial","keys":["symbol","id","side"],)"
            R"("filter":{"symbol":")" +
            told.symbol + R"("},"data":[)";
        append_all(text, told, rows_of(told, book::Side::buy), rows_of(told, book::Side::sell),
                   Action::insert, now_ns);
        return text + "]}";
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::vector<std::string> texts;
        for (const Action action : {Action::remove, Action::update, Action::insert}) {
            std::string rows;
            append_all(rows, told, bids, asks, action, now_ns);
            if (rows.empty()) continue;
            texts.push_back(R"({"table":"orderBookL2","action":")" +
                            std::string{names[static_cast<std::size_t>(action)]} + R"(","data":[)" +
                            rows + "]}");
        }
        return texts;
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"({"table":"trade","action":"insert","data":[{"timestamp":")";
        append_rfc3339(text, now_ns);
        text += R"(","symbol":")" + told.symbol;
        text += trade.aggressor == book::Side::buy ? R"(","side":"Buy","size":)"
                                                   : R"(","side":"Sell","size":)";
        append_fixed(text, trade.shares, quantity_decimals, 0);
        text += R"(,"price":)";
        append_fixed(text, trade.price, price_decimals, 0);
        text += R"(,"trdMatchID":")";
        append_integer(text, ++told.trades);
        return text + R"("}]})";
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text = R"({"table":"quote","action":"insert","data":[{"timestamp":")";
        append_rfc3339(text, now_ns);
        text += R"(","symbol":")" + told.symbol + "\"";
        const std::array<std::string_view, 4> keys{R"(,"bidPrice":)", R"(,"bidSize":)",
                                                   R"(,"askPrice":)", R"(,"askSize":)"};
        for (std::size_t i = 0; i < keys.size(); ++i) {
            text += keys[i];
            append_fixed(text, told.touch[i], i % 2 == 0 ? price_decimals : quantity_decimals, 0);
        }
        return text + "}]}";
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    enum class Action : std::uint8_t { remove, update, insert };
    static constexpr std::array<std::string_view, 3> names{"delete", "update", "insert"};

    static Action action_of(const ToldRow& row) {
        if (row.shares == 0) return Action::remove;
        return row.was_there ? Action::update : Action::insert;
    }

    static void append_row(std::string& text, const ToldInstrument& told, book::Side side,
                           const ToldRow& row, Action action, std::int64_t now_ns) {
        if (!text.empty() && text.back() == '}') text += ',';
        text += R"({"symbol":")" + told.symbol + R"(","id":)";
        append_integer(text, id_of(told, side, row.price));
        text += side == book::Side::buy ? R"(,"side":"Buy")" : R"(,"side":"Sell")";
        if (action != Action::remove) {
            text += R"(,"size":)";
            append_fixed(text, row.shares, quantity_decimals, 0);
        }
        if (action == Action::insert) {
            text += R"(,"price":)";
            append_fixed(text, row.price, price_decimals, 0);
        }
        text += R"(,"timestamp":")";
        append_rfc3339(text, now_ns);
        text += R"("})";
    }

    static void append_all(std::string& text, const ToldInstrument& told, const ToldRows& bids,
                           const ToldRows& asks, Action action, std::int64_t now_ns) {
        for (const ToldRow& row : bids)
            if (action_of(row) == action)
                append_row(text, told, book::Side::buy, row, action, now_ns);
        for (const ToldRow& row : asks)
            if (action_of(row) == action)
                append_row(text, told, book::Side::sell, row, action, now_ns);
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_bitmex() {
    return std::make_unique<Bitmex>();
}

}  // namespace tickweir::replay::simulator
