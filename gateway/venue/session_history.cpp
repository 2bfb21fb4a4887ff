#include "gateway/venue/session_history.hpp"

#include <algorithm>
#include <utility>

#include "gateway/venue/reports_again.hpp"
#include "gateway/venue/session_record.hpp"
#include "txn/log/data_directory.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::gateway {
namespace {

constexpr std::uint64_t look_every = 4'096;  // records

/// The last report that anybody has: in files that were closed all before it are kept, for reports
/// are given to sessions in one order.
fix::ReportPlace last_told(const std::vector<fix::StoredSession>& stored) {
    fix::ReportPlace last;
    for (const fix::StoredSession& session : stored)
        last = std::max(last, session.told.value_or(fix::ReportPlace{}));
    return last;
}

bool all_closed(const std::vector<fix::StoredSession>& stored) {
    return std::ranges::none_of(
        stored, [](const fix::StoredSession& session) { return session.crashed || session.lost; });
}

}  // namespace

SessionHistory::SessionHistory(const std::vector<fix::StoredSession>& stored,
                               const txn::VenueSettings& settings)
    : stored_{stored}, by_venue_session_(settings.sessions.size()) {
    for (std::size_t i = 0; i < stored.size(); ++i) {
        const bool has_numbers = !stored[i].created && !stored[i].lost;
        rows_.push_back({has_numbers ? stored[i].numbering : book::TimeNs::min()});
        const auto found =
            std::ranges::find(settings.sessions, stored[i].name, &txn::SessionSettings::name);
        if (found != settings.sessions.end())
            by_venue_session_[static_cast<std::size_t>(found - settings.sessions.begin())] = i;
    }
}

void SessionHistory::take(std::string_view name, const fix::NumberBlock& block) {
    add_newer(blocks_, name, block);
    const auto found = std::ranges::find(stored_, name, &fix::StoredSession::name);
    if (found == stored_.end()) return;
    Row& row = rows_[static_cast<std::size_t>(found - stored_.begin())];
    if (block.numbering > row.numbering) row = {block.numbering, 0, row.has_asked};
}

std::string SessionHistory::take(const txn::log::RecordView& record) {
    if (record.aborted) return {};
    if (record.type == session_record_type) {
        SessionRecord decoded;
        std::string fault = decode_session_record(record.payload, decoded);
        if (fault.empty()) take(decoded.name, decoded.block);
        return fault;
    }
    if (record.type != txn::command_record_type) return {};
    if (std::string fault = txn::decode_command(record.payload, decoded_); !fault.empty())
        return fault;
    const txn::Envelope& envelope = decoded_.command.envelope;
    const auto session = static_cast<std::size_t>(envelope.session);
    if (envelope.session == txn::operator_session || session >= by_venue_session_.size() ||
        !by_venue_session_[session])
        return {};
    Row& row = rows_[*by_venue_session_[session]];
    row.has_asked = true;
    // What arrived in the moment in which numbers began anew may be of either numbering.
    if (envelope.arrived > row.numbering) row.inbound = std::max(row.inbound, envelope.sequence);
    return {};
}

std::vector<fix::ResumedSession> SessionHistory::resumed() const {
    const fix::ReportPlace all_kept = last_told(stored_);
    std::vector<fix::ResumedSession> resumed;
    for (std::size_t i = 0; i < stored_.size(); ++i) {
        const auto block = blocks_.find(stored_[i].name);
        std::optional<fix::LoggedSession> logged;
        if (block != blocks_.end())
            logged = {block->second, rows_[i].inbound};
        else if (rows_[i].has_asked)
            // It ended before the numbers of the first answers were reserved: none of them has
            // left.
            logged = {{stored_[i].numbering, stored_[i].next_outbound, {}}, rows_[i].inbound};
        resumed.push_back(resume(stored_[i], logged, all_kept));
    }
    return resumed;
}

std::vector<fix::ReportPlace> SessionHistory::told(
    const std::vector<fix::ResumedSession>& resumed) const {
    std::vector<fix::ReportPlace> told(by_venue_session_.size(), fix::all_told);
    for (std::size_t session = 0; session < told.size(); ++session) {
        const auto own = by_venue_session_[session];
        if (!own) continue;
        told[session] = resumed[*own].told;
        for (std::size_t i = 0; i < stored_.size(); ++i)
            if (std::ranges::find(stored_[i].copies_of, stored_[*own].name) !=
                stored_[i].copies_of.end())
                told[session] = std::min(told[session], resumed[i].told);
    }
    return told;
}

// ------------------------------------------------------------------------------------ reading

namespace {

/// From where the log has to be read.
txn::log::Lsn first_needed(txn::io::Files& files, const RecoveredLog& log,
                           const std::vector<fix::StoredSession>& stored, bool copy_is_whole) {
    if (!copy_is_whole || !all_closed(stored)) return {};
    const txn::log::Lsn oldest = oldest_record(files, log.data, log.id);
    return std::max(txn::log::Lsn{last_told(stored).lsn}, oldest);
}

/// What is wrong with the log, or an empty text.
std::string read_log(txn::io::Files& files, const RecoveredLog& log, txn::log::Lsn from,
                     SessionHistory& history, std::uint64_t& records,
                     const std::function<void()>& look) {
    if (from > log.last) return {};
    txn::log::LogReader reader{
        files, txn::log::log_directory(log.data), log.id,
        txn::log::ReadOptions{.from = from, .known_durable = {}, .up_to = log.last}};
    txn::log::RecordView record;
    txn::log::ReadOutcome outcome{};
    while ((outcome = reader.next(record)) == txn::log::ReadOutcome::record) {
        if (const std::string fault = history.take(record); !fault.empty())
            return "LSN " + std::to_string(number(record.lsn)) + ": " + fault;
        if (++records % look_every == 0 && look) look();
    }
    return outcome == txn::log::ReadOutcome::end ? std::string{}
                                                 : txn::log::to_string(reader.finding());
}

}  // namespace

ReadHistory read_history(txn::io::Files& files, const RecoveredLog& log,
                         const std::vector<fix::StoredSession>& stored,
                         const txn::VenueSettings& settings, const std::function<void()>& look) {
    const ReadBlocks copy = read_blocks(files, log.data);
    ReadHistory read;
    read.note = copy.fault;
    txn::log::Lsn from = first_needed(files, log, stored, copy.whole);
    for (;;) {
        SessionHistory history{stored, settings};
        for (const auto& [name, block] : copy.blocks)
            history.take(name, block);
        read.fault = read_log(files, log, from, history, read.records, look);
        if (read.fault.empty()) {
            read.resumed = history.resumed();
            read.told = history.told(read.resumed);
            read.blocks = history.blocks();
            return read;
        }
        if (from > log.snapshot) return read;
        // Recovery has read what is behind the snapshot.
        from = read.first = after(log.snapshot);
        read.note += (read.note.empty() ? "" : "; ") + read.fault +
                     ": what sessions were told before LSN " + std::to_string(number(from)) +
                     " is not known";
    }
}

}  // namespace tickweir::gateway
