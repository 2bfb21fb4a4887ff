#include "replay/simulator.hpp"

#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "replay/simulator/arrival_clock.hpp"
#include "replay/simulator/auctions.hpp"
#include "replay/simulator/directory.hpp"
#include "replay/simulator/feed.hpp"
#include "replay/simulator/instruments.hpp"
#include "replay/simulator/orders.hpp"
#include "replay/simulator/session_plan.hpp"
#include "replay/simulator/trading.hpp"

namespace tickweir::replay {

using simulator::ArrivalClock;
using simulator::Auctions;
using simulator::Feed;
using simulator::InstrumentTable;
using simulator::Orders;
using simulator::Random;
using simulator::second_ns;
using simulator::SessionPlan;
using simulator::State;
using simulator::Trading;

namespace {

constexpr std::uint64_t messages_start_ns = (9 * 3'600 + 29 * 60 + 30) * second_ns;
constexpr std::uint64_t system_start_ns = messages_start_ns + 5 * second_ns;
constexpr std::uint64_t market_start_ns = messages_start_ns + 30 * second_ns;

/// The least active two instruments are listed on the day, the last but one without an offering.
constexpr std::uint32_t listings = 2;

}  // namespace

/// The day as a machine: each turn makes some messages.
///
///   directory ─► early ─► opening ─► continuous ─► closing ─► over
class Simulator::Session {
public:
    explicit Session(const SimulatorOptions& options)
        : plan_{options},
          messages_{options.messages},
          profile_{options.profile},
          seeds_{options.seed},
          instruments_{options.instruments, fork()},
          feed_{options.messages - plan_.closing_messages},
          orders_{instruments_, feed_, plan_.resting, fork()},
          auctions_{instruments_, orders_, feed_, fork()},
          trading_{instruments_, orders_, auctions_, feed_, options.profile, fork()},
          clock_{fork()},
          random_{fork()} {}

    Feed& feed() { return feed_; }
    const Orders& orders() const { return orders_; }

    /// Makes messages until some wait, unless the day is over.
    bool wait() {
        while (!feed_.waiting() && phase_ != Phase::over)
            turn();
        return feed_.waiting();
    }

private:
    enum class Phase : std::uint8_t { directory, early, opening, continuous, closing, over };

    Random fork() { return Random{seeds_.next()}; }

    void turn() {
        switch (phase_) {
            case Phase::directory:
                return tell_directory();
            case Phase::early:
                return enter_early();
            case Phase::opening:
                return open();
            case Phase::continuous:
                return trade();
            case Phase::closing:
                return close();
            case Phase::over:
                return;
        }
    }
    void enter(Phase phase) {
        phase_ = phase;
        step_ = 0;
    }

    bool is_new_listing(std::uint32_t place) const {
        return plan_.new_listings && instruments_[place].rank + listings >= instruments_.size();
    }

    void tell_directory();
    void tell_instrument(std::uint32_t place);
    void enter_early();
    void list_new();
    void open();
    void trade();
    void close();
    std::uint64_t mean_gap_ns() const;

