#include "gateway/venue/venue_role.hpp"

#include <algorithm>
#include <utility>

#include "gateway/log.hpp"

namespace tickweir::gateway {

using txn::ExecuteStatus;

void OutcomeCounts::count(const txn::ReleasedOutcome& outcome) {
    if (outcome.logged) return add(committed_);
    for (const txn::Event& event : outcome.events)
        add(refused_[static_cast<std::size_t>(event.refusal)]);
}

void VenueRole::hand_over(VenueStart start) {
    handed_.emplace(std::move(start));
    // Release: what was handed over is there.
    handed_over_.store(true, std::memory_order_release);
}

std::optional<book::TimeNs> VenueRole::ended() const {
    const std::int64_t time_ns = ended_ns_.load(std::memory_order_relaxed);
    if (time_ns == 0) return std::nullopt;
    return book::TimeNs{std::chrono::nanoseconds{time_ns}};
}

bool VenueRole::turn(book::TimeNs now) {
    now_ = now;
    const Stage stage = stage_.load(std::memory_order_relaxed);
    if (stage == Stage::waiting) return take_over(now);
    if (stage == Stage::stopped) return false;
    bool worked = release();
    if (shard().stopped()) {
        tell_fault();
        return worked;
    }
    worked |= shard().pending() && shard().turn(now);
    if (not_before_ && now < *not_before_) return worked;
    not_before_.reset();
    if (stage == Stage::opening) return open_account(now) || worked;
    return run_clock(now) || worked;
}

bool VenueRole::take_over(book::TimeNs now) {
    if (!handed_over_.load(std::memory_order_acquire)) return false;
    start_ = std::move(handed_);
    released_ = start_->engine->durable().load();
    ended_ns_.store(start_->clock.ended().time_since_epoch().count(), std::memory_order_relaxed);
    stage_.store(Stage::opening, std::memory_order_release);
    (void)open_account(now);
    return true;
}

/// That the log failed, its listener has told.
void VenueRole::tell_fault() {
    if (faulted_.load(std::memory_order_relaxed)) return;
    faulted_.store(true, std::memory_order_relaxed);
    if (!shard().fault().empty())
        log::module("venue").error("THE VENUE STOPPED: {}. Nothing is executed any more",
                                   shard().fault());
}

/// What became durable is told; nobody but the counters hears of it yet.
bool VenueRole::release() {
    const txn::log::Lsn durable = start_->engine->durable().load();
    released_ = durable;
    if (ending_ && ending_lsn_ <= durable) {
        ended_ns_.store(ending_->time_since_epoch().count(), std::memory_order_relaxed);
        ending_.reset();
    }
    return start_->engine->release(
               0, [this](const txn::ReleasedOutcome& outcome) { outcomes_.count(outcome); }) != 0;
}

/// Gives accounts what they begin with, one balance a turn; then the venue runs.
bool VenueRole::open_account(book::TimeNs now) {
    if (opened_ == start_->balances.size()) {
        stage_.store(Stage::running, std::memory_order_release);
        return true;
    }
    const OpeningBalance& balance = start_->balances[opened_];
    if (!execute(txn::Deposit{balance.account, balance.asset, balance.amount}, now)) return false;
    ++opened_;
    return true;
}

bool VenueRole::run_clock(book::TimeNs now) {
    if (const auto due = start_->clock.day_end_due(now)) return end_day(now, *due);
    if (!start_->clock.tick_due(now, shard().venue().tick_due())) return false;
    if (!execute(txn::Tick{}, now)) return false;
    start_->clock.ticked(now);
    return true;
}

bool VenueRole::end_day(book::TimeNs now, book::TimeNs due) {
    if (!execute(txn::DayEnd{}, now)) return false;
    start_->clock.day_ended(due);
    ending_ = due;
    ending_lsn_ = shard().last();
    log::module("venue").info("the trading day ended at LSN {}", number(ending_lsn_));
    return true;
}

bool VenueRole::execute(txn::CommandBody body, book::TimeNs now) {
    txn::Command command;
    command.envelope.session = txn::operator_session;
    command.envelope.urgency = txn::CommandClass::control;
    command.envelope.sequence = ++sequence_;
    command.envelope.arrived = command.envelope.time = now;
    command.body = std::move(body);
    const txn::Executed executed = shard().execute(command);
    switch (executed.status) {
        case ExecuteStatus::done:
            return true;
        case ExecuteStatus::refused:
            log::module("venue").error("a command of the venue's own was refused at LSN {}",
                                       number(executed.lsn));
            return true;
        case ExecuteStatus::busy:
        case ExecuteStatus::shed:
        case ExecuteStatus::stopped:
            not_before_ = now + retry_after;
            return false;
    }
    return false;
}

bool VenueRole::has_work() const {
    const Stage stage = stage_.load(std::memory_order_relaxed);
    if (stage == Stage::waiting) return handed_over_.load(std::memory_order_acquire);
    if (stage == Stage::stopped) return false;
    const bool told = start_->engine->durable().load() == released_;
    return !told && (ending_ || start_->engine->outbox(0).waiting() != 0);
}

std::optional<book::TimeNs> VenueRole::next_due() const {
    const Stage stage = stage_.load(std::memory_order_relaxed);
    if (stage == Stage::waiting || stage == Stage::stopped || shard().stopped())
        return std::nullopt;
    if (not_before_) return not_before_;
    if (stage == Stage::opening || shard().pending()) return now_ + retry_after;
    return start_->clock.next_due(shard().venue().tick_due());
}

/// What is pending goes on with the next life.
void VenueRole::stop(book::TimeNs) {
    if (start_) shard().stop();
    stage_.store(Stage::stopped, std::memory_order_release);
}

}  // namespace tickweir::gateway
