// A log over the fault file system, as one thread runs it: opened as after a crash, written to with
// payloads that say what they are, and checked record by record.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/support/fault_files.hpp"
#include "txn/log/file_carrier.hpp"
#include "txn/log/log_reader.hpp"
#include "txn/log/repair.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::tests {

using txn::log::Lsn;

inline const txn::log::LogId log_id{{std::byte{0x4C}, std::byte{9}, std::byte{200}}};
inline const std::string log_path = "data/log";

/// The payload of a record: its LSN, then bytes that follow from it, or zeros; up to some
/// thousands.
inline std::vector<std::byte> payload_of(Lsn lsn) {
    std::mt19937_64 random{number(lsn) * 7919};
    const std::size_t kind = random() % 16;
    const std::size_t length = 8 + random() % (kind == 0 ? 9'000 : kind < 4 ? 1'500 : 200);
    std::vector<std::byte> payload(length);
    const std::uint64_t value = number(lsn);
    std::memcpy(payload.data(), &value, sizeof value);
    if (kind % 2 == 0) return payload;
    for (std::size_t i = 8; i < length; ++i)
        payload[i] = static_cast<std::byte>(random());
    return payload;
}

inline bool aborted(Lsn lsn) {
    return number(lsn) % 11 == 0;
}
inline std::uint16_t type_of(Lsn lsn) {
    return aborted(lsn) ? std::uint16_t{0} : static_cast<std::uint16_t>(number(lsn) % 300);
}

/// What reading a log found.
struct Recovered {
    txn::log::ReadOutcome outcome = txn::log::ReadOutcome::corrupt;
    std::string finding;
    txn::log::LogEnd end;
    std::uint64_t records = 0;
    bool contents_right = true;  ///< every record what payload_of says, in order
    txn::log::TornTail tail;     ///< if it is torn
    bool torn() const { return outcome == txn::log::ReadOutcome::torn_tail; }
    Lsn last() const { return before(end.next); }
};

inline bool is_as_written(const txn::log::RecordView& record) {
    if (record.type != type_of(record.lsn) || record.aborted != aborted(record.lsn)) return false;
    return record.aborted ? record.payload.empty()
                          : std::ranges::equal(record.payload, payload_of(record.lsn));
}

/// Changes nothing.
inline Recovered read_log(txn::io::Files& files, txn::log::ReadOptions options) {
    txn::log::LogReader reader{files, log_path, log_id, options};
    Recovered found;
    Lsn expected = std::max(options.from, Lsn{1});
    txn::log::RecordView record;
    while ((found.outcome = reader.next(record)) == txn::log::ReadOutcome::record) {
        if (options.from == Lsn{} && found.records == 0) expected = record.lsn;
        found.contents_right =
            found.contents_right && record.lsn == expected && is_as_written(record);
        expected = after(expected);
        ++found.records;
    }
    found.finding = reader.finding().what;
    found.end = reader.end();
    found.tail = reader.torn();
    return found;
}

struct LogSettings {
    std::uint64_t segment_bytes = 96 * 1024;
    bool direct = true;
    unsigned ready_wanted = 3;
    std::uint64_t margin_bytes = 0;
};

/// A log that is being written.
class LogRun {
public:
    /// Opens it as a venue does after any stop; `error` tells why not.
    LogRun(FaultFiles& files, LogSettings settings, Lsn from = Lsn{1}) {
        if (const auto made = files.make_directories(log_path); !made) {
            error = to_string(made.error());
            return;
        }
        if (const auto settled = txn::log::settle_segments(files, log_path); !settled) {
            error = to_string(settled.error());
            return;
        }
        recovered = read_log(files, {.from = from, .known_durable = {}, .up_to = std::nullopt});
        if (recovered.outcome == txn::log::ReadOutcome::corrupt) {
            error = recovered.finding;
            return;
        }
        if (recovered.torn()) {
            const auto mended = repair_torn_tail(files, log_path, recovered.tail);
            if (!mended) {
                error = to_string(mended.error());
                return;
            }
        }
        stock.emplace(files, log_path, log_id,
                      txn::log::StockOptions{.segment_bytes = settings.segment_bytes,
                                             .ready_wanted = settings.ready_wanted,
                                             .step_bytes = 64 * 1024,
                                             .direct = settings.direct});
        if (const auto adopted = stock->adopt(recovered.end); !adopted) {
            error = to_string(adopted.error());
            return;
        }
        restock();
        auto opened = txn::log::FileCarrier::open(
            files, log_path, log_id, *stock, recovered.end, recovered.end.term + 1,
            {.batch_bytes_max = txn::log::least_batch_bytes_max,
             .closing_after = std::chrono::milliseconds{10},
             .margin_bytes = settings.margin_bytes});
        if (!opened) {
            error = to_string(opened.error());
            return;
        }
        carrier = *std::move(opened);
        next = recovered.end.next;
        acked = carrier->durable();
    }

    void restock() {
        while (stock->turn()) {
        }
    }

    /// Appends a batch of so many records; false, and `error`, once the log has failed.
    bool append(std::size_t records) {
        batch.start(next);
        while (batch.count() < records) {
            const Lsn lsn = batch.next();
            const auto payload = aborted(lsn) ? std::vector<std::byte>{} : payload_of(lsn);
            if (!batch.fits(payload.size())) break;
            batch.add(type_of(lsn), aborted(lsn), payload);
        }
        next = batch.next();
        return took(carrier->append(batch, now));
    }

    /// Time goes by without records.
    bool idle() {
        now += std::chrono::milliseconds{10};
        return took(carrier->turn(now));
    }

    bool close() { return took(carrier->close(now)); }

    std::string error;  ///< why it does not go on; empty while it does
    Recovered recovered;
    std::optional<txn::log::SegmentStock> stock;
    std::unique_ptr<txn::log::FileCarrier> carrier;
    txn::log::BatchBuffer batch{log_id, txn::log::least_batch_bytes_max};
    txn::log::TimeNs now{};
    Lsn next{1};  ///< of the record to be submitted next
    Lsn acked{};  ///< as the carrier said last, whatever came after

private:
    bool took(const txn::io::Result<void>& result) {
        if (!result) error = to_string(result.error());
        acked = carrier->durable();
        return error.empty();
    }
};

}  // namespace tickweir::tests
