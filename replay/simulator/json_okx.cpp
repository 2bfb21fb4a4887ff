// OKX: each change names the one before, with the two exceptions that are legal (a sign of life of
// a quiet book, a smaller number after maintenance), and a checksum over numbers in normal form.
#include "codecs/json/book_checksum.hpp"
#include "replay/simulator/json_text.hpp"
#include "replay/simulator/json_venue.hpp"

namespace tickweir::replay::simulator {
namespace {

constexpr std::size_t depth = 400;
/// One change in so many is the first after maintenance.
constexpr std::uint32_t restart_every = 400;
constexpr JsonRowForm row{R"([")", R"(",")", R"(","0","1"])", 0, 0};

std::uint32_t checksum_of(const ToldInstrument& told) {
    const auto sides = best_of(told, codecs::json::okx_checksum_levels);
    return codecs::json::okx_checksum(sides[1], sides[0], price_decimals, quantity_decimals);
}

std::string arg_of(const ToldInstrument& told, std::string_view channel) {
    return R"({"channel":")" + std::string{channel} + R"(","instId":")" + told.symbol + "\"}";
}

class Okx final : public JsonVenue {
public:
    explicit Okx(std::uint64_t seed) : random_{seed ^ 0x6f6b78} {}

    JsonVenueTraits traits() const override {
        return {.depth = depth, .tells_pushed_out = true, .keep_alive_ns = 60'000'000'000};
    }

    std::string symbol_of(std::string_view name) const override {
        return std::string{name} + "-USDT";
    }

    std::vector<std::string> requests(const std::vector<ToldInstrument>& all) const override {
        std::string args;
        for (const ToldInstrument& told : all)
            for (const std::string_view channel : channels)
                args += (args.empty() ? "" : ",") + arg_of(told, channel);
        return {R"({"op":"subscribe","args":[)" + args + "]}"};
    }

    std::vector<std::string> answers(const std::vector<ToldInstrument>& all,
                                     std::int64_t) override {
        std::vector<std::string> texts;
        for (const ToldInstrument& told : all)
            for (const std::string_view channel : channels)
                texts.push_back(R"({"event":"subscribe","arg":)" + arg_of(told, channel) +
                                R"(,"connId":"a4d3ae55"})");
        return texts;
    }

    std::string snapshot(const ToldInstrument& told, std::int64_t now_ns) override {
        return book_frame("snapshot", told, rows_of(told, book::Side::buy),
                          rows_of(told, book::Side::sell), "-1", now_ns);
    }

    std::vector<std::string> update(ToldInstrument& told, const ToldRows& bids,
                                    const ToldRows& asks, std::int64_t now_ns) override {
        if (random_.below(restart_every) == 0) told.id = 1 + random_.below(1'000);
        return {book_frame("update", told, bids, asks, std::to_string(told.sent_id), now_ns)};
    }

    std::string keep_alive(ToldInstrument& told, std::int64_t now_ns) override {
        return book_frame("update", told, {}, {}, std::to_string(told.sent_id), now_ns);
    }

    std::string trade(ToldInstrument& told, const MarketTrade& trade,
                      std::int64_t now_ns) override {
        std::string text = R"({"arg":)" + arg_of(told, "trades") + R"(,"data":[{"instId":")" +
                           told.symbol + R"(","tradeId":")";
        append_integer(text, ++told.trades);
        text += R"(","px":")";
        append_fixed(text, trade.price, price_decimals, 0);
        text += R"(","sz":")";
        append_fixed(text, trade.shares, quantity_decimals, 0);
        text += R"(","side":")";
        text += trade.aggressor == book::Side::buy ? "buy" : "sell";
        text += R"(","ts":")";
        append_integer(text, ms_of(now_ns));
        return text + R"("}]})";
    }

    std::string touch(const ToldInstrument& told, std::int64_t now_ns) override {
        const ToldRows bid{{told.touch[0], told.touch[1], false}};
        const ToldRows ask{{told.touch[2], told.touch[3], false}};
        std::string text = R"({"arg":)" + arg_of(told, "bbo-tbt") + R"(,"data":[{"asks":)";
        append_rows(text, told.touch[3] == 0 ? ToldRows{} : ask, row);
        text += R"(,"bids":)";
        append_rows(text, told.touch[1] == 0 ? ToldRows{} : bid, row);
        text += R"(,"ts":")";
        append_integer(text, ms_of(now_ns));
        text += R"(","seqId":)";
        append_integer(text, told.id);
        return text + "}]}";
    }

    std::string heartbeat(std::int64_t) override { return {}; }

private:
    static constexpr std::array<std::string_view, 3> channels{"books", "trades", "bbo-tbt"};

    static std::string book_frame(std::string_view action, const ToldInstrument& told,
                                  const ToldRows& bids, const ToldRows& asks,
                                  const std::string& previous, std::int64_t now_ns) {
        std::string text = R"({"arg":)" + arg_of(told, "books") + R"(,"action":")" +
                           std::string{action} + R"(","data":[{"asks":)";
        append_rows(text, asks, row);
        text += R"(,"bids":)";
        append_rows(text, bids, row);
        text += R"(,"ts":")";
        append_integer(text, ms_of(now_ns));
        text += R"(","checksum":)";
        append_integer(text, std::int64_t{static_cast<std::int32_t>(checksum_of(told))});
        text += R"(,"seqId":)";
        append_integer(text, action == "snapshot" ? told.sent_id : told.id);
        return text + R"(,"prevSeqId":)" + previous + "}]}";
    }

    Random random_;
};

}  // namespace

std::unique_ptr<JsonVenue> make_okx(std::uint64_t seed) {
    return std::make_unique<Okx>(seed);
}

}  // namespace tickweir::replay::simulator
