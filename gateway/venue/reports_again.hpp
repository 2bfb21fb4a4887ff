// What sessions may not have been told: the events of a log behind what each of them has, read
// once, while the venue opens, in the order in which they happened. Nothing else remembers them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "gateway/fix/report_place.hpp"
#include "gateway/venue/venue_link.hpp"
#include "txn/io/files.hpp"
#include "txn/log/format.hpp"
#include "txn/log/record_source.hpp"
#include "txn/record/command_record.hpp"

namespace tickweir::gateway {

/// What is read of which log. All of it has been recovered.
struct ReportsAgainOptions {
    std::string data;  ///< the data directory
    txn::log::LogId id;
    txn::log::Lsn first{};  ///< nothing before it is read; 0: from the oldest record there is
    txn::log::Lsn last{};   ///< of the log, when it was recovered
    /// What each venue session has been told, by txn::SessionId; `fix::all_told` and sessions
    /// beyond the list: all of it. Who hears of another's orders counts as that one: the least of
    /// them.
    std::vector<fix::ReportPlace> told;
    std::size_t records_per_step = 1024;
    /// Called once, when nothing is read any more; may be empty.
    std::function<void()> done;
};

/// The oldest record that is kept of a log.
txn::log::Lsn oldest_record(txn::io::Files& files, const std::string& data,
                            const txn::log::LogId& id);

/// One thread's. Reads files while it is asked; memory for one record's events. `files` outlives
/// it.
class ReportsAgain {
public:
    enum class Step : std::uint8_t {
        report,  ///< `report` is set: kind `again`
        going,   ///< nothing yet: enough was read for one call
        over,    ///< there is no more
        failed,  ///< the log cannot be read: fault(); sessions may miss reports for good
    };

    ReportsAgain(txn::io::Files& files, ReportsAgainOptions options);
    ReportsAgain(const ReportsAgain&) = delete;
    ReportsAgain& operator=(const ReportsAgain&) = delete;
    ~ReportsAgain();

    /// The next one. Reads at most `records_per_step` records.
    [[nodiscard]] Step next(VenueReport& report);

    const std::string& fault() const { return fault_; }
    std::uint64_t records() const { return records_; }  ///< read so far
    std::uint64_t reports() const { return reports_; }  ///< given so far

private:
    bool take_record(const txn::log::RecordView& record);
    bool is_missing(const txn::Event& event, fix::ReportPlace at) const;
    Step fail(std::string what);
    void finish();

    ReportsAgainOptions options_;
    std::unique_ptr<txn::log::RecordSource> source_;  // none: there is nothing to read, or no more
    txn::DecodedCommand decoded_;
    std::vector<txn::Event> events_;  // of the last record
    txn::log::Lsn lsn_{};             // its
    std::size_t next_event_ = 0;
    std::string fault_;
    std::uint64_t records_ = 0;
    std::uint64_t reports_ = 0;
};

}  // namespace tickweir::gateway
