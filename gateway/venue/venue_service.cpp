#include "gateway/venue/venue_service.hpp"

#include <utility>

#include "book/ensure.hpp"
#include "gateway/log.hpp"

namespace tickweir::gateway {

using txn::ExecuteStatus;

namespace {

IntakeSettings intake_of(const VenueParts& parts, const txn::VenueSettings& settings) {
    IntakeSettings intake = parts.intake;
    if (!parts.input) {
        for (shield::ClassLimits& one : intake.queues.classes)
            one.capacity = 1;
        intake.answers = 1;
    }
    intake.sessions = settings.sessions.size();
    intake.seed = settings.limits.seed;
    return intake;
}

/// Why the log did not take a record, as order entry says it.
ShedCause cause_of(txn::ShedReason why) {
    switch (why) {
        case txn::ShedReason::cancels_only:
        case txn::ShedReason::no_room:
            return ShedCause::disk_full;
        case txn::ShedReason::closing:
            return ShedCause::stopped;
        case txn::ShedReason::none:
        case txn::ShedReason::ring_full:
        case txn::ShedReason::outbox_full:
        case txn::ShedReason::continuing:
            return ShedCause::log_behind;
    }
    return ShedCause::log_behind;
}

}  // namespace

VenueService::VenueService(const VenueParts& parts, txn::Engine& engine, ReportsAgain* again,
                           VenueGauges& gauges)
    : engine_{engine},
      parts_{parts},
      again_{again},
      gauges_{gauges},
      board_{parts.board != nullptr ? *parts.board : own_board_},
      intake_{intake_of(parts, engine.shard(0).venue().settings())},
      load_{parts.load, board_},
      output_{parts.input ? parts.input->reports : nullptr,
              parts.input ? parts.input->waker : nullptr, parts.market} {
    const txn::VenueSettings& settings = engine.shard(0).venue().settings();
    board_.ready.store(false, std::memory_order_relaxed);
    if (parts.input) book::ensure(parts.input->reports->capacity() >= txn::events_most(settings));
    if (parts.control != nullptr)
        control_.emplace(*parts.control,
                         ControlTarget{.engine = &engine,
                                       .intake = parts.input ? &intake_ : nullptr,
                                       .ordinary = parts.input ? parts.input->ordinary : nullptr,
                                       .load = &load_});
    if (parts.metrics != nullptr && parts.clock != nullptr)
        timings_.emplace(*parts.metrics, *parts.clock, engine.outbox(0).limits().outcomes);
}

// ----------------------------------------------------------------------------------------- opening

void VenueService::begin(book::TimeNs now) {
    now_ = now;
    blocked_ = false;
}

VenueService::Opened VenueService::open(book::TimeNs now) {
    Opened opened = Opened::all;
    switch (opening_) {
        case Opening::books:
            if (parts_.market != nullptr && !parts_.market->send_books(shard().venue(), now))
                return Opened::waits;
            opening_ = Opening::orders;
            [[fallthrough]];
        case Opening::orders:
            if (opened = open_orders(); opened != Opened::all) return opened;
            opening_ = Opening::again;
            [[fallthrough]];
        case Opening::again:
            if (opened = open_again(); opened != Opened::all) return opened;
            opening_ = Opening::over;
            [[fallthrough]];
        case Opening::over:
            return Opened::all;
    }
    return Opened::all;
}

/// Open orders as they stand, as many as a turn may.
VenueService::Opened VenueService::open_orders() {
    if (!parts_.input) return Opened::all;
    if (!output_.has_room(told_per_turn)) return Opened::waits;
    const bool more = shard().venue().for_some_open(next_order_, told_per_turn,
                                                    [this](const txn::OrderView& order) {
                                                        const bool told = output_.tell(order);
                                                        book::ensure(told);
                                                    });
    return more ? Opened::part : Opened::all;
}

VenueService::Opened VenueService::open_again() {
    if (again_ == nullptr || !parts_.input) return Opened::all;
    for (std::size_t i = 0; i < told_per_turn; ++i) {
        if (unsaid_ && !output_.tell(*unsaid_)) return Opened::waits;
        unsaid_.reset();
        VenueReport report;
        switch (again_->next(report)) {
            case ReportsAgain::Step::report:
                unsaid_ = report;
                break;
            case ReportsAgain::Step::going:
                return Opened::part;
            case ReportsAgain::Step::failed:
                log::module("venue").error(
                    "the log cannot be read for what sessions may have missed: {}",
                    again_->fault());
                return Opened::all;
            case ReportsAgain::Step::over:
                return Opened::all;
        }
    }
    return Opened::part;
}

bool VenueService::tell_ready() {
    VenueReport ready;
    ready.kind = VenueReportKind::ready;
    ready.lsn = shard().last();
    if (!output_.tell(ready)) return false;
    board_.ready.store(true, std::memory_order_relaxed);
    return true;
}

// ----------------------------------------------------------------------------------------- running

bool VenueService::turn(book::TimeNs now) {
    bool worked = parts_.input && intake_.drain(*parts_.input, now);
    worked |=
        intake_.expire(now, expired_per_turn,
                       [this](shield::PriorityClass urgency, std::chrono::nanoseconds waited) {
                           load_.left_queue(urgency, waited);
                       }) != 0;
    worked |= run_control(now);
    worked |= run_batch(now);
    worked |= tell_answers();
    sample(now);
    return worked;
}

bool VenueService::run_control(book::TimeNs now) {
    if (!control_) return false;
    std::optional<shield::LoadChange> change;
    const bool worked = control_->turn(now, change);
    if (change) on_change(*change);
    if (control_->holds()) blocked_ = true;
    return worked;
}

bool VenueService::run_batch(book::TimeNs now) {
    for (std::uint32_t i = 0; i < parts_.batch; ++i) {
        // What is urgent does not wait for the rest of a batch.
        if (i != 0 && parts_.input && parts_.input->urgent->size_approx() != 0)
            (void)intake_.drain(*parts_.input, now);
        VenueRequest* const request = intake_.next(now);
        if (request == nullptr) return i != 0;
        if (!run(*request, now)) {
            blocked_ = true;
            return i != 0;
        }
    }
    return true;
}

bool VenueService::run(VenueRequest& request, book::TimeNs now) {
    txn::Envelope& envelope = request.command.envelope;
    envelope.time = now;
    const std::uint64_t begun = timings_ ? timings_->begin() : 0;
    const txn::Executed executed = shard().execute(request.command);
    switch (executed.status) {
        case ExecuteStatus::done:
            if (timings_) timings_->executed(executed.lsn, envelope.arrived, begun);
            break;
        case ExecuteStatus::refused:
            if (timings_) timings_->executed(std::nullopt, envelope.arrived, begun);
            break;
        case ExecuteStatus::shed:
            // Nothing that reduces risk is refused for want of room: it waits for it.
            if (shield::is_urgent(intake_.urgency())) return false;
            load_.left_queue(intake_.urgency(), intake_.waited());
            intake_.shed(cause_of(executed.why));
            return true;
        case ExecuteStatus::busy:
        case ExecuteStatus::stopped:
            return false;
    }
    load_.left_queue(intake_.urgency(), intake_.waited());
    intake_.done();
    return true;
}

bool VenueService::tell_answers() {
    if (!parts_.input || !intake_.has_answers()) return false;
    if (!intake_.tell(*parts_.input->reports)) blocked_ = true;
    output_.put();
    return !blocked_;
}

void VenueService::sample(book::TimeNs now) {
    load_.look({.last = shard().last(),
                .durable = engine_.durable().load(),
                .space = engine_.log().stock().free_space(),
                .free_percent = engine_.log().stock().free_percent(),
                .failed = engine_.durable().failed()},
               now);
    const auto due = load_.interval_due();
    if (due && now < *due) return;
    if (const auto change = load_.turn(intake_.queues(), now)) on_change(*change);
    gauges_.show(intake_, load_);
}

void VenueService::on_change(const shield::LoadChange& change) {
    intake_.set_mode(load_.mode(), load_.refused_as());
    output_.put();  // order entry looks at the board
    for (Waker* const waker : parts_.mode_watchers)
        waker->wake();
    log::module("venue").warning(
        "load mode {}, was {}: {}; at least, orders wait {} us, input {} us, records {} us",
        to_string(change.to), to_string(change.from), to_string(change.cause),
        load_.delay().of_orders.count() / 1'000, load_.input_delay().count() / 1'000,
        load_.log_lag().count() / 1'000);
}

bool VenueService::tell(const txn::ReleasedOutcome& outcome, book::TimeNs now) {
    if (!output_.tell(outcome, now)) {
        blocked_ = true;
        return false;
    }
    if (outcome.logged && timings_) timings_->released(outcome.lsn);
    if (control_) control_->on_released(outcome);
    return true;
}

void VenueService::released(txn::log::Lsn durable) {
    board_.durable.store(number(durable), std::memory_order_relaxed);
    if (control_) control_->on_durable(durable);
}

bool VenueService::refuse_all(book::TimeNs now, std::string_view why, bool failed) {
    if (failed && !std::exchange(failed_, true))
        if (const auto change = load_.fail(now)) on_change(*change);
    board_.ready.store(false, std::memory_order_relaxed);
    intake_.set_mode(LoadMode::stopped, ShedCause::stopped);
    bool worked = parts_.input && intake_.drain(*parts_.input, now);
    if (intake_.next(now) != nullptr) intake_.shed(ShedCause::stopped);
    worked |= intake_.expire(now, expired_per_turn) != 0;
    if (control_) control_->stop(why);
    if (failed && parts_.market != nullptr && !told_stopped_)
        told_stopped_ = parts_.market->send_stopped(now);
    worked |= tell_answers();
    gauges_.show(intake_, load_);
    return worked;
}

bool VenueService::has_work() const {
    if (control_ && control_->has_work() && !blocked_) return true;
    if (!parts_.input || blocked_) return false;
    return parts_.input->urgent->size_approx() != 0 || parts_.input->ordinary->size_approx() != 0 ||
           !intake_.empty() || intake_.has_answers();
}

std::optional<book::TimeNs> VenueService::next_due() const {
    if (blocked_ || opening_ != Opening::over) return now_ + retry_after;
    return load_.next_due();
}

}  // namespace tickweir::gateway
