#include "txn/engine/reexecution.hpp"

#include <algorithm>
#include <utility>

#include "txn/engine/shard.hpp"

namespace tickweir::txn {

bool is_refused(const Outcome& outcome) {
    if (outcome.events.size() != 1) return false;
    const EventKind kind = outcome.events.front().kind;
    return kind == EventKind::rejected || kind == EventKind::refused || kind == EventKind::ignored;
}

Reexecution::Reexecution(EngineState& state, HostRecords host)
    : state_{state}, host_{std::move(host)}, executed_(log::payload_bytes_max) {
    outcome_.events.reserve(events_most(state.settings()));
    outcome_.levels.reserve(levels_most(state.settings()));
}

bool Reexecution::apply(const log::RecordView& record, bool compare) {
    if (record.lsn != after(state_.applied()))
        return refuse(record.lsn, "follows LSN " + std::to_string(number(state_.applied())));
    bool good = true;
    if (record.aborted) {
        ++counts_.aborted;
    } else if (record.type == command_record_type) {
        good = apply_command(record, compare);
    } else if (record.type == mark_record_type) {
        good = apply_mark(record);
    } else {
        good = apply_host(record);
    }
    if (good) state_.set_applied(record.lsn);
    return good;
}

Reexecution::Read& Reexecution::read(const log::RecordView& record) {
    Read& own = read_[number(record.lsn) % read_.size()];
    if (own.lsn == record.lsn) return own;
    own.lsn = record.lsn;
    own.fault = decode_command(record.payload, own.decoded);
    return own;
}

void Reexecution::look_ahead(const log::RecordView& record, unsigned step) {
    static_assert(log::RecordsAhead::steps == Venue::look_ahead_steps);
    if (record.aborted || record.type != command_record_type) return;
    const Read& own = read(record);
    const std::uint16_t shard = own.decoded.command.envelope.shard;
    if (own.fault.empty() && shard < state_.shards())
        state_.venue(shard).look_ahead(own.decoded.command, step);
}

bool Reexecution::apply_command(const log::RecordView& record, bool compare) {
    Read& own = read(record);
    own.lsn = {};  // its bytes are the source's
    if (!own.fault.empty()) return refuse(record.lsn, own.fault);
    const DecodedCommand& decoded = own.decoded;
    const std::uint16_t shard = decoded.command.envelope.shard;
    if (shard >= state_.shards()) {
        return refuse(record.lsn, "is of shard " + std::to_string(shard) + " of " +
                                      std::to_string(state_.shards()));
    }
    state_.venue(shard).execute(decoded.command, outcome_);
    if (is_refused(outcome_)) {
        return refuse(record.lsn, "was executed, but is refused now: " +
                                      std::string{to_string(outcome_.events.front().refusal)});
    }
    if (compare) {
        const std::size_t bytes = encode_effects(executed_, decoded.command, outcome_);
        if (!std::ranges::equal(decoded.effects, std::span{executed_}.first(bytes)))
            return differs(record.lsn, decoded);
        ++counts_.compared;
    }
    state_.sum(shard).add(record.payload);
    ++counts_.commands;
    return true;
}

bool Reexecution::apply_mark(const log::RecordView& record) {
    const auto mark = decode_mark(record.payload);
    if (!mark || mark->shard >= state_.shards()) return refuse(record.lsn, "is a mark of no shard");
    const ShardSum& own = state_.sum(mark->shard);
    if (mark->sum != own) {
        const bool same = mark->sum.records == own.records;
        return refuse(record.lsn, "marks " + std::to_string(mark->sum.records) +
                                      " records of shard " + std::to_string(mark->shard) +
                                      (same ? ", whose sum is another one"
                                            : ", but there were " + std::to_string(own.records)));
    }
    if (mark->balances != state_.venue(mark->shard).balance_sum())
        return refuse(record.lsn, "marks other balances of shard " + std::to_string(mark->shard) +
                                      " than there are");
    ++counts_.marks;
    return true;
}

bool Reexecution::apply_host(const log::RecordView& record) {
    if (record.type < first_host_record_type || !host_) {
        return refuse(record.lsn,
                      "is of type " + std::to_string(record.type) + ", which nobody here knows");
    }
    if (const std::string fault = host_(record); !fault.empty()) return refuse(record.lsn, fault);
    ++counts_.host;
    return true;
}

bool Reexecution::differs(log::Lsn lsn, const DecodedCommand& decoded) {
    const std::size_t bytes = encode_effects(executed_, decoded.command, outcome_);
    return refuse(lsn, "does something else when it is executed again: " +
                           first_difference(decoded.command, decoded.effects,
                                            std::span{executed_}.first(bytes)));
}

bool Reexecution::refuse(log::Lsn lsn, const std::string& what) {
    fault_ = "LSN " + std::to_string(number(lsn)) + ' ' + what;
    return false;
}

}  // namespace tickweir::txn
