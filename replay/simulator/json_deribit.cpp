// Deribit: JSON-RPC notifications; each change names the one before and says of every level whether
// it is new.
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

class Deribit final : public JsonVenue {
public:
    JsonVenueTraits traits() const override { return {}; }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "-PERPETUAL";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        return {R"({"jsonrpc":"2.0","id":1,"method":"public/subscribe","params":{"channels":)" +
                channels_of(all) + "}}"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        return {R"({"jsonrpc":"2.0","id":1,"result":)" + channels_of(all) + R"(,"testnet":false})"};
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text =
            begin("book." + told.symbol + ".100ms", now_ns, R"({"type":"snapshot","timestamp":)");
        append_book(text, told, told.sent_id, rows_of(told, book::Side::buy),
                    rows_of(told, book::Side::sell));
        return text;
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        std::string text =
            begin("book." + told.symbol + ".100ms", now_ns, R"({"type":"change","timestamp":)");
        text += R"(,"prev_change_id":)";
        append_integer(text, told.sent_id);
        append_book(text, told, told.id, bids, asks);
        return {text};
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = begin("trades." + told.symbol + ".100ms", now_ns, R"([{"timestamp":)");
        text += R"(,"trade_seq":)";
        append_integer(text, ++told.trades);
        text += R"(,"trade_id":")";
        append_integer(text, told.trades);
        text += R"(","price":)";
        append_fixed(text, trade.price, price_decimals, 1);
        text += R"(,"amount":)";
        append_fixed(text, trade.shares, quantity_decimals, 1);
        text +=
            trade.aggressor == book::Side::buy ? R"(,"direction":"buy")" : R"(,"direction":"sell")";
        return text + R"(,"instrument_name":")" + told.symbol + R"("}]}})";
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        std::string text = begin("quote." + told.symbol, now_ns, R"({"timestamp":)");
        const std::array<std::string_view, 4> names{
            R"(,"best_bid_price":)", R"(,"best_bid_amount":)", R"(,"best_ask_price":)",
            R"(,"best_ask_amount":)"};
        for (std::size_t i = 0; i < names.size(); ++i) {
            text += names[i];
            append_fixed(text, told.touch[i], i % 2 == 0 ? price_decimals : quantity_decimals, 1);
        }
        return text + R"(,"instrument_name":")" + told.symbol + R"("}}})";
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static std::string channels_of(const std::vector<ToldInstrument>& all) {
        std::string list = "[";
        for (const ToldInstrument& told : all)
            list += (list.size() == 1 ? "\"book." : ",\"book.") + told.symbol +
                    R"(.100ms","trades.)" + told.symbol + R"(.100ms","quote.)" + told.symbol + "\"";
        return list + "]";
    }

    static std::string begin(const std::string& channel, std::int64_t now_ns,
                             std::string_view data) {
        std::string text = R"({"jsonrpc":"2.0","method":"subscription","params":{"channel":")" +
                           channel + R"(","data":)" + std::string{data};
        append_integer(text, ms_of(now_ns));
        return text;
    }

    static void append_side(std::string& text, const ToldRows& rows) {
        text += '[';
        for (const ToldRow& row : rows) {
            if (text.back() != '[') text += ',';
            text += row.shares == 0 ? R"(["delete",)"
                    : row.was_there ? R"(["change",)"
                                    : R"(["new",)";
            append_fixed(text, row.price, price_decimals, 1);
            text += ',';
            append_fixed(text, row.shares, quantity_decimals, 1);
            text += ']';
        }
        text += ']';
    }

    static void append_book(std::string& text, const ToldInstrument& told, std::uint64_t id,
                            const ToldRows& bids, const ToldRows& asks) {
        text += R"(,"instrument_name":")" + told.symbol + R"(","change_id":)";
        append_integer(text, id);
        text += R"(,"bids":)";
        append_side(text, bids);
        text += R"(,"asks":)";
        append_side(text, asks);
        text += "}}}";
    }
};

}  // namespace

std::unique_ptr<JsonVenue> make_deribit() {
    return std::make_unique<Deribit>();
}

}  // namespace tickweir::replay::simulator
