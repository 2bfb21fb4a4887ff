#include "txn/engine/replayer.hpp"

#include <array>
#include <utility>

#include "txn/engine/checkpoint.hpp"

namespace tickweir::txn {
namespace {

enum Word : std::size_t {
    comparing,
    applied,
    records,
    compared,
    uncompared,
    marks,
    snapshots,
    snapshot_failures,
    snapshot,
    trimmed,
    snapshot_took,
    snapshot_at,
    words,
};

}  // namespace

std::string_view to_string(ReplayerState state) {
    switch (state) {
        case ReplayerState::loading:
            return "loading";
        case ReplayerState::following:
            return "following";
        case ReplayerState::alarmed:
            return "alarmed";
    }
    return "unknown";
}

Replayer::Replayer(VenueSettings settings, std::uint16_t shards, SnapshotPlace place,
                   FollowedLog log, ReplayerOptions options)
    : settings_{std::move(settings)},
      shards_{shards},
      place_{std::move(place)},
      log_{std::move(log)},
      options_{options} {
    static_assert(words == std::tuple_size_v<decltype(words_)>);
    publish();
}

bool Replayer::turn(book::TimeNs now) {
    if (now_.state == ReplayerState::alarmed) return false;
    if (now_.state == ReplayerState::loading) {
        load();
        since_ = now;
        publish();
        return true;
    }
    const bool worked = follow();
    const bool wrote =
        now_.state == ReplayerState::following && snapshot_due(now) && snapshot_now(now);
    publish();
    return worked || wrote;
}

void Replayer::load() {
    FoundState found =
        newest_state(*place_.files, place_.data, place_.id, settings_, shards_, std::nullopt);
    state_ = std::move(found.state);
    if (options_.orders_ready) state_->populate(*options_.orders_ready);
    reexecution_ = std::make_unique<Reexecution>(*state_, pass_over);
    now_.snapshot = now_.applied = state_->applied();
    now_.state = ReplayerState::following;
}

// ------------------------------------------------------------------------------------- following

bool Replayer::follow() {
    const log::Lsn durable = log_.durable->load();
    if (durable <= state_->applied()) return false;
    if (source_ == nullptr) source_ = log_.read_from(after(state_->applied()));
    source_->extend(durable);
    choose_comparing(durable);
    const auto look_ahead = [this](const log::RecordView& later, unsigned step) {
        reexecution_->look_ahead(later, step);
    };
    for (std::uint32_t i = 0; i < options_.records_per_turn; ++i) {
        log::RecordView record;
        switch (ahead_.next(*source_, record, look_ahead)) {
            case log::ReadOutcome::record:
                if (!apply(record)) return true;
                break;
            case log::ReadOutcome::end:
                return i != 0;
            case log::ReadOutcome::torn_tail:
            case log::ReadOutcome::corrupt:
                return raise("the log cannot be read behind LSN " +
                             std::to_string(number(state_->applied())) + ": " +
                             log::to_string(source_->finding()));
        }
    }
    return true;
}

bool Replayer::apply(const log::RecordView& record) {
    const std::uint64_t commands = reexecution_->counts().commands;
    if (!reexecution_->apply(record, now_.comparing)) {
        const std::string file = log_.file_of ? log_.file_of(record.lsn) : std::string{};
        raise(reexecution_->fault() + (file.empty() ? "" : " (in " + file + ')'));
        return false;
    }
    bytes_ += log::encoded_bytes(record.payload.size());
    const ReexecutionCounts& counts = reexecution_->counts();
    ++now_.records;
    now_.applied = record.lsn;
    now_.compared = counts.compared;
    now_.marks = counts.marks;
    if (!now_.comparing) now_.uncompared += counts.commands - commands;
    return true;
}

/// How many bytes it is behind follows from how long records were so far.
void Replayer::choose_comparing(log::Lsn durable) {
    const std::uint64_t behind = number(durable) - number(state_->applied());
    const std::uint64_t mean =
        now_.records == 0 ? sizeof(log::RecordHeader) : bytes_ / now_.records;
    const std::uint64_t most = options_.compare_within_bytes;
    if (most == 0) return;
    now_.comparing = behind * mean <= (now_.comparing ? most : most / 2);
}

bool Replayer::raise(std::string what) {
    alarm_ = std::move(what);
    now_.state = ReplayerState::alarmed;
    source_.reset();
    publish();
    return true;
}

// ------------------------------------------------------------------------------------- snapshots

bool Replayer::snapshot_due(book::TimeNs now) const {
    if (now_.applied == now_.snapshot || !now_.comparing) return false;
    if (not_before_ && now < *not_before_) return false;
    const std::uint64_t bytes = bytes_ - snapshot_bytes_;
    const bool wanted =
        log_.trim_wanted && log_.trim_wanted() && bytes >= options_.snapshot_log_bytes / 8;
    return wanted || now - since_ >= options_.snapshot_every ||
           bytes >= options_.snapshot_log_bytes;
}

bool Replayer::snapshot_now(book::TimeNs now) {
    if (now_.state != ReplayerState::following || !now_.comparing) return false;
    if (now_.applied == now_.snapshot) return true;
    const auto begin = std::chrono::steady_clock::now();
    const std::string fault =
        write_state(*place_.files, place_.data, place_.id, place_.term, *state_, now);
    now_.snapshot_took = std::chrono::steady_clock::now() - begin;
    if (!fault.empty()) {
        ++now_.snapshot_failures;
        not_before_ = now + options_.retry_after;
        publish();
        return false;
    }
    ++now_.snapshots;
    now_.snapshot = now_.applied;
    now_.snapshot_at = since_ = now;
    snapshot_bytes_ = bytes_;
    not_before_.reset();
    trim_behind_snapshots();
    publish();
    return true;
}

/// The log is kept from behind the older of the two snapshots that are kept.
void Replayer::trim_behind_snapshots() {
    std::string fault;
    const log::Lsn older =
        retire_states(*place_.files, place_.data, place_.id, now_.snapshot, fault);
    if (!fault.empty()) ++now_.snapshot_failures;
    if (older == log::Lsn{} || !log_.trim) return;
    log_.trim(after(older));
    now_.trimmed = older;
}

// ------------------------------------------------------------------------------------- for others

void Replayer::publish() {
    const auto set = [this](Word word, std::uint64_t value) {
        words_[word].store(value, std::memory_order_relaxed);
    };
    set(comparing, now_.comparing ? 1 : 0);
    set(applied, number(now_.applied));
    set(records, now_.records);
    set(compared, now_.compared);
    set(uncompared, now_.uncompared);
    set(marks, now_.marks);
    set(snapshots, now_.snapshots);
    set(snapshot_failures, now_.snapshot_failures);
    set(snapshot, number(now_.snapshot));
    set(trimmed, number(now_.trimmed));
    set(snapshot_took, static_cast<std::uint64_t>(now_.snapshot_took.count()));
    set(snapshot_at, static_cast<std::uint64_t>(now_.snapshot_at.time_since_epoch().count()));
    // Release: the alarm's text is there.
    state_word_.store(now_.state, std::memory_order_release);
}

ReplayerStatus Replayer::status() const {
    const auto get = [this](Word word) { return words_[word].load(std::memory_order_relaxed); };
    ReplayerStatus status;
    status.state = state_word_.load(std::memory_order_acquire);
    status.comparing = get(comparing) != 0;
    status.applied = log::Lsn{get(applied)};
    status.records = get(records);
    status.compared = get(compared);
    status.uncompared = get(uncompared);
    status.marks = get(marks);
    status.snapshots = get(snapshots);
    status.snapshot_failures = get(snapshot_failures);
    status.snapshot = log::Lsn{get(snapshot)};
    status.trimmed = log::Lsn{get(trimmed)};
    status.snapshot_took = std::chrono::nanoseconds{static_cast<std::int64_t>(get(snapshot_took))};
    status.snapshot_at =
        book::TimeNs{std::chrono::nanoseconds{static_cast<std::int64_t>(get(snapshot_at))}};
    return status;
}

std::string Replayer::alarm() const {
    const bool alarmed = state_word_.load(std::memory_order_acquire) == ReplayerState::alarmed;
    return alarmed ? alarm_ : std::string{};
}

}  // namespace tickweir::txn
