// A desk between sessions that only remember and a venue that is turned by hand.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/fix/message.hpp"
#include "gateway/fix/orders/desk/order_desk.hpp"
#include "gateway/fix/orders/order_directory.hpp"
#include "tests/fix/fix_text.hpp"
#include "tests/fix_desk/fake_output.hpp"
#include "tests/fix_desk/fake_shard.hpp"

namespace tickweir::tests {

using namespace std::chrono_literals;
using gateway::fix::SessionId;
namespace orders = gateway::fix::orders;
namespace shield = gateway::shield;

inline constexpr SessionId client1{0};
inline constexpr SessionId client2{1};
inline constexpr SessionId copies{2};  // gets copies of both

/// ACME and GLOBEX in cents; A1 of CLIENT1 and A2 of CLIENT2 have plenty; no fees.
inline txn::VenueSettings desk_venue() {
    txn::VenueSettings venue;
    venue.assets = {{"USD", 18}, {"ACME", 18}, {"GLOBEX", 18}};
    for (std::uint32_t i = 0; i < 2; ++i) {
        txn::InstrumentSettings instrument;
        instrument.symbol = i == 0 ? "ACME" : "GLOBEX";
        instrument.base = txn::AssetId{i + 1};
        instrument.reference = txn::Price{10'000};
        venue.instruments.push_back(instrument);
    }
    venue.accounts = {{"A0"}, {"A1"}, {"A2"}, {"A3"}};
    venue.sessions = {{"operator"}, {"CLIENT1"}, {"CLIENT2"}, {"COPIES"}};
    venue.limits.orders = 1 << 14;
    venue.limits.client_ids = 1 << 16;
    venue.limits.trades = 1 << 14;
    return venue;
}

/// Plenty of everything for everybody.
inline void fund(txn::Venue& venue) {
    constexpr std::int64_t plenty = 1'000'000'000;
    for (std::uint32_t account = 1; account <= 3; ++account) {
        for (std::uint32_t asset = 0; asset < 3; ++asset) {
            txn::Outcome outcome;
            txn::Command command;
            command.body = txn::Deposit{
                txn::AccountId{account}, txn::AssetId{asset},
                txn::Int128{plenty} * static_cast<txn::Int128>(book::exact::power_of_ten(18))};
            venue.execute(command, outcome);
        }
    }
}

inline orders::DirectorySettings desk_directory() {
    orders::DirectorySettings settings;
    settings.sessions = {{"CLIENT1", {"A1"}, {}}, {"CLIENT2", {"A2"}, {}}, {"COPIES", {"A3"}, {}}};
    return settings;
}

/// Nothing is throttled, and no breaker opens.
inline shield::SessionShieldLimits no_shield() {
    shield::SessionShieldLimits limits;
    limits.throttle = {std::nullopt, std::nullopt, std::nullopt, std::nullopt};
    limits.breaker.rejected = limits.breaker.malformed = std::nullopt;
    limits.breaker.slow_reader = limits.breaker.slow_answer = std::nullopt;
    limits.escalation.reset();
    return limits;
}

struct DeskOptions {
    std::vector<orders::DeskSessionSettings> sessions =
        std::vector<orders::DeskSessionSettings>(3, {.shield = no_shield()});
    orders::OrderDeskLimits limits = {
        .table = {.orders = 1 << 12, .closed = 1 << 10, .requests = 1 << 10, .past_ids = 1 << 12}};
    orders::DirectorySettings directory = desk_directory();
    std::size_t urgent = 64;
    std::size_t ordinary = 256;
    bool ready = true;
};

struct DeskBed {
    explicit DeskBed(DeskOptions options = {})
        : directory{desk_venue(), options.directory},
          shard{desk_venue(), options.urgent, options.ordinary},
          options_{std::move(options)} {
        fund(shard.venue());
        make_desk();
        for (const SessionId id : {client1, client2, copies})
            log_on(id);
        if (options_.ready) {
            shard.ready();
            turn();
        }
    }

    /// Another life of the process: what the desk knew is gone, the venue is as it was.
    void make_desk() {
        desk = std::make_unique<orders::OrderDesk>(
            orders::OrderDeskParts{.directory = &directory,
                                   .link = shard.link(),
                                   .sessions = options_.sessions,
                                   .venue_sessions = desk_venue().sessions.size(),
                                   .limits = options_.limits});
    }
    void log_on(SessionId id) {
        output.sessions[id].here = true;
        output.sessions[id].end.clear();
        desk->on_logon(id, now, output);
    }
    void log_out(SessionId id) {
        output.sessions[id].here = false;
        desk->on_logout(id, now);
    }

    /// A message of a client; `|` stands for SOH.
    void ask(SessionId id, const std::string& type, const std::string& body) {
        text = framed("35=" + type + "|49=C|56=TICKWEIR|34=" + std::to_string(++sequence) +
                      "|52=20260102-10:00:00.000|" + body);
        ASSERT_EQ(message.read(text).status, codecs::fix::FrameStatus::whole) << body;
        ASSERT_EQ(message.fault(), codecs::fix::MessageFault::none) << body;
        desk->on_message(id, message, now, output);
    }
    void turn() {
        shard.now = now;
        for (int i = 0; i < 3; ++i)
            desk->turn(now, output);
    }
    void run() {
        turn();
        shard.run();
        turn();
    }
    void pass(std::chrono::nanoseconds time) {
        now += time;
        turn();
    }

    /// `TYPE tag=value|...` of the fields asked for, in their order, since the last call.
    std::vector<std::string> heard(SessionId id, const std::vector<unsigned>& tags) {
        std::vector<std::string> texts;
        for (const DeskOutput::Sent& sent : output.sessions[id].sent)
            texts.push_back(sent.type + picked(sent.body, tags));
        output.sessions[id].sent.clear();
        return texts;
    }
    /// What came for a request that is executed at once.
    std::vector<std::string> answer(SessionId id, const std::string& type, const std::string& body,
                                    const std::vector<unsigned>& tags) {
        output.sessions[id].sent.clear();
        ask(id, type, body);
        run();
        return heard(id, tags);
    }
    static std::string picked(std::string_view body, const std::vector<unsigned>& tags) {
        std::string text;
        for (const unsigned tag : tags) {
            const std::string name = std::to_string(tag) + "=";
            for (std::size_t at = 0; at < body.size();) {
                const std::size_t end = body.find('\x01', at);
                const std::string_view field = body.substr(at, end - at);
                if (field.starts_with(name)) text.append(" ").append(field);
                at = end + 1;
            }
        }
        return text;
    }
    const orders::OrderDeskCounts& counts() const { return desk->counts(); }

    orders::OrderDirectory directory;
    FakeShard shard;
    DeskOutput output;
    DeskOptions options_;
    std::unique_ptr<orders::OrderDesk> desk;
    book::TimeNs now{1'767'348'000s};
    std::uint64_t sequence = 1;
    codecs::fix::Message message;
    std::string text;
};

inline std::string limit_order_text(const std::string& id, char side = '1',
                                    const std::string& price = "100.00",
                                    const std::string& quantity = "10",
                                    const std::string& symbol = "ACME") {
    return "11=" + id + "|55=" + symbol + "|54=" + side + "|60=20260102-10:00:00|38=" + quantity +
           "|40=2|44=" + price + "|";
}
inline std::string cancel_text(const std::string& id, const std::string& original,
                               const std::string& more = "") {
    return "11=" + id + "|41=" + original + "|55=ACME|54=1|60=20260102-10:00:00|" + more;
}
inline std::string replace_text(const std::string& id, const std::string& original,
                                const std::string& price = "100.00",
                                const std::string& quantity = "10") {
    return "11=" + id + "|41=" + original + "|55=ACME|54=1|60=20260102-10:00:00|38=" + quantity +
           "|40=2|44=" + price + "|";
}
inline std::string mass_cancel_text(const std::string& id) {
    return "11=" + id + "|530=7|60=20260102-10:00:00|";
}

using Heard = std::vector<std::string>;

}  // namespace tickweir::tests
