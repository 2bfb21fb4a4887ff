// Records on their way into one batch: encoded where the write will take them from, with room for
// the header before and the padding behind. Memory for one batch, allocated once.
#pragma once

#include <algorithm>
#include <cstdint>
#include <span>

#include "txn/io/aligned_buffer.hpp"
#include "txn/log/format.hpp"

namespace tickweir::txn::log {

/// One thread's. A batch begins with `start`, and its records follow one another without gaps.
class BatchBuffer {
public:
    /// `bytes_max` is a multiple of block_bytes and at least least_batch_bytes_max.
    BatchBuffer(const LogId& id, std::size_t bytes_max)
        : seed_(seed_of(id)), memory_(std::max(whole_blocks(bytes_max), least_batch_bytes_max)) {}

    /// Empties it; the first record to come has this LSN.
    void start(Lsn first) {
        first_ = first;
        count_ = 0;
        body_bytes_ = 0;
    }

    bool fits(std::size_t payload_bytes) const {
        return encoded_bytes(payload_bytes) <=
               memory_.bytes().size() - sizeof(BatchHeader) - body_bytes_;
    }

    /// Appends the record with the next LSN; it fits.
    void add(std::uint16_t type, bool aborted, Bytes payload) {
        const RecordView record{
            .lsn = next(), .type = type, .aborted = aborted, .payload = payload};
        body_bytes_ += encode_record(memory_.bytes().subspan(sizeof(BatchHeader) + body_bytes_),
                                     record, seed_);
        ++count_;
    }

    bool empty() const { return count_ == 0; }
    std::uint32_t count() const { return count_; }
    Lsn first() const { return first_; }
    /// The LSN after the last record.
    Lsn next() const { return after(first_, count_); }
    std::size_t bytes_max() const { return memory_.bytes().size(); }

    /// Bytes of the records.
    std::uint32_t body_bytes() const { return static_cast<std::uint32_t>(body_bytes_); }
    /// The records; valid until the next start or add.
    Bytes body() const { return memory_.bytes().subspan(sizeof(BatchHeader), body_bytes_); }
    /// Everything: room for the header, the records, and room behind them. Aligned for direct
    /// writing.
    std::span<std::byte> memory() { return memory_.bytes(); }

private:
    std::uint32_t seed_;
    io::AlignedBuffer memory_;
    Lsn first_{1};
    std::uint32_t count_ = 0;
    std::size_t body_bytes_ = 0;
};

}  // namespace tickweir::txn::log
