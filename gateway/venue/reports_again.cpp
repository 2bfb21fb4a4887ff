#include "gateway/venue/reports_again.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "txn/log/data_directory.hpp"
#include "txn/log/log_reader.hpp"

namespace tickweir::gateway {
namespace {

namespace log = txn::log;

/// Whether a session is told of events of this kind.
bool is_reported(txn::EventKind kind) {
    switch (kind) {
        case txn::EventKind::accepted:
        case txn::EventKind::filled:
        case txn::EventKind::cancelled:
        case txn::EventKind::expired:
        case txn::EventKind::replaced:
        case txn::EventKind::triggered:
        case txn::EventKind::mass_cancelled:
        case txn::EventKind::busted:
        case txn::EventKind::corrected:
            return true;
        case txn::EventKind::rejected:
        case txn::EventKind::refused:
        case txn::EventKind::ignored:
        case txn::EventKind::balance:
        case txn::EventKind::state:
        case txn::EventKind::day_ended:
            return false;
    }
    return false;
}

}  // namespace

log::Lsn oldest_record(txn::io::Files& files, const std::string& data, const log::LogId& id) {
    log::LogReader reader{files, log::log_directory(data), id,
                          log::ReadOptions{.from = {}, .known_durable = {}, .up_to = std::nullopt}};
    log::RecordView record;
    (void)reader.next(record);
    return reader.first();
}

ReportsAgain::ReportsAgain(txn::io::Files& files, ReportsAgainOptions options)
    : options_{std::move(options)} {
    const auto least = std::ranges::min_element(options_.told);
    if (least == options_.told.end() || least->lsn > number(options_.last)) {
        finish();
        return;
    }
    const log::Lsn oldest =
        std::max(options_.first, oldest_record(files, options_.data, options_.id));
    source_ = std::make_unique<log::LogReader>(
        files, log::log_directory(options_.data), options_.id,
        log::ReadOptions{.from = std::max(log::Lsn{least->lsn}, oldest),
                         .known_durable = {},
                         .up_to = options_.last});
}

ReportsAgain::~ReportsAgain() {
    finish();
}

/// Nothing is read any more: the log may be given up behind its snapshots again.
void ReportsAgain::finish() {
    source_.reset();
    if (const auto done = std::exchange(options_.done, nullptr)) done();
}

ReportsAgain::Step ReportsAgain::next(VenueReport& report) {
    for (std::size_t read = 0;;) {
        for (; next_event_ < events_.size(); ++next_event_) {
            const fix::ReportPlace at{number(lsn_), static_cast<std::uint32_t>(next_event_ + 1)};
            if (!is_missing(events_[next_event_], at)) continue;
            report = {};
            report.kind = VenueReportKind::again;
            report.lsn = lsn_;
            report.place = at.place;
            report.event = events_[next_event_++];
            ++reports_;
            return Step::report;
        }
        if (!fault_.empty()) return Step::failed;
        if (source_ == nullptr) return Step::over;
        if (read++ == options_.records_per_step) return Step::going;
        log::RecordView record;
        switch (source_->next(record)) {
            case log::ReadOutcome::record:
                if (!take_record(record)) return Step::failed;
                break;
            case log::ReadOutcome::end:
                finish();
                break;
            case log::ReadOutcome::torn_tail:
            case log::ReadOutcome::corrupt:
                return fail(log::to_string(source_->finding()));
        }
    }
}

bool ReportsAgain::take_record(const log::RecordView& record) {
    ++records_;
    lsn_ = record.lsn;
    next_event_ = 0;
    events_.clear();
    if (record.aborted || record.type != txn::command_record_type) return true;
    std::string fault = txn::decode_command(record.payload, decoded_);
    if (fault.empty()) fault = txn::decode_effects(decoded_.command, decoded_.effects, events_);
    if (fault.empty()) return true;
    events_.clear();
    (void)fail("LSN " + std::to_string(number(record.lsn)) + ": " + fault);
    return false;
}

bool ReportsAgain::is_missing(const txn::Event& event, fix::ReportPlace at) const {
    const auto session = static_cast<std::size_t>(event.session);
    return session < options_.told.size() && at > options_.told[session] && is_reported(event.kind);
}

ReportsAgain::Step ReportsAgain::fail(std::string what) {
    fault_ = std::move(what);
    finish();
    return Step::failed;
}

}  // namespace tickweir::gateway
