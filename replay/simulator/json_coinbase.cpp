// Coinbase Advanced Trade: one number for all frames of the connection. Coinbase Exchange: none at
// all. Snapshots of both come in one frame.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr std::array<std::string_view, 3> channels{"market_trades", "level2", "ticker"};

class CoinbaseAdvanced final : public JsonVenue {
public:
    JsonVenueTraits traits() const override {
        return {.batch_ns = 50'000'000, .heartbeat_ns = 1'000'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "-USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        std::vector<std::string> texts;
        for (const std::string_view channel : channels)
            texts.push_back(R"({"type":"subscribe","product_ids":[)" + names_of(all) +
                            R"(],"channel":")" + std::string{channel} + "\"}");
        texts.emplace_back(R"({"type":"subscribe","channel":"heartbeats"})");
        return texts;
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t now_ns) override {
        std::string subscriptions;
        for (const std::string_view channel : channels)
            subscriptions += "\"" + std::string{channel} + "\":[" + names_of(all) + "],";
        return {begin("subscriptions", now_ns) + R"([{"subscriptions":{)" + subscriptions +
                R"("heartbeats":["heartbeats"]}}]})"};
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
        std::string text = begin("market_trades", now_ns) +
                           R"([{"type":"update","trades":[{"product_id":")" + told.symbol +
                           R"(","trade_id":")";
        append_integer(text, ++told.trades);
        text += R"(","price":")";
        append_fixed(text, trade.price, price_decimals, 0);
        text += R"(","size":")";
        append_fixed(text, trade.shares, quantity_decimals, 0);
        text += R"(","time":")";
        append_rfc3339(text, now_ns);
        // The side of the order that rested.
        text += trade.aggressor == book::Side::buy ? R"(","side":"SELL"}]}]})"
                                                   : R"(","side":"BUY"}]}]})";
        return text;
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text = begin("ticker", now_ns) +
                           R"([{"type":"update","tickers":[{"type":"ticker","product_id":")" +
                           told.symbol;
        const std::array<std::string_view, 4> names{
            R"(","best_bid":")", R"(","best_bid_quantity":")", R"(","best_ask":")",
            R"(","best_ask_quantity":")"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += names[i];
            append_fixed(text, told.touch[i], i % 2 == 0 ? price_decimals : quantity_decimals, 0);
        }
        return text + R"("}]}]})";
    }

    std::string heartbeat(std::int64_t now_ns) override {
        std::string text = begin("heartbeats", now_ns) + R"([{"current_time":")";
        std::string time;
        append_rfc3339(time, now_ns, true);
        time[10] = ' ';
        time.pop_back();
        text += time + R"( +0000 UTC m=+)";
        append_integer(text, ++heartbeats_);
        text += R"(.5","heartbeat_counter":)";
        append_integer(text, heartbeats_);
        return text + "}]}";
    }

private:
    std::string begin(std::string_view channel, std::int64_t now_ns) {
        std::string text = R"({"channel":")" + std::string{channel} + R"(","timestamp":")";
        append_rfc3339(text, now_ns, true);
        text += R"(","sequence_num":)";
        append_integer(text, sequence_++);
        return text + R"(,"events":)";
    }

    std::string book_frame(std::string_view type, const ToldInstrument& told, const ToldRows& bids,
                           const ToldRows& asks, std::int64_t now_ns) {
        std::string text = begin("l2_data", now_ns) + R"([{"type":")" + std::string{type} +
                           R"(","product_id":")" + told.symbol + R"(","updates":[)";
        append_side(text, "bid", bids, now_ns);
        append_side(text, "offer", asks, now_ns);
        return text + "]}]}";
    }

    static void append_side(std::string& text, std::string_view side, const ToldRows& rows,
                            std::int64_t now_ns) {
        for (const ToldRow& row : rows) {
            if (text.back() != '[') text += ',';
            text += R"({"side":")" + std::string{side} + R"(","event_time":")";
            append_rfc3339(text, now_ns);
            text += R"(","price_level":")";
            append_fixed(text, row.price, price_decimals, 0);
            text += R"(","new_quantity":")";
            append_fixed(text, row.shares, quantity_decimals, 0);
            text += R"("})";
        }
    }

    std::uint64_t sequence_ = 0;
    std::uint64_t heartbeats_ = 0;
};

class CoinbaseExchange final : public JsonVenue {
public:
    JsonVenueTraits traits() const override { return {.batch_ns = 50'000'000}; }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "-USD";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        return {R"({"type":"subscribe","product_ids":[)" + names_of(all) +
                R"(],"channels":["level2","matches","ticker"]})"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        std::string list;
        for (const std::string_view channel : {"level2", "matches", "ticker"})
            list += (list.empty() ? "" : ",") + (R"({"name":")" + std::string{channel}) +
                    R"(","product_ids":[)" + names_of(all) + "]}";
        return {R"({"type":"subscriptions","channels":[)" + list + "]}"};
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        const JsonRowForm row{R"([")", R"(",")", R"("])", told.written_price_decimals, digits};
        std::string text = begin("snapshot", told) + R"(","asks":)";
        append_rows(text, rows_of(told, book::Side::sell), row);
        text += R"(,"bids":)";
        append_rows(text, rows_of(told, book::Side::buy), row);
        return text + end(now_ns);
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::string text = begin("l2update", told) + R"(","changes":)";
        append_rows(text, bids, row_of("buy", told));
        if (asks.empty()) return {text + end(now_ns)};
        // Both sides stand in one list.
        text.pop_back();
        if (!bids.empty()) text += ',';
        std::string more;
        append_rows(more, asks, row_of("sell", told));
        text.append(more, 1);
        return {text + end(now_ns)};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = begin("match", told) + R"(","trade_id":)";
        append_integer(text, ++told.trades);
        text += R"(,"sequence":)";
        append_integer(text, told.id);
        // The side of the order that rested.
        text += trade.aggressor == book::Side::buy ? R"(,"side":"sell","price":")"
                                                   : R"(,"side":"buy","price":")";
        append_fixed(text, trade.price, price_decimals, told.written_price_decimals);
        text += R"(","size":")";
        append_fixed(text, trade.shares, quantity_decimals, digits);
        return text + "\"" + end(now_ns);
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text = begin("ticker", told);
        const std::array<std::string_view, 4> names{R"(","best_bid":")", R"(","best_bid_size":")",
                                                    R"(","best_ask":")", R"(","best_ask_size":")"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += names[i];
            append_fixed(text, told.touch[i], i % 2 == 0 ? price_decimals : quantity_decimals,
                         i % 2 == 0 ? told.written_price_decimals : digits);
        }
        return text + "\"" + end(now_ns);
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static constexpr unsigned digits = 8;

    static std::string begin(std::string_view type, const ToldInstrument& told) {
        return R"({"type":")" + std::string{type} + R"(","product_id":")" + told.symbol;
    }
    static std::string end(std::int64_t now_ns) {
        std::string text = R"(,"time":")";
        append_rfc3339(text, now_ns);
        return text + "\"}";
    }
    static JsonRowForm row_of(std::string_view side, const ToldInstrument& told) {
        return {side == "buy" ? R"(["buy",")" : R"(["sell",")", R"(",")", R"("])",
                told.written_price_decimals, digits};
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_coinbase_exchange() {
    return std::make_unique<CoinbaseExchange>();
}

std::unique_ptr<JsonVenue> make_coinbase_advanced() {
    return std::make_unique<CoinbaseAdvanced>();
}

}  // namespace tickweir::replay::simulator
