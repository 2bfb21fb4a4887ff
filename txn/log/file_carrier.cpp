#include "txn/log/file_carrier.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "book/ensure.hpp"
#include "txn/log/log_reader.hpp"
#include "txn/log/segment_files.hpp"

namespace tickweir::txn::log {

using io::Result;

FileCarrier::FileCarrier(io::Files& files, std::string directory, const LogId& id,
                         SegmentStock& stock, LogEnd end, FileCarrierOptions options)
    : files_(files),
      directory_(std::move(directory)),
      id_(id),
      seed_(seed_of(id)),
      stock_(stock),
      options_(options),
      end_(end),
      block_(block_bytes) {}

Result<std::unique_ptr<FileCarrier>> FileCarrier::open(io::Files& files, std::string directory,
                                                       const LogId& id, SegmentStock& stock,
                                                       LogEnd end, std::uint64_t term,
                                                       FileCarrierOptions options) {
    book::ensure(options.batch_bytes_max % block_bytes == 0 &&
                 options.batch_bytes_max >= least_batch_bytes_max &&
                 options.batch_bytes_max <= batch_bytes_ceiling);
    book::ensure(stock.options().segment_bytes % block_bytes == 0 &&
                 stock.options().segment_bytes >= least_segment_bytes(options.batch_bytes_max));
    book::ensure(term >= end.term);
    // What was read back has been made durable before it was read.
    end.durable = before(end.next);
    end.term = term;
    std::unique_ptr<FileCarrier> carrier{
        new FileCarrier{files, std::move(directory), id, stock, end, options}};
    if (end.offset == 0) {
        if (auto made = carrier->make_room(block_bytes); !made) return made.error();
        return carrier;
    }
    const std::string path = segment_path(carrier->directory_, end.segment);
    auto file = stock.options().direct ? open_direct(files, path, io::OpenMode::append)
                                       : files.open(path, {.mode = io::OpenMode::append});
    if (!file) return file.error();
    const auto size = (*file)->size();
    if (!size) return size.error();
    carrier->file_ = *std::move(file);
    carrier->segment_bytes_ = *size;
    // From here on the log itself tells that all before is durable. In a segment whose header tells
    // of shorter batches than may come, a seal does.
    const bool fits = options.batch_bytes_max <= end.batch_bytes_max;
    auto marked = fits ? carrier->write_mark(BatchKind::closing) : carrier->next_segment();
    if (!marked) return marked.error();
    return carrier;
}

Result<void> FileCarrier::append(BatchBuffer& batch, TimeNs now) {
    if (failure_) return *failure_;
    book::ensure(batch.first() == end_.next && !batch.empty());
    const std::size_t bytes = whole_blocks(sizeof(BatchHeader) + batch.body_bytes());
    book::ensure(bytes <= options_.batch_bytes_max);
    if (auto made = make_room(bytes); !made) return made;
    const std::uint64_t offset = end_.offset;
    const Bytes written = write_batch(end_, batch.memory(), BatchKind::records, batch.count(),
                                      batch.body_bytes(), seed_);
    if (auto done = write(offset, written); !done) return done;
    closing_due_ = now + options_.closing_after;
    return {};
}

Result<void> FileCarrier::turn(TimeNs now) {
    if (failure_) return *failure_;
    if (!closing_due_ || now < *closing_due_) return {};
    return write_mark(BatchKind::closing);
}

Result<void> FileCarrier::close(TimeNs) {
    if (failure_) return *failure_;
    if (!closing_due_) return {};
    return write_mark(BatchKind::closing);
}

Room FileCarrier::room() const {
    const std::uint64_t bytes = stock_.options().segment_bytes;
    const std::uint64_t segment = batches_in_segment(bytes, options_.batch_bytes_max);
    const std::uint64_t lost = bytes - segment;
    const std::uint64_t rest = file_ == nullptr ? 0 : segment_bytes_ - end_.offset;
    const std::uint64_t left = rest - std::min(rest, lost) + stock_.ready() * segment;
    if (failure_ || left < options_.margin_bytes) return Room::none;
    const FreeSpace space = stock_.free_space();
    if (left < options_.margin_bytes + segment || space == FreeSpace::nearly_none) {
        return Room::cancels_only;
    }
    return space == FreeSpace::trim_wanted ? Room::trim_wanted : Room::plenty;
}

std::unique_ptr<RecordSource> FileCarrier::read_from(Lsn from, Lsn up_to) {
    return std::make_unique<LogReader>(
        files_, directory_, id_, ReadOptions{.from = from, .known_durable = {}, .up_to = up_to});
}

/// So many bytes and a seal fit behind the end, in this segment or the next.
Result<void> FileCarrier::make_room(std::uint64_t bytes) {
    const bool fits = file_ != nullptr && end_.offset + bytes + block_bytes <= segment_bytes_;
    return fits ? Result<void>{} : next_segment();
}

/// Seals the segment there is, if any, and enters the next.
Result<void> FileCarrier::next_segment() {
    const bool sealing = file_ != nullptr;
    // The next one first: a seal without a segment after it would be damage.
    auto next = stock_.take();
    // Room was none for long: what was taken since is more than the margin.
    if (!next) {
        return failed(io::io_error(io::IoOperation::preallocate,
                                   segment_path(directory_, end_.segment + sealing), ENOSPC));
    }
    const std::uint64_t offset = end_.offset;
    if (sealing) {
        const Bytes seal = write_batch(end_, block_.bytes(), BatchKind::seal, 0, 0, seed_);
        if (auto done = write(offset, seal); !done) return done;
    }
    book::ensure(next->segment == end_.segment);
    if (auto entered = enter(*std::move(next)); !entered) return entered;
    // Not before: what begins the log has to have a header, even if all before it is trimmed.
    if (sealing) stock_.put_closed(end_.segment - 1, end_.next);
    return {};
}

Result<void> FileCarrier::enter(ReadySegment segment) {
    file_ = std::move(segment.file);
    segment_bytes_ = stock_.options().segment_bytes;
    write_segment_header(end_, block_.bytes(), id_, segment_bytes_,
                         static_cast<std::uint32_t>(options_.batch_bytes_max));
    return write(0, std::as_const(block_).bytes());
}

Result<void> FileCarrier::write_mark(BatchKind kind) {
    if (auto made = make_room(block_bytes); !made) return made;
    const std::uint64_t offset = end_.offset;
    const Bytes mark = write_batch(end_, block_.bytes(), kind, 0, 0, seed_);
    if (auto done = write(offset, mark); !done) return done;
    closing_due_.reset();
    return {};
}

/// Makes bytes durable, and everything before them known to be.
Result<void> FileCarrier::write(std::uint64_t offset, Bytes bytes) {
    auto done = file_->write_at(offset, bytes);
    if (done && !file_->options().direct) done = file_->sync();
    if (!done) return failed(done.error());
    end_.durable = before(end_.next);
    return {};
}

Result<void> FileCarrier::failed(const io::IoError& error) {
    failure_ = error;
    closing_due_.reset();
    return error;
}

}  // namespace tickweir::txn::log
