// A desk between a fake market and sessions that only remember, driven step by step with a time of
// its own.
#pragma once

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "book/budget.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/market_data/market_data_desk.hpp"
#include "store/market_store.hpp"
#include "tests/fix_market_data/fix_twin.hpp"
#include "tests/serve/hub/fake_market.hpp"

namespace tickweir::tests {

using namespace std::chrono_literals;
using gateway::fix::SessionId;

/// Takes bodies as sessions would; what is not read fills their queues.
class FakeOutput final : public gateway::fix::SessionOutput {
public:
    struct Sent {
        std::string type;
        std::string body;
        friend bool operator==(const Sent&, const Sent&) = default;
    };
    struct Session {
        std::vector<Sent> sent;
        std::size_t queued = 0;
        bool reads = true;
        gateway::fix::SendStatus answer = gateway::fix::SendStatus::queued;
        FixTwin twin;
        bool remembers = true;
    };

    gateway::fix::SendStatus send(SessionId id, std::string_view type,
                                  std::string_view body) override {
        Session& session = sessions[id];
        if (session.answer != gateway::fix::SendStatus::queued) return session.answer;
        EXPECT_LE(body.size(), 63U * 1024) << "beyond what a session takes";
        if (!session.reads) session.queued += body.size() + 100;
        if (!session.remembers) {
            ++forgotten;
            return session.answer;
        }
        session.sent.push_back({std::string{type}, std::string{body}});
        session.twin.receive(type, body);
        return session.answer;
    }
    gateway::fix::SendStatus deliver(SessionId id, std::string_view type,
                                     std::string_view body) override {
        return send(id, type, body);
    }
    gateway::fix::SendStatus business_reject(SessionId id, const codecs::fix::Message& message,
                                             unsigned reason, std::string_view ref_id,
                                             std::string_view text) override {
        return send(id, "j",
                    "372=" + std::string{message.msg_type()} + "\x01" +
                        "379=" + std::string{ref_id} + "\x01" + "380=" + std::to_string(reason) +
                        "\x01" + "58=" + std::string{text} + "\x01");
    }
    gateway::fix::SendStatus reject(SessionId id, const codecs::fix::Message& message,
                                    unsigned reason, std::uint32_t tag,
                                    std::string_view text) override {
        return send(id, "3",
                    "371=" + std::to_string(tag) + "\x01" + "372=" +
                        std::string{message.msg_type()} + "\x01" + "373=" + std::to_string(reason) +
                        "\x01" + "58=" + std::string{text} + "\x01");
    }
    void end_session(SessionId, std::string_view) override {}
    std::optional<bool> cancel_on_disconnect(SessionId) const override { return std::nullopt; }
    bool logged_on(SessionId) const override { return true; }
    std::size_t queued_bytes(SessionId id) const override {
        const auto found = sessions.find(id);
        return found == sessions.end() ? 0 : found->second.queued;
    }
    std::size_t queue_bytes_max(SessionId) const override { return queue_max; }
    std::string_view comp_id(SessionId) const override { return "CLIENT"; }

    std::map<SessionId, Session> sessions;
    std::size_t queue_max = std::size_t{4} << 20;
    std::size_t forgotten = 0;
};

struct DeskBed {
    explicit DeskBed(const gateway::fix::MarketDataLimits& limits = {},
                     std::size_t budget_bytes = std::size_t{1} << 30)
        : budget{"clients", budget_bytes}, market{store, 256} {
        market.list("ACME", "tickweir");
        market.list("GLOBEX", "tickweir");
        market.list("ACME", "nasdaq");
        desk = std::make_unique<gateway::fix::MarketDataDesk>(
            limits, "tickweir", store, gateway::FixMarketInput{{market.link()}}, &budget);
        market.clock_ns = 1'700'000'000'000'000'000;
        desk->on_logon(client, now, output);
    }

    static constexpr book::InstrumentId acme{0};
    static constexpr book::InstrumentId globex{1};
    static constexpr book::InstrumentId nasdaq_acme{2};
    static constexpr SessionId client{3};