    SessionPlan plan_;
    std::uint64_t messages_;
    Profile profile_;
    Random seeds_;
    InstrumentTable instruments_;
    Feed feed_;
    Orders orders_;
    Auctions auctions_;
    Trading trading_;
    ArrivalClock clock_;
    Random random_;
    Phase phase_ = Phase::directory;
    std::uint64_t step_ = 0;  ///< of the phase
    std::uint64_t next_arrival_ns_ = 0;
};

void Simulator::Session::tell_directory() {
    const std::uint64_t step = step_++;
    if (step == 0) {
        feed_.advance_to(messages_start_ns);
        simulator::tell_event(feed_, 'O');
    } else if (step <= instruments_.size()) {
        tell_instrument(static_cast<std::uint32_t>(step - 1));
    } else if (step == instruments_.size() + 1) {
        simulator::tell_decline_levels(feed_);
    } else if (step < instruments_.size() + 2 + plan_.positions) {
        const std::uint64_t place = (step - instruments_.size() - 2) % instruments_.size();
        simulator::tell_position(feed_, instruments_, static_cast<std::uint32_t>(place), random_);
    } else {
        feed_.advance_to(system_start_ns);
        simulator::tell_event(feed_, 'S');
        enter(Phase::early);
    }
}

void Simulator::Session::tell_instrument(std::uint32_t place) {
    const bool listed_today = is_new_listing(place);
    simulator::tell_stock(feed_, instruments_, place, listed_today, random_);
    if (listed_today) {
        instruments_[place].state = State::halted;
        auctions_.tell_state(place, 'H', "IPO1");
    } else {
        auctions_.tell_state(place, 'T', {});
    }
    feed_.advance_by(500 + random_.below(500));
}

/// Orders and imbalances, evenly mixed, over the time until the opening.
void Simulator::Session::enter_early() {
    const std::uint64_t count = plan_.early_orders + plan_.early_imbalances;
    const std::uint64_t step = step_++;
    if (step == count) {
        list_new();
        feed_.advance_to(market_start_ns);
        simulator::tell_event(feed_, 'Q');
        return enter(Phase::opening);
    }
    constexpr std::uint64_t lasting_ns = market_start_ns - system_start_ns - second_ns;
    feed_.advance_to(system_start_ns + lasting_ns / count * step + random_.below(100));
    const bool tells_imbalance =
        (step + 1) * plan_.early_imbalances / count != step * plan_.early_imbalances / count;
    if (tells_imbalance) return auctions_.imbalance(instruments_.draw(random_), 'O');
    // First each book gets eight orders, then they come by activity.
    const std::uint64_t each = instruments_.size();
    const auto place =
        step < 8 * each ? static_cast<std::uint32_t>(step % each) : instruments_.draw(random_);
    orders_.enter_resting(place, random_.chance(500'000) ? book::Side::buy : book::Side::sell);
}

void Simulator::Session::list_new() {
    if (!plan_.new_listings) return;
    auctions_.list_new(instruments_.place_of_rank(instruments_.size() - 1), false);
    auctions_.list_new(instruments_.place_of_rank(instruments_.size() - 2), true);
}

void Simulator::Session::open() {
    const auto place = static_cast<std::uint32_t>(step_++);
    if (place < instruments_.size()) {
        const bool takes = plan_.crosses_take && instruments_[place].state == State::trading;
        auctions_.cross(place, 'O', takes);
        feed_.advance_by(1'000 + random_.below(3'000));
        return;
    }
    feed_.start_shares();
    orders_.start();
    clock_.start(feed_.now_ns());
    next_arrival_ns_ = clock_.next(feed_.now_ns(), mean_gap_ns());
    enter(Phase::continuous);
}

std::uint64_t Simulator::Session::mean_gap_ns() const {
    using namespace simulator;
    const std::uint64_t gap_ns = second_ns * orders_per_arrival_permille * 1'000 /
                                 (plan_.messages_per_second * entries_ppm) * 100 /
                                 trading_.mood().rate_percent;
    if (profile_ != Profile::open) return gap_ns;
    // The rush of the opening ebbs away over half an hour.
    constexpr Curve ebb_permille{Knot{0, 350}, Knot{20'000, 500}, Knot{200'000, 800},
                                 Knot{1'000'000, 2'000}};
    static_assert(well_formed(ebb_permille));
    const std::uint64_t since_s = (feed_.now_ns() - market_start_ns) / second_ns;
    const std::uint64_t ppm = std::min<std::uint64_t>(since_s * 1'000'000 / 1'800, 999'999);
    return gap_ns * ebb_permille.at(static_cast<std::uint32_t>(ppm)) / 1'000;
}

void Simulator::Session::trade() {
    if (feed_.full()) return enter(Phase::closing);
    const std::uint64_t action_ns =
        auctions_.next_ns().value_or(std::numeric_limits<std::uint64_t>::max());
    if (orders_.expire_until(std::min(action_ns, next_arrival_ns_))) return;
    if (action_ns <= next_arrival_ns_) return auctions_.act();
    feed_.advance_to(next_arrival_ns_);
    trading_.arrive();
    next_arrival_ns_ = clock_.next(feed_.now_ns(), mean_gap_ns());
}

void Simulator::Session::close() {
    const std::uint64_t step = step_++;
    feed_.advance_by(1'000 + random_.below(3'000));
    if (step == 0) {
        feed_.set_limit(messages_);
        simulator::tell_event(feed_, 'M');
    } else if (step <= instruments_.size()) {
        auctions_.cross(static_cast<std::uint32_t>(step - 1), 'C', false);
    } else {
        simulator::tell_event(feed_, 'E');
        simulator::tell_event(feed_, 'C');
        enter(Phase::over);
    }
}

// ------------------------------------------------------------------------------------------ public

Result<Simulator> Simulator::create(const SimulatorOptions& options) {
    if (options.instruments < 1 || options.instruments > 65'535)
        return "instruments must be 1 to 65535, got " + std::to_string(options.instruments);
    const std::uint64_t least = messages_min(options.instruments);
    if (options.messages < least)
        return "messages must be at least " + std::to_string(least) + " for " +
               std::to_string(options.instruments) + " instruments, got " +
               std::to_string(options.messages);
    if (options.live_orders.value_or(0) > SimulatorOptions::live_orders_max)
        return "live orders must be at most " + std::to_string(SimulatorOptions::live_orders_max) +
               ", got " + std::to_string(*options.live_orders);
    return Simulator{std::make_unique<Session>(options)};
}

Simulator::Simulator(std::unique_ptr<Session> session) : session_{std::move(session)} {}
Simulator::Simulator(Simulator&&) noexcept = default;
Simulator& Simulator::operator=(Simulator&&) noexcept = default;
Simulator::~Simulator() = default;

std::size_t Simulator::fill(std::span<std::byte> out) {
    std::size_t used = 0;
    while (out.size() - used >= frame_bytes_max && session_->wait())
        used += session_->feed().take(out.subspan(used));
    return used;
}

codecs::Bytes Simulator::next() {
    return session_->wait() ? session_->feed().take_one() : codecs::Bytes{};
}

std::uint64_t Simulator::open_orders() const {
    return session_->orders().open();
}

}  // namespace tickweir::replay
