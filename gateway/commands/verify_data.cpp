#include "gateway/commands/verify_data.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "gateway/venue/lock_holder.hpp"
#include "gateway/venue/venue_settings.hpp"
#include "txn/engine/checkpoint.hpp"
#include "txn/engine/record_place.hpp"
#include "txn/engine/recovery.hpp"
#include "txn/engine/state_text.hpp"
#include "txn/io/aligned_buffer.hpp"
#include "txn/log/segment_files.hpp"
#include "txn/snapshot/snapshot_files.hpp"

namespace tickweir::gateway {
namespace {

namespace log = txn::log;
namespace io = txn::io;
using Time = std::filesystem::file_time_type;

constexpr std::uint64_t progress_every = 16'384;

/// When anything in a data directory was written last, as far as the system tells.
Time last_write(const std::string& data) {
    Time latest = Time::min();
    std::error_code error;
    std::filesystem::recursive_directory_iterator at{data, error};
    for (; !error && at != std::filesystem::recursive_directory_iterator{}; at.increment(error)) {
        std::error_code untold;
        const Time time = std::filesystem::last_write_time(*at, untold);
        if (!untold) latest = std::max(latest, time);
    }
    return latest;
}

std::string in_use(const std::string& data) {
    return data + " is in use by " + lock_holder(data) + ": stop it first";
}

/// Why a directory cannot be checked; empty: it can, and is whose `identity` says. Its lock is only
/// looked at: whoever starts meanwhile is not to be kept out.
std::string look_at(io::Files& files, const std::string& data, log::Identity& identity,
                    std::vector<std::string>& problems) {
    log::DataDirectory directory = log::open_data_directory(files, data);
    directory.lock.reset();
    switch (directory.state) {
        case log::DirectoryState::ours:
            identity = directory.identity;
            return {};
        case log::DirectoryState::empty:
            return data + " is empty or not there";
        case log::DirectoryState::in_use:
            return in_use(data);
        case log::DirectoryState::damaged:
            problems.push_back(directory.what);
            return {};
        case log::DirectoryState::foreign:
        case log::DirectoryState::newer_version:
        case log::DirectoryState::unreadable:
            return directory.what;
    }
    return {};
}

/// The settings to execute with; without any, `fault` where something is wrong with them, and
/// `usage` if it is the configuration.
struct ChosenSettings {
    std::optional<StoredSettings> settings;
    std::string fault;
    bool usage = false;
};

ChosenSettings choose_settings(io::Files& files, const std::string& data,
                               const log::Identity& identity, const Config* config) {
    ReadSettings stored = read_settings(files, data);
    ChosenSettings chosen{std::move(stored.settings), std::move(stored.fault)};
    if (config != nullptr) {
        auto plan = plan_settings(chosen.settings ? &*chosen.settings : nullptr, *config);
        chosen.settings = std::move(plan.settings);
        chosen.fault = plan.faults.empty() ? std::string{} : plan.faults.front();
        chosen.usage = true;
    }
    if (!chosen.settings || !chosen.fault.empty()) return {{}, chosen.fault, chosen.usage};
    chosen.settings->venue.log_number = identity.log_number;
    const std::string fault = txn::fault_of(chosen.settings->venue);
    if (!fault.empty()) return {{}, settings_path(data) + ": " + fault, chosen.usage};
    return chosen;
}

class Verifier {
public:
    Verifier(io::Files& files, const std::string& data, const Config* config,
             const VerifyProgress& progress)
        : files_{files}, data_{data}, config_{config}, progress_{progress} {
        report_.data = data;
    }

    VerifyReport run() {
        const Time before = last_write(data_);
        report_.refused = look_at(files_, data_, report_.identity, report_.problems);
        if (report_.refused.empty() && report_.problems.empty()) {
            check_snapshots();
            load();
            if (report_.refused.empty()) check_log();
            check_end();
        }
        if (report_.refused.empty()) look_again(before);
        report_.verdict = !report_.refused.empty()   ? Verdict::refused
                          : report_.problems.empty() ? Verdict::sound
                                                     : Verdict::damaged;
        return std::move(report_);
    }

private:
    void check_snapshots();
    void check_snapshot(log::Lsn lsn);
    void load();
    void check_log();
    void read_records();
    void count(const log::RecordView& record);
    void execute(const log::RecordView& record);
    void check_end();
    void list_segments(const log::LogEnd& end);
    void look_again(Time before);
    std::uint64_t size_of(const std::string& path);