    /// A message of a client; `|` stands for SOH.
    void ask(SessionId session, std::string_view type, std::string_view body) {
        std::string text = "8=FIX.4.4|9=1|35=" + std::string{type} +
                           "|49=CLIENT|56=TICKWEIR|34=2|52=20231114-22:13:20.000|" +
                           std::string{body} + "10=000|";
        std::ranges::replace(text, '|', '\x01');
        ASSERT_EQ(message.index(text), codecs::fix::MessageFault::none) << body;
        desk->on_message(session, message, now, output);
    }
    void ask(std::string_view type, std::string_view body) { ask(client, type, body); }

    /// The market hears what was asked, and the desk what it answers.
    void turn() {
        for (int i = 0; i < 3; ++i) {
            market.serve();
            desk->turn(now, output);
        }
    }
    void pass(std::chrono::nanoseconds time) {
        now += time;
        turn();
    }
    /// What came since the last call, bars for SOH: type and body.
    std::vector<std::string> heard(SessionId session = client) {
        std::vector<std::string> texts;
        for (const FakeOutput::Sent& sent : output.sessions[session].sent)
            texts.push_back(sent.type + " " + with_bars(sent.body));
        output.sessions[session].sent.clear();
        return texts;
    }
    std::vector<std::string> answer(std::string_view type, std::string_view body) {
        heard();
        ask(type, body);
        turn();
        return heard();
    }
    FakeOutput::Session& session(SessionId id = client) { return output.sessions[id]; }
    void read_all(SessionId id = client) {
        session(id).queued = 0;
        session(id).reads = true;
    }

    book::MemoryBudget budget;
    store::MarketStore store{{.instruments = 64, .active_instruments = 64}, nullptr, nullptr};
    FakeMarket market;
    FakeOutput output;
    book::TimeNs now{1'700'000'000s};
    codecs::fix::Message message;
    std::unique_ptr<gateway::fix::MarketDataDesk> desk;
};

/// What a client of that depth ought to hold.
inline FixTwin::Side true_side(const FakeMarket& market, book::InstrumentId id, book::Side side,
                               std::size_t depth) {
    FixTwin::Side top;
    const FakeMarket::Levels levels = market.levels(id, side);
    const auto put = [&](const auto& level) {
        if (depth == 0 || top.size() < depth)
            top[level.first] = {std::to_string(level.second.open),
                                std::to_string(level.second.orders)};
    };
    if (side == book::Side::buy)
        for (auto level = levels.rbegin(); level != levels.rend(); ++level)
            put(*level);
    else
        for (const auto& level : levels)
            put(level);
    return top;
}

inline void expect_book(FixTwin& twin, const std::string& id, const std::string& symbol,
                        const FakeMarket& market, book::InstrumentId instrument,
                        std::size_t depth) {
    const FixTwin::Book& book = twin.book(id, symbol);
    const bool shown = market.status(instrument).in_sync();
    const FixTwin::Side none;
    EXPECT_EQ(book.bids, shown ? true_side(market, instrument, book::Side::buy, depth) : none)
        << id << " " << symbol;
    EXPECT_EQ(book.offers, shown ? true_side(market, instrument, book::Side::sell, depth) : none)
        << id << " " << symbol;
}

inline void expect_no_complaints(const FixTwin& twin) {
    for (const std::string& complaint : twin.complaints())
        ADD_FAILURE() << complaint;
}

/// A good request: `types` are of 269, `symbols` of 55.
inline std::string md_request(const std::string& id, int kind, int depth, int update,
                              const std::string& types, const std::vector<std::string>& symbols,
                              const std::string& options = "") {
    std::string text = "262=" + id + "|263=" + std::to_string(kind) +
                       "|264=" + std::to_string(depth) + "|265=" + std::to_string(update) + "|" +
                       options + "267=" + std::to_string(types.size()) + "|";
    for (const char type : types)
        text += std::string{"269="} + type + "|";
    text += "146=" + std::to_string(symbols.size()) + "|";
    for (const std::string& symbol : symbols)
        text += "55=" + symbol + "|";
    return text;
}

}  // namespace tickweir::tests
