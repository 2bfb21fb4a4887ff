// Segments made ahead, so that the log's thread never waits for zeros to be written, and those the
// log has done with, which are made zeros again or removed once nobody needs their records.
//
//   made:      N.log.new, zeros ──sync──► renamed N.log ──sync directory──► ready ──take──► in use
//   done with: M.log ──renamed N.log.new, sync directory──► zeros ... as above; or removed
//
// The work is done in steps by a thread that has time; the log's thread only takes what is ready.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "txn/io/files.hpp"
#include "txn/log/log_end.hpp"

namespace tickweir::txn::log {

struct StockOptions {
    std::uint64_t segment_bytes = std::uint64_t{64} << 20;
    unsigned ready_wanted = 3;  ///< made ahead; the last of them is the cancels' reserve
    /// Of zeros written and synced at a time: little, for batches wait behind it in the disk.
    std::uint64_t step_bytes = std::uint64_t{64} << 10;
    bool direct = true;  ///< segments are handed out opened past the page cache, where possible
    unsigned trim_below_percent =
        20;  ///< free space of the file system below which trimming is due
    unsigned stop_below_percent = 10;  ///< and below which only cancels are taken
};

/// A segment that is zeros from end to end, durably, and open.
struct ReadySegment {
    std::uint64_t segment = 0;
    std::unique_ptr<io::File> file;
};

enum class FreeSpace : std::uint8_t { enough, trim_wanted, nearly_none };

class SegmentStock {
public:
    /// `files` outlives the stock.
    SegmentStock(io::Files& files, std::string directory, const LogId& id, StockOptions options);

    /// Before anything else: takes over what a former run left of a log that ends here, has been
    /// read to its end and repaired. Segments after the end are zeros, then, and are ready if their
    /// length is right; those before it are closed.
    [[nodiscard]] io::Result<void> adopt(const LogEnd& end);

    // The log's thread.

    /// The next segment; nothing if none is ready. Never waits for a disk.
    std::optional<ReadySegment> take();
    /// The log has sealed a segment, whose records end before `next`.
    void put_closed(std::uint64_t segment, Lsn next);

    // One other thread: the one that has time.

    /// Does one step, if there is something to do. A failure is counted, and tried again with the
    /// next call: the log itself does not depend on it before the ready segments are used up.
    bool turn();

    // Any thread.

    /// Closed segments that end at or before `behind` are given up, oldest first: nobody reads
    /// them.
    void trim(Lsn behind);
    unsigned ready() const { return ready_count_.load(std::memory_order_relaxed); }
    FreeSpace free_space() const { return free_space_.load(std::memory_order_relaxed); }
    /// Of the file system, rounded down; 100 where it does not tell.
    unsigned free_percent() const { return free_percent_.load(std::memory_order_relaxed); }
    std::uint64_t failures() const { return failures_.load(std::memory_order_relaxed); }
    std::uint64_t trimmed() const { return trimmed_.load(std::memory_order_relaxed); }
    const StockOptions& options() const { return options_; }

private:
    struct Closed {
        std::uint64_t segment;
        Lsn next;
    };
    struct Filling {
        std::uint64_t segment;
        std::unique_ptr<io::File> file;
        std::uint64_t filled = 0;
    };

    void look_at_space();
    io::Result<void> adopt_closed(const std::vector<std::uint64_t>& segments, const LogEnd& end);
    io::Result<void> adopt_ready(const std::vector<std::uint64_t>& segments);
    std::optional<Closed> next_trimmed();
    void drop_closed();
    io::Result<void> step(bool& worked);
    io::Result<void> sync_names();
    io::Result<void> give_up(const Closed& closed);
    io::Result<void> begin_filling(const std::optional<Closed>& reused);
    io::Result<void> fill();
    io::Result<void> make_ready();
    void put_ready(ReadySegment segment);
    io::Result<std::unique_ptr<io::File>> open_ready(std::uint64_t segment) const;

    io::Files& files_;
    std::string directory_;
    StockOptions options_;
    std::uint32_t seed_;
    std::uint64_t next_made_ = 1;  // the thread that has time, as the next
    std::optional<Filling> filling_;
    bool names_synced_ = false;

    std::mutex mutex_;                // held for moments; nothing nests in it
    std::deque<ReadySegment> ready_;  // guarded by mutex_; ascending
    std::deque<Closed> closed_;       // guarded by mutex_; ascending
    Lsn trim_behind_{};               // guarded by mutex_

    // Relaxed: numbers to be looked at; nothing is published by them.
    std::atomic<unsigned> ready_count_{0};
    std::atomic<FreeSpace> free_space_{FreeSpace::enough};
    std::atomic<unsigned> free_percent_{100};
    std::atomic<std::uint64_t> failures_{0};
    std::atomic<std::uint64_t> trimmed_{0};
};

}  // namespace tickweir::txn::log
