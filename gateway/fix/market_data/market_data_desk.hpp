// Market data for FIX sessions: takes V, x and e, hears the market shards, and answers with W, X,
// Y, y, f and h. Pure: messages, records of rings and time in, bodies out. One owner: the FIX
// thread.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/market_data/limits.hpp"
#include "gateway/market/market_link.hpp"
#include "gateway/shield/vocabulary.hpp"
#include "store/market_store.hpp"

namespace tickweir::gateway::fix {

/// README.md tells what clients are promised. turn() has to be called whether anybody is logged on
/// or not: a market shard waits for whoever does not take its records.
class MarketDataDesk final : public Application {
public:
    /// `own_venue` is that of instruments named without one. Store, rings and budget outlive it.
    MarketDataDesk(const MarketDataLimits& limits, std::string own_venue,
                   const store::MarketStore& store, FixMarketInput input,
                   book::MemoryBudget* clients_budget);
    ~MarketDataDesk() override;

    bool takes(std::string_view msg_type) const override;
    void on_logon(SessionId session, book::TimeNs now, SessionOutput& output) override;
    void on_logout(SessionId session, book::TimeNs now) override;
    void on_message(SessionId session, const codecs::fix::Message& message, book::TimeNs now,
                    SessionOutput& output) override;
    bool turn(book::TimeNs now, SessionOutput& output) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;

    /// The load mode; all sessions hear of it with the next turn. Requests are refused where it
    /// admits no queries, ends of subscriptions are not.
    void set_mode(shield::LoadMode mode);
    /// Limits of a reloaded configuration, from now on; what exists beyond them stays, and
    /// `events_per_turn` does too.
    void set_limits(const MarketDataLimits& limits);

    const MarketDataCounts& counts() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace tickweir::gateway::fix
