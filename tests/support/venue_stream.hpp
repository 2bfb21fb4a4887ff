// Random commands for a small venue, made so that everything happens often: icebergs, cascades of
// stops, self-trades, orders at the edge of what can be filled, faults of every kind. The same seed
// gives the same settings and commands, given the same answers.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <random>
#include <vector>

#include "txn/venue/command.hpp"
#include "txn/venue/event.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::tests {

/// A small venue: the fee account A0, four traders, the operator S0, three sessions, and of
/// instruments ACME and GLOBEX, both in USD. Nobody has anything yet.
txn::VenueSettings small_venue();

/// A command, and whether what is pending before it is gone on with first.
struct VenueStep {
    txn::Command command;
    bool drains = true;
};

class VenueStream {
public:
    explicit VenueStream(std::uint64_t seed);

    const txn::VenueSettings& settings() const { return settings_; }
    VenueStep next();
    /// What the venue answered: the stream learns which orders are open.
    void learn(const txn::Outcome& outcome);

private:
    std::int64_t upto(std::int64_t most);  ///< 0 to `most`
    bool chance(int per_thousand) { return upto(999) < per_thousand; }
    template <class T>
    T any_of(std::initializer_list<T> choices) {
        return choices.begin()[upto(static_cast<std::int64_t>(choices.size()) - 1)];
    }

    void make_settings();
    void make_instrument(txn::InstrumentSettings& instrument);
    void make_limits();
    void make_account_limits();
    txn::CommandBody body(txn::SessionId session);
    txn::CommandBody administration();
    txn::CommandBody money();
    txn::NewOrder new_order(txn::SessionId session);
    void spoil(txn::NewOrder& order);
    void shape(txn::NewOrder& order);
    txn::CancelOrder cancel(txn::SessionId session);
    txn::ReplaceOrder replace(txn::SessionId session);
    txn::MassCancel mass_cancel(txn::SessionId session);
    template <class Request>
    void name_target(Request& request, txn::SessionId session, const txn::OrderView*& target);
    txn::ClientOrderId fresh_id(txn::SessionId session);
    txn::ClientOrderId old_id(txn::SessionId session);
    txn::Price near(txn::InstrumentId instrument, std::int64_t ticks_away);
    txn::AccountId account();
    txn::InstrumentId instrument();
    std::int64_t lots(txn::InstrumentId instrument, std::int64_t most);

    std::mt19937_64 random_;
    txn::VenueSettings settings_;
    std::vector<txn::OrderView> open_;
    std::vector<std::uint64_t> ids_;    // given out, by session
    std::vector<std::int64_t> middle_;  // of prices, in ticks of the instrument
    std::int64_t now_ns_ = 0;
    std::optional<txn::InstrumentId> resumes_;  // soon after a stop of trading
    std::uint64_t sequence_ = 0;
    std::uint64_t trades_ = 0;
    std::uint64_t orders_ = 0;
    std::uint64_t made_ = 0;
};

}  // namespace tickweir::tests
