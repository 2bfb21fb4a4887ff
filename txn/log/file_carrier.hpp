// The log in segments of files: each batch is one write and durable when append returns. After some
// idleness, and at the end, a closing batch records that all before it is durable.
#pragma once

#include <algorithm>
#include <memory>
#include <optional>
#include <string>

#include "txn/io/aligned_buffer.hpp"
#include "txn/io/files.hpp"
#include "txn/log/carrier.hpp"
#include "txn/log/log_end.hpp"
#include "txn/log/segment_stock.hpp"

namespace tickweir::txn::log {

struct FileCarrierOptions {
    std::size_t batch_bytes_max = std::size_t{256} << 10;  ///< a multiple of block_bytes
    std::chrono::nanoseconds closing_after = std::chrono::milliseconds{10};
    /// Room that is kept in segments for records that were taken before room() said no: the ring's
    /// bytes, once more for headers and padding.
    std::uint64_t margin_bytes = std::uint64_t{16} << 20;
};

/// What a segment holds of batches at the least: its header, its seal, and as much as a batch that
/// did not fit any more are lost.
constexpr std::uint64_t batches_in_segment(std::uint64_t segment_bytes,
                                           std::size_t batch_bytes_max) {
    const std::uint64_t lost = least_segment_bytes(batch_bytes_max);
    return segment_bytes - std::min(segment_bytes, lost);
}

class FileCarrier final : public Carrier {
public:
    /// Writes on at `end`, with a term that no batch before had; marks at once that all before it
    /// is durable. Where batches may be longer now than in the segment at `end`, that is sealed.
    /// The stock has adopted the same end and has a segment ready, and nothing was trimmed since;
    /// another thread keeps it filled. It and `files` outlive the carrier. Options that do not fit
    /// each other and the stock's end the process.
    [[nodiscard]] static io::Result<std::unique_ptr<FileCarrier>> open(
        io::Files& files, std::string directory, const LogId& id, SegmentStock& stock, LogEnd end,
        std::uint64_t term, FileCarrierOptions options);

    std::size_t batch_bytes_max() const override { return options_.batch_bytes_max; }
    bool accepts() const override { return true; }
    [[nodiscard]] io::Result<void> append(BatchBuffer& batch, TimeNs now) override;
    [[nodiscard]] io::Result<void> turn(TimeNs now) override;
    std::optional<TimeNs> due() const override { return closing_due_; }
    [[nodiscard]] io::Result<void> close(TimeNs now) override;
    Lsn durable() const override { return end_.durable; }
    Room room() const override;
    void trim(Lsn behind) override { stock_.trim(behind); }
    std::unique_ptr<RecordSource> read_from(Lsn from, Lsn up_to) override;

    const LogEnd& end() const { return end_; }
    /// Whether the current segment is written past the page cache.
    bool direct() const { return file_ != nullptr && file_->options().direct; }

private:
    FileCarrier(io::Files& files, std::string directory, const LogId& id, SegmentStock& stock,
                LogEnd end, FileCarrierOptions options);

    io::Result<void> make_room(std::uint64_t bytes);
    io::Result<void> next_segment();
    io::Result<void> enter(ReadySegment segment);
    io::Result<void> write_mark(BatchKind kind);
    io::Result<void> write(std::uint64_t offset, Bytes bytes);
    io::Result<void> failed(const io::IoError& error);

    io::Files& files_;
    std::string directory_;
    LogId id_;
    std::uint32_t seed_;
    SegmentStock& stock_;
    FileCarrierOptions options_;
    LogEnd end_;                          // behind what was written; durable() of all before it
    std::unique_ptr<io::File> file_;      // of end_.segment; none at offset 0
    std::uint64_t segment_bytes_ = 0;     // of that file
    io::AlignedBuffer block_;             // for headers, seals and closings
    std::optional<TimeNs> closing_due_;   // records were written since the last mark
    std::optional<io::IoError> failure_;  // final
};

}  // namespace tickweir::txn::log
