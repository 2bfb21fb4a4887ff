#include "txn/log/log.hpp"

#include <algorithm>
#include <utility>

#include "txn/log/records_ahead.hpp"
#include "txn/log/repair.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn::log {
namespace {

bool refused(RecoveryReport& report, const io::IoError& error) {
    report.outcome = ReadOutcome::corrupt;
    report.finding = {error.path, error.offset.value_or(0), io::to_string(error)};
    return false;
}

/// The carrier's options, with a margin for all that the ring may hold when there is no room left.
FileCarrierOptions with_margin(const LogOptions& options) {
    FileCarrierOptions carrier = options.carrier;
    carrier.margin_bytes = std::max<std::uint64_t>(carrier.margin_bytes, 2 * options.ring.bytes);
    return carrier;
}

/// Whether segments made ahead hold the margin beside the last, which is the cancels'; else
/// ordinary records would be refused for good.
bool fits(std::uint64_t margin_bytes, const LogOptions& options, const std::string& directory,
          RecoveryReport& report) {
    const std::uint64_t segment =
        batches_in_segment(options.stock.segment_bytes, options.carrier.batch_bytes_max);
    const unsigned ready = options.stock.ready_wanted;
    if (ready > 0 && (ready - 1) * segment >= margin_bytes) return true;
    report.outcome = ReadOutcome::corrupt;
    report.finding = {directory, 0,
                      std::to_string(ready) + " segments ready, of " + std::to_string(segment) +
                          " bytes for batches, do not hold a margin of " +
                          std::to_string(margin_bytes) + " and a segment for cancels"};
    return false;
}

/// Reads everything; true if the log is good up to its end or a torn tail.
bool read(LogReader& reader, const Recipient& recipient, RecoveryReport& report, Lsn& refused) {
    const auto look_ahead = [&recipient](const RecordView& record, unsigned step) {
        if (recipient.look_ahead) recipient.look_ahead(record, step);
    };
    RecordsAhead ahead;
    RecordView record;
    while ((report.outcome = ahead.next(reader, record, look_ahead)) == ReadOutcome::record) {
        if (recipient.apply(record)) continue;
        refused = record.lsn;
        return false;
    }
    report.finding = reader.finding();
    report.last = before(reader.end().next);
    report.counts = reader.counts();
    return report.outcome != ReadOutcome::corrupt;
}

/// Whether a term that was asked for, if one was, has not passed.
bool follows(std::uint64_t term, const LogEnd& end, const std::string& directory,
             RecoveryReport& report) {
    if (term == 0 || term >= end.term) return true;
    report.outcome = ReadOutcome::corrupt;
    report.finding = {segment_path(directory, end.segment), end.offset,
                      "written in term " + std::to_string(end.term) + ", later than this one, " +
                          std::to_string(term)};
    return false;
}

/// Where a record that was refused lies, once more from the disk: the reader is further.
void place_refusal(io::Files& files, const std::string& directory, const LogId& id, Lsn lsn,
                   RecoveryReport& report) {
    LogReader reader{files, directory, id,
                     ReadOptions{.from = lsn, .known_durable = {}, .up_to = std::nullopt}};
    RecordView record;
    (void)reader.next(record);
    report.outcome = ReadOutcome::corrupt;
    report.finding = {segment_path(directory, reader.end().segment), reader.end().offset,
                      "LSN " + std::to_string(number(lsn)) + " was refused"};
}

bool recover(io::Files& files, LogReader& reader, const Recipient& recipient,
             const std::string& directory, const LogId& id, std::uint64_t term,
             RecoveryReport& report) {
    if (const auto settled = settle_segments(files, directory); !settled) {
        return refused(report, settled.error());
    }
    Lsn refusal{};
    if (!read(reader, recipient, report, refusal)) {
        if (refusal != Lsn{}) place_refusal(files, directory, id, refusal, report);
        return false;
    }
    if (!follows(term, reader.end(), directory, report)) return false;
    if (report.outcome == ReadOutcome::end) return true;
    auto mended = repair_torn_tail(files, directory, reader.torn());
    if (!mended) return refused(report, mended.error());
    report.kept_aside = *std::move(mended);
    return true;
}

}  // namespace

std::unique_ptr<Log> Log::open(io::Files& files, const std::string& directory, const LogId& id,
                               const RecoverFrom& from, const LogOptions& options,
                               const Recipient& recipient, LogListener* listener,
                               RecoveryReport& report) {
    const FileCarrierOptions carrier_options = with_margin(options);
    if (!fits(carrier_options.margin_bytes, options, directory, report)) return nullptr;
    LogReader reader{
        files, directory, id,
        ReadOptions{.from = from.next, .known_durable = from.known_durable, .up_to = std::nullopt}};
    if (!recover(files, reader, recipient, directory, id, from.term, report)) return nullptr;

    auto stock = std::make_unique<SegmentStock>(files, directory, id, options.stock);
    if (const auto adopted = stock->adopt(reader.end()); !adopted) {
        (void)refused(report, adopted.error());
        return nullptr;
    }
    // As many as there is room for; without any the opening below says so.
    while (stock->turn()) {
    }
    const std::uint64_t term = from.term == 0 ? reader.end().term + 1 : from.term;
    report.term = term;
    auto carrier =
        FileCarrier::open(files, directory, id, *stock, reader.end(), term, carrier_options);
    if (!carrier) {
        (void)refused(report, carrier.error());
        return nullptr;
    }
    return std::unique_ptr<Log>{
        new Log{std::move(stock), *std::move(carrier), id, options.ring, listener}};
}

Log::Log(std::unique_ptr<SegmentStock> stock, std::unique_ptr<FileCarrier> carrier, const LogId& id,
         const RingLimits& ring, LogListener* listener)
    : stock_(std::move(stock)),
      carrier_(std::move(carrier)),
      durable_(carrier_->durable()),
      ring_(ring, carrier_->end().next),
      driver_(ring_, *carrier_, durable_, id, carrier_->end().next, listener) {}

}  // namespace tickweir::txn::log