    io::Files& files_;
    const std::string& data_;
    const Config* config_;
    const VerifyProgress& progress_;
    VerifyReport report_;
    log::Lsn newest_good_{};
    std::unique_ptr<txn::EngineState> state_;
    std::unique_ptr<txn::Reexecution> reexecution_;
};

std::uint64_t Verifier::size_of(const std::string& path) {
    const auto file = files_.open(path, {.mode = io::OpenMode::read});
    const auto size = file ? (*file)->size() : io::Result<std::uint64_t>{file.error()};
    return size ? *size : 0;
}

// ------------------------------------------------------------------------------------- snapshots

void Verifier::check_snapshots() {
    const auto listed = txn::snapshot::list_snapshots(files_, data_);
    if (!listed) {
        report_.problems.push_back(io::to_string(listed.error()));
        return;
    }
    for (const log::Lsn lsn : listed->snapshots)
        check_snapshot(lsn);
}

void Verifier::check_snapshot(log::Lsn lsn) {
    VerifiedSnapshot found;
    found.path = txn::snapshot::snapshot_path(data_, lsn);
    found.lsn = lsn;
    found.bytes = size_of(found.path);
    const auto verified = txn::snapshot::verify_snapshot(files_, found.path, report_.identity.id);
    if (verified.snapshot) {
        newest_good_ = lsn;
        found.time = verified.snapshot->header.time;
        found.state_hash = hash_text(verified.snapshot->header.state_hash);
    } else {
        found.wrong = log::to_string(verified.finding);
        report_.problems.push_back(found.wrong);
    }
    report_.snapshots.push_back(std::move(found));
}

/// The newest state that a snapshot has, to go on from; or why the log is not executed.
void Verifier::load() {
    ChosenSettings chosen = choose_settings(files_, data_, report_.identity, config_);
    if (!chosen.settings) {
        report_.not_executed = chosen.fault.empty() ? "no settings lie in " + data_ : chosen.fault;
        if (chosen.usage)
            report_.refused = chosen.fault;
        else if (!chosen.fault.empty())
            report_.problems.push_back(chosen.fault);
        return;
    }
    txn::FoundState found =
        txn::newest_state(files_, data_, report_.identity.id, chosen.settings->venue,
                          chosen.settings->shards, std::nullopt);
    // A file that is whole and yet no state of these settings; damaged ones have been told.
    for (const std::string& bad : found.bad)
        if (std::ranges::none_of(report_.snapshots, [&bad](const VerifiedSnapshot& one) {
                return !one.wrong.empty() && bad.starts_with(one.path);
            }))
            (chosen.usage ? report_.refused : report_.problems.emplace_back()) = bad;
    state_ = std::move(found.state);
    reexecution_ = std::make_unique<txn::Reexecution>(*state_, txn::pass_over);
    report_.execution.emplace();
    report_.execution->snapshot = state_->applied();
}

// ------------------------------------------------------------------------------------------- log

void Verifier::check_log() {
    read_records();
    VerifiedLog& found = report_.log;
    if (found.outcome == log::ReadOutcome::corrupt)
        report_.problems.push_back(log::to_string(found.finding));
}

void Verifier::read_records() {
    VerifiedLog& found = report_.log;
    log::LogReader reader{
        files_, log::log_directory(data_), report_.identity.id,
        log::ReadOptions{.from = {}, .known_durable = newest_good_, .up_to = std::nullopt}};
    log::RecordView record;
    while ((found.outcome = reader.next(record)) == log::ReadOutcome::record) {
        count(record);
        execute(record);
        if (progress_ && reader.counts().records % progress_every == 0)
            progress_(reader.counts().records);
    }
    found.finding = reader.finding();
    found.torn = reader.torn();
    found.first = reader.first();
    found.last = before(reader.end().next);
    found.durable = reader.end().durable;
    found.term = reader.end().term;
    found.counts = reader.counts();
    list_segments(reader.end());
}

void Verifier::count(const log::RecordView& record) {
    VerifiedLog& found = report_.log;
    if (record.aborted) return;  // the reader counts those
    if (record.type == txn::command_record_type)
        ++found.commands;
    else if (record.type == txn::mark_record_type)
        ++found.marks;
    else if (record.type >= txn::first_host_record_type)
        ++found.host;
    else
        ++found.unknown[record.type];
}

void Verifier::execute(const log::RecordView& record) {
    if (reexecution_ == nullptr || record.lsn <= state_->applied()) return;
    VerifiedExecution& execution = *report_.execution;
    if (reexecution_->apply(record)) {
        execution.last = record.lsn;
        execution.counts = reexecution_->counts();
        return;
    }
    const std::string file =
        txn::segment_holding(files_, log::log_directory(data_), report_.identity.id, record.lsn);
    report_.problems.push_back(reexecution_->fault() + (file.empty() ? "" : " (in " + file + ')'));
    reexecution_.reset();
}

/// Segments up to the log's end hold it; those behind it are made ahead.
void Verifier::list_segments(const log::LogEnd& end) {
    const std::string directory = log::log_directory(data_);
    const auto listed = log::list_segments(files_, directory);
    if (!listed) return;  // the reader has told
    io::AlignedBuffer block{log::block_bytes};
    for (const std::uint64_t segment : listed->segments) {
        VerifiedSegment found{log::segment_path(directory, segment), {}, 0};
        log::SegmentHeader header{};
        const auto file = log::open_direct(files_, found.path, io::OpenMode::read);
        const auto read =
            file ? (*file)->read_at(0, block.bytes()) : io::Result<std::size_t>{file.error()};
        const bool headed =
            read && *read == log::block_bytes &&
            log::get_segment_header(block.bytes(), log::seed_of(report_.identity.id), header) ==
                log::Fault::none;
        if (!headed && segment >= end.segment) {
            ++report_.log.spare;
            continue;
        }
        found.first = log::Lsn{header.first_lsn};
        found.bytes = size_of(found.path);
        report_.log.segments.push_back(std::move(found));
    }
}

// ------------------------------------------------------------------------------------ conclusion

void Verifier::check_end() {
    if (!report_.execution || reexecution_ == nullptr || !report_.refused.empty()) return;
    VerifiedExecution& execution = *report_.execution;
    execution.last = state_->applied();
    if (report_.log.outcome == log::ReadOutcome::corrupt) return;
    if (state_->applied() < report_.log.last) {
        report_.problems.push_back(log::log_directory(data_) + ": the log begins at LSN " +
                                   std::to_string(number(report_.log.first)) +
                                   ", and no snapshot of the records before " + "it can be used");
        return;
    }
    execution.state_hash = hash_text(state_->hash());
}

/// A directory that is written to meanwhile looks damaged, and is not.
void Verifier::look_again(Time before) {
    auto lock = files_.lock_directory(data_);
    if (!lock && lock.error().kind == io::IoErrorKind::in_use) {
        report_.refused = in_use(data_);
    } else if (last_write(data_) != before) {
        report_.refused = data_ + " was written to while it was read: try again";
    }
}

}  // namespace

VerifyReport verify_data(io::Files& files, const std::string& data, const Config* config,
                         const VerifyProgress& progress) {
    return Verifier{files, data, config, progress}.run();
}

std::optional<std::string> dump_state(io::Files& files, const std::string& data,
                                      const Config* config, log::Lsn lsn, std::string& fault) {
    log::Identity identity{};
    std::vector<std::string> problems;
    fault = look_at(files, data, identity, problems);
    if (!problems.empty()) fault = problems.front();
    if (!fault.empty()) return std::nullopt;
    const ChosenSettings chosen = choose_settings(files, data, identity, config);
    if (!chosen.settings) {
        fault = chosen.fault.empty() ? "no settings lie in " + data : chosen.fault;
        return std::nullopt;
    }
    const auto state = txn::state_at(files, data, identity.id, chosen.settings->venue,
                                     chosen.settings->shards, lsn, fault);
    if (state == nullptr) return std::nullopt;
    return txn::state_text(*state);
}

}  // namespace tickweir::gateway
