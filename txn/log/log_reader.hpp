// Reads a log's segments: for recovery up to their end, and for followers of a log in use up to an
// LSN that is durable. Changes nothing.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "txn/io/aligned_buffer.hpp"
#include "txn/io/files.hpp"
#include "txn/log/log_end.hpp"
#include "txn/log/record_source.hpp"
#include "txn/log/segment_files.hpp"
#include "txn/log/tail_judge.hpp"

namespace tickweir::txn::log {

struct ReadOptions {
    /// The first record wanted, all before which are known to be durable; segments that end before
    /// it are not read. 0: the oldest there is.
    Lsn from{1};
    /// Highest LSN known to be durable from elsewhere: less than that is damage.
    Lsn known_durable{};
    /// Reading stops after this one, which is durable; none: at the end, which is then judged.
    std::optional<Lsn> up_to;
};

struct ReadCounts {
    std::uint64_t segments = 0;
    std::uint64_t batches = 0;
    std::uint64_t records = 0;  ///< passed on
    std::uint64_t aborted = 0;  ///< of those
};

/// A write that power cut off: to be kept aside and made zeros again.
struct TornTail {
    std::string path;
    std::uint64_t offset = 0;
    std::uint64_t bytes = 0;  ///< up to the last block that is not zeros
    Lsn lsn{};                ///< its first record, which nobody was told of
};

/// One thread's. Memory: a window of 256 KiB, or two of the largest batch if that is more.
class LogReader final : public RecordSource {
public:
    LogReader(io::Files& files, std::string directory, const LogId& id, ReadOptions options);

    [[nodiscard]] ReadOutcome next(RecordView& record) override;
    void extend(Lsn up_to) override;
    const Finding& finding() const override { return finding_; }

    /// The place behind the last good batch; where to write on after `end`, and after `torn_tail`
    /// once that is repaired.
    const LogEnd& end() const { return at_; }
    /// After torn_tail.
    const TornTail& torn() const { return torn_; }
    /// What the segment begins with that reading began in: with `from` 0 the oldest LSN there is.
    /// Known after the first call of next.
    Lsn first() const { return first_; }
    const ReadCounts& counts() const { return counts_; }

private:
    // Steps; false once the outcome is set.
    bool begin();
    bool choose_begin(const std::vector<std::uint64_t>& segments);
    void load();
    bool load_segment();
    bool load_batch();
    bool take_batch(const BatchHeader& header);
    bool take_record(RecordView& record);
    bool judge_tail(std::optional<std::uint64_t> write_bytes, const char* fault);
    bool feed_file(TailJudge& judge, io::File& file, std::uint64_t offset);
    bool feed_later(TailJudge& judge, std::vector<std::uint64_t>& later);
    bool conclude(const Judgement& judgement, const char* fault,
                  const std::vector<std::uint64_t>& later);
    bool corrupt(std::uint64_t offset, std::string what);
    bool unreadable(const io::IoError& error);
    bool finish(ReadOutcome outcome);

    bool open_segment();
    std::optional<SegmentHeader> header_of(std::uint64_t segment);
    std::optional<Bytes> view(std::uint64_t offset, std::size_t length);
    std::string path() const { return segment_path(directory_, at_.segment); }
    Lsn known_durable() const;

    io::Files& files_;
    std::string directory_;
    std::uint32_t seed_;
    ReadOptions options_;

    bool begun_ = false;
    std::optional<ReadOutcome> outcome_;  // once it is final
    LogEnd at_;                           // behind the batch being read
    Lsn first_{1};
    ReadCounts counts_;
    Finding finding_;
    TornTail torn_;

    std::unique_ptr<io::File> file_;  // of the segment at_ is in; none at offset 0
    std::uint64_t file_bytes_ = 0;

    io::AlignedBuffer window_;
    std::uint64_t window_offset_ = 0;
    std::size_t window_bytes_ = 0;
    Lsn window_up_to_{};  // what was durable when it was read

    std::uint64_t batch_offset_ = 0;  // of the batch being read
    Bytes body_;                      // its records not yet read
    Lsn next_record_{1};
    std::vector<std::byte> scratch_;
};

}  // namespace tickweir::txn::log
