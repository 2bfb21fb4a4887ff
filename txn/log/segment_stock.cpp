#include "txn/log/segment_stock.hpp"

#include <algorithm>
#include <utility>

#include "txn/io/aligned_buffer.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn::log {

using io::Result;
using Guard = std::scoped_lock<std::mutex>;

SegmentStock::SegmentStock(io::Files& files, std::string directory, const LogId& id,
                           StockOptions options)
    : files_(files), directory_(std::move(directory)), options_(options), seed_(seed_of(id)) {}

// ---------------------------------------------------------------- what a former run left

Result<void> SegmentStock::adopt(const LogEnd& end) {
    const auto listed = list_segments(files_, directory_);
    if (!listed) return listed.error();
    for (const std::string& name : listed->unready) {
        if (auto removed = files_.remove(directory_ + '/' + name); !removed) return removed;
    }
    if (auto adopted = adopt_closed(listed->segments, end); !adopted) return adopted;
    next_made_ = end.offset == 0 ? end.segment : end.segment + 1;
    look_at_space();
    return adopt_ready(listed->segments);
}

Result<void> SegmentStock::sync_names() {
    auto synced = files_.sync_directory(directory_);
    names_synced_ = synced.has_value();
    return synced;
}

/// A closed segment's records end where the next segment's header says it begins.
Result<void> SegmentStock::adopt_closed(const std::vector<std::uint64_t>& segments,
                                        const LogEnd& end) {
    io::AlignedBuffer block{block_bytes};
    for (const std::uint64_t segment : segments) {
        if (segment >= end.segment) break;
        Lsn next = end.next;
        if (segment + 1 < end.segment || end.offset != 0) {
            const auto file = files_.open(segment_path(directory_, segment + 1), {});
            if (!file) return file.error();
            const auto read = (*file)->read_at(0, block.bytes());
            if (!read) return read.error();
            SegmentHeader header{};
            // It was read a moment ago; one that has gone bad since ends what may be trimmed.
            if (get_segment_header(block.bytes(), seed_, header) != Fault::none) break;
            next = Lsn{header.first_lsn};
        }
        closed_.push_back({segment, next});
    }
    return {};
}

Result<void> SegmentStock::adopt_ready(const std::vector<std::uint64_t>& segments) {
    std::vector<std::uint64_t> unfit;
    for (const std::uint64_t segment : segments) {
        if (segment < next_made_) continue;
        auto file = open_ready(segment);
        if (!file) return file.error();
        const auto size = (*file)->size();
        if (!size) return size.error();
        // After one of another length none is kept, so that their numbers have no gap.
        const bool fits = *size == options_.segment_bytes && segment == next_made_;
        if (!unfit.empty() || !fits) {
            unfit.push_back(segment);
            continue;
        }
        put_ready({segment, *std::move(file)});
        ++next_made_;
    }
    // From behind, and one at a time, so that a crash in between leaves no gap either.
    for (; !unfit.empty(); unfit.pop_back()) {
        auto removed = files_.remove(segment_path(directory_, unfit.back()));
        if (removed) removed = sync_names();
        if (!removed) return removed;
    }
    return sync_names();
}

// ---------------------------------------------------------------- the log's thread

std::optional<ReadySegment> SegmentStock::take() {
    const Guard guard{mutex_};
    if (ready_.empty()) return std::nullopt;
    ReadySegment segment = std::move(ready_.front());
    ready_.pop_front();
    ready_count_.store(static_cast<unsigned>(ready_.size()), std::memory_order_relaxed);
    return segment;
}

void SegmentStock::put_closed(std::uint64_t segment, Lsn next) {
    const Guard guard{mutex_};
    closed_.push_back({segment, next});
}

// ---------------------------------------------------------------- the thread that has time

bool SegmentStock::turn() {
    look_at_space();
    bool worked = false;
    if (const auto done = step(worked); done) return worked;
    failures_.fetch_add(1, std::memory_order_relaxed);
    // What is half made is made anew, under the same number.
    if (filling_) static_cast<void>(files_.remove(unready_path(directory_, filling_->segment)));
    filling_.reset();
    return false;
}

Result<void> SegmentStock::step(bool& worked) {
    worked = true;
    // What a failed step did to names comes first: no later step may last without it.
    if (!names_synced_) {
        if (auto synced = sync_names(); !synced) return synced;
    }
    if (filling_) return fill();
    const bool wanted = ready() < options_.ready_wanted;
    const auto trimmed = next_trimmed();
    if (wanted) return begin_filling(trimmed);
    if (trimmed) return give_up(*trimmed);
    worked = false;
    return {};
}

