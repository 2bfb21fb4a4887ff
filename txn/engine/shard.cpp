#include "txn/engine/shard.hpp"

#include <algorithm>
#include <utility>

#include "book/ensure.hpp"
#include "txn/engine/reexecution.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::txn {
namespace {

log::RecordClass class_of(CommandClass urgency) {
    return urgency == CommandClass::control || urgency == CommandClass::risk_reducing
               ? log::RecordClass::risk_reducing
               : log::RecordClass::ordinary;
}

ShedReason reason_of(log::Refusal refusal) {
    switch (refusal) {
        case log::Refusal::ring_full:
            return ShedReason::ring_full;
        case log::Refusal::cancels_only:
            return ShedReason::cancels_only;
        case log::Refusal::no_room:
            return ShedReason::no_room;
        case log::Refusal::stopped:
            return ShedReason::closing;
    }
    return ShedReason::closing;
}

}  // namespace

std::string_view to_string(ShedReason reason) {
    switch (reason) {
        case ShedReason::none:
            return "none";
        case ShedReason::ring_full:
            return "ring_full";
        case ShedReason::cancels_only:
            return "cancels_only";
        case ShedReason::no_room:
            return "no_room";
        case ShedReason::closing:
            return "closing";
        case ShedReason::outbox_full:
            return "outbox_full";
        case ShedReason::continuing:
            return "continuing";
    }
    return "unknown";
}

/// A fill is told to both sides; then there are the order's own.
std::size_t events_most(const VenueSettings& settings) {
    return 2 * std::size_t{settings.limits.effects} + 16;
}

/// An iceberg's next part changes its level a second time; then there are the order's own.
std::size_t levels_most(const VenueSettings& settings) {
    return 2 * std::size_t{settings.limits.effects} + 16;
}

ShardExecutor::ShardExecutor(Venue& venue, log::LogRing& ring, const log::DurableLsn& durable,
                             Outbox& outbox, const ShardSettings& settings, const ShardSum& sum,
                             log::Lsn last)
    : venue_{venue},
      ring_{ring},
      durable_{durable},
      outbox_{outbox},
      settings_{settings},
      events_most_{events_most(venue.settings())},
      levels_most_{levels_most(venue.settings())},
      credit_{ring.no_credit()},
      keeps_credit_{ring.capacity_bytes() >= 32 * log::payload_bytes_max},
      sum_{sum},
      marked_{sum.records},
      last_{last} {
    book::ensure(outbox.limits().events >= 2 * events_most_ &&
                 outbox.limits().levels >= 2 * levels_most_);
    outcome_.events.reserve(events_most_);
    outcome_.levels.reserve(levels_most_);
    counters_.set_applied(last);
}

Executed ShardExecutor::execute(const Command& command) {
    if (stopped()) return {};
    if (venue_.continuation_pending()) {
        settle();
        if (stopped()) return {};
        if (venue_.continuation_pending())
            return not_now(ExecuteStatus::busy, ShedReason::continuing);
    }
    if (!outbox_.has_room(events_most_, levels_most_))
        return not_now(ExecuteStatus::busy, ShedReason::outbox_full);
    ShedReason why{};
    if (!has_credit(command.envelope.urgency, why)) return not_now(ExecuteStatus::shed, why);
    const Executed executed = run(in_time(command));
    settle();
    return executed;
}

bool ShardExecutor::turn(TimeNs now) {
    if (stopped()) return false;
    time_ = std::max(time_, now);
    const log::Lsn before = last_;
    settle();
    return last_ != before;
}

/// What has to come before the next command.
void ShardExecutor::settle() {
    if (venue_.continuation_pending()) go_on();
    if (mark_due() && !stopped() && !venue_.continuation_pending()) write_mark();
}

/// Room for a record of any length. What is left of it is kept for the next one: asking the ring
/// each time would take the line of its count from the log's thread twice a command.
bool ShardExecutor::has_credit(CommandClass urgency, ShedReason& why) {
    const log::RecordClass record_class = class_of(urgency);
    // What reduces risk may take from the reserve, and takes no more from it than it needs.
    const bool ahead = keeps_credit_ && record_class == log::RecordClass::ordinary;
    log::Refusal refusal{};
    if (ring_.refill(credit_, record_class, log::payload_bytes_max,
                     (ahead ? 2 : 1) * log::payload_bytes_max, &refusal))
        return true;
    why = reason_of(refusal);
    return false;
}

