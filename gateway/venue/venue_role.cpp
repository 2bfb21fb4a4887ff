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
    if (stage == Stage::waiting) {
        answer_not_ready();
        return take_over(now);
    }
    if (stage == Stage::stopped) return false;
    const bool worked = turn_open(now);
    service_->hand_over();
    return worked;
}

bool VenueRole::turn_open(book::TimeNs now) {
    service_->begin(now);
    const bool told = release();
    if (shard().stopped()) {
        tell_fault();
        return service_->refuse_all(now, "the venue has stopped", true) || told;
    }
    return (stage() == Stage::opening ? turn_opening(now) : turn_running(now)) || told;
}

bool VenueRole::turn_opening(book::TimeNs now) {
    const VenueService::Opened opened = service_->open(now);
    if (opened != VenueService::Opened::all) return opened == VenueService::Opened::part;
    const bool worked = run_pending(now);
    if (not_before_ && now < *not_before_) return worked;
    not_before_.reset();
    return open_account(now) || worked;
}

bool VenueRole::turn_running(book::TimeNs now) {
    bool worked = run_pending(now);
    if (clock_due(now) && (!not_before_ || now >= *not_before_)) {
        not_before_.reset();
        worked |= run_clock(now);
    }
    return service_->turn(now) || worked;
}

/// An order that came meanwhile may expire before what was found when the clock was looked at.
bool VenueRole::clock_due(book::TimeNs now) const {
    return now >= clock_next_ || now < clock_looked_ || now - clock_looked_ >= clock_period;
}

bool VenueRole::take_over(book::TimeNs now) {
    if (!handed_over_.load(std::memory_order_acquire)) return false;
    start_ = std::move(handed_);
    released_ = start_->engine->durable().load();
    ended_ns_.store(start_->clock.ended().time_since_epoch().count(), std::memory_order_relaxed);
    service_.emplace(parts_, *start_->engine, start_->again.get(), gauges_);
    stage_.store(Stage::opening, std::memory_order_release);
    return turn(now);
}

/// Nobody is to wait for a recovery.
void VenueRole::answer_not_ready() {
    if (parts_.control == nullptr) return;
    while (parts_.control->has_commands()) {
        const auto taken = parts_.control->take_command();
        if (!taken) return;
        control::Answer answer;
        answer.status = control::Status::not_ready;
        answer.text = "the venue is not ready yet";
        parts_.control->answer(taken->ticket, taken->asker, std::move(answer));
    }
}

/// That the log failed, its listener has told.
void VenueRole::tell_fault() {
    if (faulted_.load(std::memory_order_relaxed)) return;
    faulted_.store(true, std::memory_order_relaxed);
    if (!shard().fault().empty())
        log::module("venue").error("THE VENUE STOPPED: {}. Nothing is executed any more",
                                   shard().fault());
}

/// What became durable is told, as far as there is room where it is told.
bool VenueRole::release() {
    const txn::log::Lsn durable = start_->engine->durable().load();
    released_ = durable;
    if (ending_ && ending_lsn_ <= durable) {
        ended_ns_.store(ending_->time_since_epoch().count(), std::memory_order_relaxed);
        ending_.reset();
    }
    const std::size_t told =
        start_->engine->release(0, [this](const txn::ReleasedOutcome& outcome) {
            if (!service_->tell(outcome, now_)) return false;
            outcomes_.count(outcome);
            return true;
        });
    service_->released(durable);
    return told != 0;
}

/// Gives accounts what they begin with, one balance a turn; then the venue runs.
bool VenueRole::open_account(book::TimeNs now) {
    if (opened_ == start_->balances.size()) {
        if (!service_->tell_ready()) return false;
        start_->again.reset();
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
    const auto wanted = shard().venue().tick_due();
    clock_looked_ = now;
    clock_next_ = start_->clock.next_due(wanted);
    if (!start_->clock.tick_due(now, wanted)) return false;
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
    if (stage == Stage::stopped) return false;
    if (stage == Stage::waiting)
        return handed_over_.load(std::memory_order_acquire) ||
               (parts_.control != nullptr && parts_.control->has_commands());
    if (stage == Stage::running && service_->has_work()) return true;
    const bool told = start_->engine->durable().load() == released_;
    return !told && (ending_ || start_->engine->outbox(0).waiting() != 0);
}

std::optional<book::TimeNs> VenueRole::next_due() const {
    const Stage stage = stage_.load(std::memory_order_relaxed);
    if (stage == Stage::waiting || stage == Stage::stopped) return std::nullopt;
    if (shard().stopped()) return service_->next_due();
    if (stage == Stage::opening || shard().pending()) return now_ + retry_after;
    book::TimeNs due = start_->clock.next_due(shard().venue().tick_due());
    if (not_before_) due = std::min(due, *not_before_);
    if (const auto own = service_->next_due()) due = std::min(due, *own);
    return due;
}

/// What is pending goes on with the next life; who waits for an answer gets one.
void VenueRole::stop(book::TimeNs now) {
    if (start_) {
        shard().stop();
        service_->begin(now);
        (void)release();
        (void)service_->refuse_all(now, "the gateway stops", false);
        service_->hand_over();
    } else {
        answer_not_ready();
    }
    stage_.store(Stage::stopped, std::memory_order_release);
}

void VenueRole::finish() {
    if (!start_) return;
    (void)release();
    service_->hand_over();
}

}  // namespace tickweir::gateway
