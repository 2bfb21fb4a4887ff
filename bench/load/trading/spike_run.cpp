#include "bench/load/trading/spike_run.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "bench/load/trading/open_loop.hpp"
#include "bench/load/trading/venue_file.hpp"

namespace tickweir::bench {
namespace {

using std::chrono::seconds;

constexpr std::size_t orders_at_first = 50;  // so that there is something to move
constexpr double calm_share = 0.3;           // of the capacity
constexpr double spike_times = 10;           // what comes in the calm
constexpr std::size_t widest_window = 8;     // requests on their way, a session
constexpr seconds settle_patience{60};
constexpr std::chrono::nanoseconds flood_late_most{std::chrono::milliseconds{2}};
constexpr seconds calm_patience{2};           // until L0, once everything is answered
constexpr std::size_t backlog_least = 2'048;  // bytes of a client: less is on its way
constexpr std::string_view broken_message =
    "8=FIX.4.4\x01"
    "9=12\x01"
    "35=D\x01"
    "11=a\x01"
    "10=000\x01";

std::size_t quiet_of(SpikeVariant variant, std::size_t sessions) {
    switch (variant) {
        case SpikeVariant::one:
            return sessions - 1;
        case SpikeVariant::all:
            return 0;
        case SpikeVariant::most:
        case SpikeVariant::retry:
        case SpikeVariant::slow_readers:
        case SpikeVariant::slow_disk:
        case SpikeVariant::garbage:
            return sessions / 5;
    }
    return 0;
}

std::size_t misbehaving_of(SpikeVariant variant, std::size_t sessions) {
    const bool some = variant == SpikeVariant::slow_readers || variant == SpikeVariant::garbage;
    return some ? sessions / 10 : 0;
}

double ms_between(TimeNs from, TimeNs to) {
    return static_cast<double>((to - from).count()) / 1e6;
}

}  // namespace

std::uint64_t SpikeResult::cancels_refused_for_load() const {
    std::uint64_t sum = 0;
    for (const Phase& phase : phases)
        for (const Tally& tally : phase.tallies)
            sum += tally.of(RequestKind::cancel).refused_for_load();
    return sum;
}

double SpikeResult::entered_ms() const {
    const auto found = std::ranges::find_if(
        modes, [this](const ModeChange& change) { return change.at >= onset && change.mode > 0; });
    return found == modes.end() || found->at > end ? -1 : ms_between(onset, found->at);
}

double SpikeResult::normal_after(TimeNs when) const {
    if (when == TimeNs{} || modes.empty() || modes.back().mode != 0) return -1;
    const auto later = std::ranges::find_if(modes, [&](const auto& it) { return it.at > when; });
    if (later == modes.end() || (later != modes.begin() && std::prev(later)->mode == 0)) return 0;
    const auto normal =
        std::find_if(later, modes.end(), [](const auto& it) { return it.mode == 0; });
    return ms_between(when, normal->at);
}

SpikeRun::SpikeRun(Setup setup)
    : setup_{std::move(setup)},
      quiet_{quiet_of(setup_.variant, setup_.sessions)},
      misbehaving_{setup_.abusers + misbehaving_of(setup_.variant, setup_.sessions)},
      flow_{setup_.seed, setup_.market},
      random_{setup_.seed + 1},
      crowd_{reactor_,
             {.address = setup_.fix,
              .traders = setup_.sessions,
              .instruments = setup_.instruments,
              .orders_max = setup_.orders_max,
              .output_bytes = setup_.output_bytes,
              .on_outcome = [this](std::size_t trader, const Outcome& outcome,
                                   TimeNs now) { on_outcome(trader, outcome, now); }}},
      watch_{reactor_, setup_.http} {
    for (std::size_t round = 0; round < orders_at_first; ++round) {
        for (std::size_t i = 0; i < crowd_.size(); ++i) {
            const TimeNs now = wall_now();
            (void)flow_.place(crowd_[i].session, crowd_[i].orders, now, ns_of(now));
            crowd_.touch(i);
        }
        crowd_.flush();
        settle();
    }
}

void SpikeRun::settle() {
    (void)read_until(reactor_, settle_patience, [this] {
        look_for_the_end(wall_now());
        return crowd_.waiting(setup_.abusers) == 0;
    });
}

bool SpikeRun::has_drained() const {
    for (std::size_t i = 0; i < crowd_.size(); ++i)
        if (crowd_[i].socket.unsent_bytes() > backlog_least) return false;
    return true;
}

/// Once the spike is over: what the clients could not send in it is load until it is sent.
void SpikeRun::look_for_the_end(TimeNs now) {
    if (now_in_ != SpikePhase::after || result_ == nullptr || result_->drained != TimeNs{}) return;
    if (has_drained()) result_->drained = now;
}

void SpikeRun::on_outcome(std::size_t trader, const Outcome& outcome, TimeNs now) {
    if (outcome.answer == Answer::done || outcome.answer == Answer::refused) ++served_;
    if (result_ == nullptr || misbehaves(trader)) return;
    std::size_t phase = spike_phases;
    while (phase > 0 && (begins_ns_[phase - 1] == 0 || outcome.intended_ns < begins_ns_[phase - 1]))
        --phase;
    if (phase == 0) return;
    result_->phases[phase - 1].tallies[trader < quiet_ ? 0 : 1].add(outcome, now);
    if (setup_.variant == SpikeVariant::retry && for_load(outcome.answer) &&
        now_in_ == SpikePhase::spike)
        request(trader, now);
}

/// Each session keeps so many requests on their way.
double SpikeRun::served_within(std::size_t window) {
    const TimeNs begin = wall_now();
    served_ = 0;
    for (TimeNs now = begin; now < begin + setup_.window; now = wall_now()) {
        for (std::size_t i = 0; i < crowd_.size(); ++i) {
            Trader& trader = crowd_[i];
            for (std::size_t sent = trader.orders.waiting(); sent < window; ++sent)
                if (!flow_.send(trader.session, trader.orders, now, ns_of(now))) break;
            if (!trader.session.output().empty()) crowd_.touch(i);
        }
        crowd_.flush();
        (void)reactor_.wait(1'000'000, [] { return false; });
    }
    const double served = static_cast<double>(served_) / ms_between(begin, wall_now()) * 1e3;
    settle();
    return served;
}

double SpikeRun::measure_capacity() {
    double best = 0;
    for (std::size_t window = 1; window <= widest_window; window *= 2)
        best = std::max(best, served_within(window));
    return best;
}

std::size_t SpikeRun::pick(bool quiet) {
    if (quiet) return random_() % quiet_;
    return quiet_ + random_() % (crowd_.size() - quiet_ - setup_.abusers);
}

void SpikeRun::request(std::size_t i, TimeNs due) {
    Trader& trader = crowd_[i];
    const bool spike = now_in_ == SpikePhase::spike;
    if (spike && misbehaves(i) && setup_.variant == SpikeVariant::garbage) {
        misbehave(trader.session);
    } else if (flow_.send(trader.session, trader.orders, wall_now(), ns_of(due))) {
        ++result_->phases[static_cast<std::size_t>(now_in_)].made;
    } else if (!misbehaves(i)) {
        ++result_->unsent;
    }
    crowd_.touch(i);
}

/// In turns what is no message at all, and an order without what an order has to have.
void SpikeRun::misbehave(ClientSession& session) {
    if (random_() % 2 == 0) {
        (void)session.send_raw(broken_message);
    } else {
        (void)session.send("D", wall_now(),
                           [](wire::Writer& to) { to.field(wire::tag::cl_ord_id, "broken"); });
    }
}

void SpikeRun::set_reading(bool reading) {
    if (setup_.variant != SpikeVariant::slow_readers) return;
    for (std::size_t i = crowd_.size() - misbehaving_; i < crowd_.size(); ++i)
        crowd_[i].socket.set_reading(reading);
}

double SpikeRun::rate_of(SpikePhase which) const {
    const double calm = setup_.calm_rate > 0 ? setup_.calm_rate : calm_share * result_->capacity;
    return which == SpikePhase::spike ? spike_times * calm : calm;
}

void SpikeRun::look(SpikePhase which) {
    SpikeResult::Phase& measured = result_->phases[static_cast<std::size_t>(which)];
    measured.resident_most =
        std::max(measured.resident_most, use_of(setup_.gateway).resident_bytes);
    look_for_the_end(wall_now());
    crowd_.tick(wall_now());
    if (setup_.on_look) setup_.on_look(which, wall_now());
}

void SpikeRun::phase(SpikePhase which, seconds how_long) {
    const double rate = rate_of(which);
    const double quiet_rate = rate_of(SpikePhase::before) * static_cast<double>(quiet_) /
                              static_cast<double>(crowd_.size());
    SpikeResult::Phase& measured = result_->phases[static_cast<std::size_t>(which)];
    measured.offered = rate;
    now_in_ = which;
    const TimeNs begin = wall_now();
    begins_ns_[static_cast<std::size_t>(which)] = ns_of(begin);
    if (which == SpikePhase::spike) result_->onset = begin;
    if (which == SpikePhase::spike) set_reading(false);
    Arrivals arrivals{setup_.seed + static_cast<std::uint64_t>(which) + 2};
    arrivals.begin(ns_of(begin), rate);
    TimeNs next_look = begin;
    served_ = 0;
    TimeNs end = begin + how_long;
    const auto play = [&] {
        open_loop(
            reactor_, arrivals, end,
            [&](TimeNs due) {
                const std::int64_t late = ns_of(wall_now()) - ns_of(due);
                const double at = static_cast<double>(random_() >> 11U) * 0x1p-53 * rate;
                const bool quiet = at < quiet_rate;
                // A flood that this machine cannot make is not made: those who keep to the rules
                // would be late for it.
                if (!quiet && late > flood_late_most.count()) {
                    ++result_->unsent;
                    return;
                }
                measured.late.record(late);
                request(pick(quiet), due);
            },
            [&] {
                crowd_.flush();
                if (wall_now() < next_look) return;
                next_look += std::chrono::milliseconds{100};
                look(which);
            });
    };
    play();
    for (; which == SpikePhase::spike && setup_.prolong && setup_.prolong(); play())
        end += seconds{1};
    measured.served = served_;
    measured.seconds = ms_between(begin, wall_now()) / 1e3;
    if (which == SpikePhase::spike) result_->end = wall_now();
    if (which == SpikePhase::spike) set_reading(true);
}

/// Who floods alone, or does not keep to the rules, may be logged out.
std::size_t SpikeRun::cut_for_nothing() const {
    const std::size_t allowed = setup_.variant == SpikeVariant::one ? std::size_t{1} : misbehaving_;
    std::size_t count = 0;
    for (std::size_t i = 0; i + allowed < crowd_.size(); ++i)
        if (!crowd_[i].socket.connected()) ++count;
    return count;
}

std::unique_ptr<SpikeResult> SpikeRun::run(std::array<seconds, spike_phases> lengths) {
    auto result = std::make_unique<SpikeResult>();
    if (setup_.calm_rate <= 0) result->capacity = measure_capacity();
    result_ = result.get();
    for (const SpikePhase which : {SpikePhase::before, SpikePhase::spike, SpikePhase::after})
        phase(which, lengths[static_cast<std::size_t>(which)]);
    settle();
    (void)read_until(reactor_, calm_patience, [this] { return watch_.mode() == 0; });
    result_ = nullptr;
    result->modes = watch_.changes();
    result->unanswered = crowd_.waiting(setup_.abusers);
    result->cut_for_nothing = cut_for_nothing();
    result->totals = crowd_.totals();
    return result;
}

}  // namespace tickweir::bench
