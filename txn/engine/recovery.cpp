#include "txn/engine/recovery.hpp"

#include <chrono>
#include <optional>
#include <utility>

#include "txn/engine/checkpoint.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::txn {
namespace {

constexpr std::uint64_t progress_every = 16'384;

/// Applies records and tells how far it is.
class Applier {
public:
    Applier(EngineState& state, const HostRecords& host, const Progress& progress)
        : reexecution_{state, host},
          state_{state},
          progress_{progress},
          snapshot_{state.applied()} {
        tell();
    }

    bool apply(const log::RecordView& record) {
        if (!reexecution_.apply(record)) return false;
        if (++records_ % progress_every == 0) tell();
        return true;
    }
    void look_ahead(const log::RecordView& record, unsigned step) {
        reexecution_.look_ahead(record, step);
    }
    void tell() const {
        if (progress_) progress_({snapshot_, state_.applied(), records_});
    }
    const Reexecution& reexecution() const { return reexecution_; }

private:
    Reexecution reexecution_;
    const EngineState& state_;
    const Progress& progress_;
    log::Lsn snapshot_;
    std::uint64_t records_ = 0;
};

/// Why a log was not opened.
std::string refusal_of(const EngineRecovery& report, const std::string& fault) {
    const std::string found = log::to_string(report.log.finding);
    return fault.empty() ? found : fault + " (" + found + ')';
}

}  // namespace

RecoveredVenue recover(io::Files& files, const std::string& data, const log::LogId& id,
                       const VenueSettings& settings, std::uint16_t shards,
                       const log::LogOptions& options, log::LogListener* listener,
                       const HostRecords& host, const Progress& progress, EngineRecovery& report) {
    const auto begin = std::chrono::steady_clock::now();
    report = {};
    FoundState found = newest_state(files, data, id, settings, shards, std::nullopt);
    report.bad_snapshots = std::move(found.bad);
    report.snapshot = found.state->applied();
    report.snapshot_file = found.file;

    Applier applier{*found.state, host, progress};
    RecoveredVenue recovered;
    recovered.log = log::Log::open(
        files, log::log_directory(data), id,
        {.next = after(report.snapshot), .known_durable = report.snapshot, .term = 0}, options,
        {.apply = [&applier](const log::RecordView& record) { return applier.apply(record); },
         .look_ahead = [&applier](const log::RecordView& record,
                                  unsigned step) { applier.look_ahead(record, step); }},
        listener, report.log);
    report.applied = applier.reexecution().counts();
    report.took = std::chrono::steady_clock::now() - begin;
    if (recovered.log == nullptr) {
        report.refused = refusal_of(report, applier.reexecution().fault());
        return {};
    }
    applier.tell();
    recovered.state = std::move(found.state);
    return recovered;
}

std::unique_ptr<EngineState> state_at(io::Files& files, const std::string& data,
                                      const log::LogId& id, const VenueSettings& settings,
                                      std::uint16_t shards, log::Lsn lsn, std::string& fault) {
    FoundState found = newest_state(files, data, id, settings, shards, lsn);
    log::LogReader reader{files, log::log_directory(data), id,
                          log::ReadOptions{.from = after(found.state->applied()),
                                           .known_durable = found.state->applied(),
                                           .up_to = std::nullopt}};
    Reexecution reexecution{*found.state, pass_over};
    log::RecordView record;
    while (found.state->applied() < lsn) {
        const log::ReadOutcome outcome = reader.next(record);
        if (outcome == log::ReadOutcome::record) {
            if (reexecution.apply(record)) continue;
            fault = reexecution.fault();
        } else {
            const bool over = outcome == log::ReadOutcome::end;
            fault = over ? "the log ends at LSN " + std::to_string(number(found.state->applied()))
                         : log::to_string(reader.finding());
        }
        return nullptr;
    }
    return std::move(found.state);
}

}  // namespace tickweir::txn
