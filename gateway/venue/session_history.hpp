// What a venue's log, and the copy beside it, tell of FIX sessions when the venue opens: blocks of
// outbound numbers, and the last logged request of each. From it follows what sessions go on with.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "gateway/fix/number_reserve.hpp"
#include "gateway/venue/stored_sessions.hpp"
#include "txn/io/files.hpp"
#include "txn/log/format.hpp"
#include "txn/record/command_record.hpp"
#include "txn/venue/settings.hpp"

namespace tickweir::gateway {

/// Of which log. All of it has been recovered, and nobody writes it.
struct RecoveredLog {
    std::string data;
    txn::log::LogId id;
    txn::log::Lsn snapshot{};  ///< that recovery began with: what is behind it was read then
    txn::log::Lsn last{};
};

/// One thread's.
class SessionHistory {
public:
    /// `stored` outlives it.
    SessionHistory(const std::vector<fix::StoredSession>& stored,
                   const txn::VenueSettings& settings);

    void take(std::string_view name, const fix::NumberBlock& block);
    /// What is wrong with it, or an empty text. Other types are passed over.
    [[nodiscard]] std::string take(const txn::log::RecordView& record);

    /// Of sessions whose files were not closed only what the whole log was read for is right.
    std::vector<fix::ResumedSession> resumed() const;
    /// By venue session: what each and all who get copies of its reports have been told.
    std::vector<fix::ReportPlace> told(const std::vector<fix::ResumedSession>& resumed) const;
    /// The newest of each name, sessions that are not configured any more included.
    const SessionBlocks& blocks() const { return blocks_; }

private:
    struct Row {
        book::TimeNs numbering;  // the newest; requests that arrived later are of it
        std::uint64_t inbound = 0;
        bool has_asked = false;  // for anything, under whatever numbering
    };

    const std::vector<fix::StoredSession>& stored_;
    SessionBlocks blocks_;
    std::vector<Row> rows_;                                     // by stored session
    std::vector<std::optional<std::size_t>> by_venue_session_;  // place in rows_
    txn::DecodedCommand decoded_;
};

struct ReadHistory {
    std::vector<fix::ResumedSession> resumed;  ///< as the stored sessions are
    std::vector<fix::ReportPlace> told;        ///< by venue session, for ReportsAgain
    SessionBlocks blocks;
    txn::log::Lsn first{};      ///< before it the log cannot be read; 0: it can
    std::uint64_t records = 0;  ///< read of the log
    std::string note;           ///< for the log: what was not as it should be; or empty
    std::string fault;          ///< the log cannot be read: nothing else is set
};

/// What of the log lies before the snapshot and cannot be read is passed over, with a note.
/// Reads the copy and, where files were not closed, all that is kept of the log; else only what is
/// behind the last report that anybody has. `look` is called every few thousand records, and may
/// throw.
ReadHistory read_history(txn::io::Files& files, const RecoveredLog& log,
                         const std::vector<fix::StoredSession>& stored,
                         const txn::VenueSettings& settings, const std::function<void()>& look);

}  // namespace tickweir::gateway