/// The command as it is logged. A refused one moves the venue's clock too, and leaves no record:
/// without this a later command would be executed at another time when it is executed again.
const Command& ShardExecutor::in_time(const Command& command) {
    const Envelope& envelope = command.envelope;
    if (envelope.time >= time_ && envelope.shard == settings_.shard) [[likely]] {
        time_ = envelope.time;
        return command;
    }
    command_ = command;
    command_.envelope.time = time_ = std::max(time_, envelope.time);
    command_.envelope.shard = settings_.shard;
    return command_;
}

Executed ShardExecutor::run(const Command& command) {
    log::SerialPoint point{ring_, std::move(credit_)};
    const Executed executed = run(command, point);
    auto rest = point.take_rest();
    credit_ = keeps_credit_ && rest ? *std::move(rest) : ring_.no_credit();
    return executed;
}

Executed ShardExecutor::run(const Command& command, log::SerialPoint& point) {
    venue_.execute(command, outcome_, point);
    if (!is_refused(outcome_)) return record(command, point);
    counters_.count(ShardCounters::refusals);
    // It may rest on what any shard did to the accounts, up to here.
    const log::Lsn behind = ring_.reserved();
    if (!outbox_.push(behind, false, outcome_)) return fail("a refusal is too long for the outbox");
    return {ExecuteStatus::refused, ShedReason::none, behind};
}

Executed ShardExecutor::record(const Command& command, log::SerialPoint& point) {
    point.reserve(outcome_.events.size());  // unless the venue has
    log::LogRing::Reservation& reservation = point.reservation();
    const std::size_t bytes = encode_record(reservation.payload(), command, outcome_);
    if (bytes == 0) {
        // Executed, but not to be logged. Its place stays open: whatever any shard built on it
        // comes behind it in the log, and never becomes durable.
        const std::string lsn = std::to_string(log::number(reservation.lsn()));
        open_place_.emplace(std::move(reservation));
        return fail("the record of LSN " + lsn + " is longer than a record may be");
    }
    last_ = reservation.lsn();
    sum_.add(reservation.payload().first(bytes));
    reservation.commit(command_record_type, bytes);
    ring_.notify();
    counters_.count(ShardCounters::commits);
    counters_.set_applied(last_);
    if (!outbox_.push(last_, true, outcome_)) return fail("an outcome is too long for the outbox");
    return {ExecuteStatus::done, ShedReason::none, last_};
}

void ShardExecutor::go_on() {
    for (std::uint32_t i = 0; i < settings_.continuations_per_turn; ++i)
        if (!venue_.continuation_pending() || stopped() || !continue_once()) return;
}

/// What was begun goes on, so it may use the reserves.
bool ShardExecutor::continue_once() {
    if (!outbox_.has_room(events_most_, levels_most_)) return false;
    ShedReason why{};
    if (!has_credit(CommandClass::control, why)) return false;
    command_.envelope = {.urgency = CommandClass::control,
                         .shard = settings_.shard,
                         .arrived = time_,
                         .time = time_,
                         .deadline = std::nullopt};
    command_.body = Continue{};
    if (run(command_).status != ExecuteStatus::done) return false;
    counters_.count(ShardCounters::continuations);
    return true;
}

/// Without a credit the mark comes later: it tells how many records it is of.
void ShardExecutor::write_mark() {
    auto credit = ring_.take_credit(log::RecordClass::ordinary, mark_bytes);
    if (!credit) return;
    log::LogRing::Reservation reservation = ring_.reserve(*std::move(credit), mark_bytes);
    encode_mark(reservation.payload().first<mark_bytes>(),
                {settings_.shard, sum_, venue_.balance_sum()});
    last_ = reservation.lsn();
    reservation.commit(mark_record_type);
    ring_.notify();
    marked_ = sum_.records;
    counters_.count(ShardCounters::marks);
    counters_.set_applied(last_);
}

/// The other shards stop, too: what they would do next may rest on what is not in the log.
Executed ShardExecutor::fail(std::string fault) {
    stopped_ = true;
    fault_ = std::move(fault);
    ring_.stop();
    return {};
}

Executed ShardExecutor::not_now(ExecuteStatus status, ShedReason why) {
    counters_.count(why);
    return {why == ShedReason::closing ? ExecuteStatus::stopped : status, why, last_};
}

}  // namespace tickweir::txn
