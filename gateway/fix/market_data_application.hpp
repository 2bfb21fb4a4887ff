// Market data as the FIX role hosts it: the desk of market_data/, what it counts as metrics, and
// the venue's mode as another thread tells it.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "book/budget.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/market_data/market_data_desk.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway::fix {

/// What the desk counts, in cells that any thread reads.
struct MarketDataCells {
    explicit MarketDataCells(Metrics& metrics);

    /// What has happened since `before`, which becomes `now`. The FIX thread.
    void count(const MarketDataCounts& now, MarketDataCounts& before);

    Gauge& open_requests;
    Gauge& subscriptions;
    Counter& requests;
    Counter& refused;
    Counter& over_limit;
    Counter& snapshots;
    Counter& incrementals;
    Counter& encoded;
    Counter& entries;
    Counter& blanks;
    Counter& statuses;
    Counter& lists;
    Counter& left_behind;
    Counter& conflated;
    Counter& trades_missed;
    Counter& unsent;
    Counter& market_events;
};

class MarketDataApplication final : public Application {
public:
    /// As MarketDataDesk.
    MarketDataApplication(const MarketDataLimits& limits, std::string own_venue,
                          const store::MarketStore& store, FixMarketInput input,
                          book::MemoryBudget* clients_budget, Metrics& metrics)
        : limits_{limits},
          desk_{limits, std::move(own_venue), store, std::move(input), clients_budget},
          cells_{metrics} {}

    bool takes(std::string_view msg_type) const override { return desk_.takes(msg_type); }
    void on_logon(SessionId session, book::TimeNs now, SessionOutput& output) override {
        desk_.on_logon(session, now, output);
    }
    void on_logout(SessionId session, book::TimeNs now) override { desk_.on_logout(session, now); }
    void on_message(SessionId session, const codecs::fix::Message& message, book::TimeNs now,
                    SessionOutput& output) override {
        desk_.on_message(session, message, now, output);
    }
    bool turn(book::TimeNs now, SessionOutput& output) override;
    bool has_work() const override { return told_ != mode() || desk_.has_work(); }
    std::optional<book::TimeNs> next_due() const override { return desk_.next_due(); }

    /// Before the thread starts: sessions hear of the venue's mode from then on.
    void follow(const VenueBoard& board) { board_ = &board; }
    /// The mode of DESIGN §8, 0 to 5, where no board is followed. Any thread; told within a second.
    void set_mode(unsigned mode) {
        // Relaxed: the number is all there is to know.
        mode_.store(static_cast<std::uint8_t>(mode), std::memory_order_relaxed);
    }

    /// How many requests a session may send, by a reloaded configuration. Any thread; with the next
    /// turn.
    void set_rate(shield::Rate rate) {
        // Relaxed: the number is all there is to know.
        rate_.store(std::uint64_t{rate.per_second} << 32 | rate.burst, std::memory_order_relaxed);
    }

private:
    bool take_rate();
    std::uint8_t mode() const {
        return (board_ != nullptr ? board_->mode : mode_).load(std::memory_order_relaxed);
    }

    MarketDataLimits limits_;  // as configured
    MarketDataDesk desk_;
    MarketDataCells cells_;
    MarketDataCounts counted_;  // as the cells have it
    const VenueBoard* board_ = nullptr;
    std::atomic<std::uint8_t> mode_{0};
    std::atomic<std::uint64_t> rate_{0};  // a Rate that was reloaded; 0: none was
    std::uint64_t rate_taken_ = 0;
    std::uint8_t told_ = 0;  // to the desk
};

}  // namespace tickweir::gateway::fix