void SegmentStock::look_at_space() {
    const auto space = files_.free_space(directory_);
    if (!space || space->total_bytes == 0) return;
    // In parts of a hundred, without running over.
    const std::uint64_t part = std::max<std::uint64_t>(space->total_bytes / 100, 1);
    const std::uint64_t percent = space->free_bytes / part;
    const FreeSpace found = percent < options_.stop_below_percent   ? FreeSpace::nearly_none
                            : percent < options_.trim_below_percent ? FreeSpace::trim_wanted
                                                                    : FreeSpace::enough;
    free_space_.store(found, std::memory_order_relaxed);
    free_percent_.store(static_cast<unsigned>(std::min<std::uint64_t>(percent, 100)),
                        std::memory_order_relaxed);
}

std::optional<SegmentStock::Closed> SegmentStock::next_trimmed() {
    const Guard guard{mutex_};
    if (closed_.empty() || closed_.front().next > trim_behind_) return std::nullopt;
    return closed_.front();
}

void SegmentStock::drop_closed() {
    const Guard guard{mutex_};
    closed_.pop_front();
    trimmed_.fetch_add(1, std::memory_order_relaxed);
}

Result<void> SegmentStock::give_up(const Closed& closed) {
    names_synced_ = false;
    if (auto removed = files_.remove(segment_path(directory_, closed.segment)); !removed) {
        return removed;
    }
    drop_closed();
    // One at a time: were a later one gone after a crash and this one not, there would be a gap.
    return sync_names();
}

Result<void> SegmentStock::begin_filling(const std::optional<Closed>& reused) {
    const std::string path = unready_path(directory_, next_made_);
    names_synced_ = false;
    if (reused) {
        const std::string old = segment_path(directory_, reused->segment);
        if (auto renamed = files_.rename(old, path); !renamed) return renamed;
        drop_closed();
    }
    // The old name has to be gone for good before the content goes.
    if (auto synced = sync_names(); !synced) return synced;
    auto file = files_.open(path, {.mode = io::OpenMode::append});
    if (!file) return file.error();
    filling_.emplace(next_made_, *std::move(file), 0);
    if (auto cut = filling_->file->truncate(options_.segment_bytes); !cut) return cut;
    // All its blocks, or none: a disk that is full says so now, and is not filled up bit by bit.
    return filling_->file->reserve(0, options_.segment_bytes);
}

Result<void> SegmentStock::fill() {
    const std::uint64_t left = options_.segment_bytes - filling_->filled;
    if (left == 0) return make_ready();
    const std::uint64_t bytes = std::min(left, options_.step_bytes);
    if (auto done = filling_->file->preallocate(filling_->filled, bytes); !done) return done;
    filling_->filled += bytes;
    // Bit by bit, so that the disk is never asked for a whole segment beside a batch.
    return filling_->file->sync();
}

Result<void> SegmentStock::make_ready() {
    const std::uint64_t segment = filling_->segment;
    const std::string path = segment_path(directory_, segment);
    names_synced_ = false;
    if (auto renamed = files_.rename(unready_path(directory_, segment), path); !renamed) {
        return renamed;
    }
    if (auto synced = sync_names(); !synced) return synced;
    auto file = open_ready(segment);
    if (!file) return file.error();
    put_ready({segment, *std::move(file)});
    filling_.reset();
    ++next_made_;
    return {};
}

void SegmentStock::put_ready(ReadySegment segment) {
    const Guard guard{mutex_};
    ready_.push_back(std::move(segment));
    ready_count_.store(static_cast<unsigned>(ready_.size()), std::memory_order_relaxed);
}

Result<std::unique_ptr<io::File>> SegmentStock::open_ready(std::uint64_t segment) const {
    const std::string path = segment_path(directory_, segment);
    if (options_.direct) return open_direct(files_, path, io::OpenMode::append);
    return files_.open(path, {.mode = io::OpenMode::append});
}

// ---------------------------------------------------------------- any thread

void SegmentStock::trim(Lsn behind) {
    const Guard guard{mutex_};
    trim_behind_ = std::max(trim_behind_, behind);
}

}  // namespace tickweir::txn::log
