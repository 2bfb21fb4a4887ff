#include "txn/log/log_reader.hpp"

#include <algorithm>
#include <utility>

namespace tickweir::txn::log {
namespace {

constexpr std::size_t window_bytes_least = std::size_t{256} << 10;

std::string text(Lsn lsn) {
    return "LSN " + std::to_string(number(lsn));
}

}  // namespace

LogReader::LogReader(io::Files& files, std::string directory, const LogId& id, ReadOptions options)
    : files_(files),
      directory_(std::move(directory)),
      seed_(seed_of(id)),
      options_(options),
      window_(window_bytes_least),
      scratch_(payload_bytes_max) {}

ReadOutcome LogReader::next(RecordView& record) {
    while (!outcome_) {
        if (!begun_ && !begin()) break;
        if (options_.up_to && next_record_ > *options_.up_to) return ReadOutcome::end;
        if (body_.empty()) {
            load();
            continue;
        }
        if (!take_record(record) || record.lsn < options_.from) continue;
        ++counts_.records;
        counts_.aborted += record.aborted;
        return ReadOutcome::record;
    }
    return *outcome_;
}

void LogReader::extend(Lsn up_to) {
    options_.up_to = up_to;
}

Lsn LogReader::known_durable() const {
    const Lsn before_wanted = options_.from == Lsn{} ? Lsn{} : before(options_.from);
    return std::max(
        {options_.known_durable, before_wanted, at_.durable, options_.up_to.value_or(Lsn{})});
}

// ---------------------------------------------------------------- where to begin

bool LogReader::begin() {
    begun_ = true;
    const auto listed = list_segments(files_, directory_);
    if (!listed) return unreadable(listed.error());
    if (!choose_begin(listed->segments)) return false;
    next_record_ = at_.next;
    if (options_.from == Lsn{}) options_.from = first_;
    if (first_ <= options_.from) return true;
    return corrupt(0, "the log begins at " + text(first_) + ", after " + text(options_.from));
}

/// Begins at the last segment that holds the first record wanted, and opens none before it: of a
/// log in use those are given up at any time.
bool LogReader::choose_begin(const std::vector<std::uint64_t>& segments) {
    if (segments.empty()) return true;
    at_.segment = segments.front();
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::uint64_t expected = segments.front() + i;
        if (segments[i] != expected) {
            at_.segment = expected;
            return corrupt(0, "the segment is missing");
        }
    }
    for (auto segment = segments.rbegin(); segment != segments.rend(); ++segment) {
        const auto header = header_of(*segment);
        if (outcome_) return false;
        // A header that is missing or bad is judged on the way there.
        if (header) {
            at_ = place_of(*header);
            if (at_.next <= options_.from) break;
        } else if (*segment == segments.front()) {
            at_ = {.segment = *segment};
            if (*segment != 1) return corrupt(0, "the oldest segment has no header");
        }
    }
    first_ = at_.next;
    return true;
}

/// The header of a segment, if it is good and its own.
std::optional<SegmentHeader> LogReader::header_of(std::uint64_t segment) {
    const auto file = open_direct(files_, segment_path(directory_, segment), io::OpenMode::read);
    const std::span<std::byte> block = window_.bytes().first(block_bytes);
    window_bytes_ = 0;
    auto read = file ? (*file)->read_at(0, block) : io::Result<std::size_t>{file.error()};
    if (!read) {
        (void)unreadable(read.error());
        return std::nullopt;
    }
    SegmentHeader header{};
    const Fault fault = get_segment_header(block.first(*read), seed_, header);
    if (fault != Fault::none || header.segment != segment) return std::nullopt;
    return header;
}

bool LogReader::open_segment() {
    window_bytes_ = 0;
    auto file = open_direct(files_, path(), io::OpenMode::read);
    if (!file) return unreadable(file.error());
    const auto size = (*file)->size();
    if (!size) return unreadable(size.error());
    file_ = *std::move(file);
    file_bytes_ = *size;
    return true;
}

// ---------------------------------------------------------------- batches

/// Takes one step further: into the next segment, or to the next batch.
void LogReader::load() {
    // Of a log in use the window holds what was durable when it was read, and what was not, which
    // may have become something else.
    if (options_.up_to && at_.next > window_up_to_) window_bytes_ = 0;
    (void)(at_.offset == 0 ? load_segment() : load_batch());
}

bool LogReader::load_segment() {
    const bool fresh = at_ == LogEnd{};
    auto listed = fresh ? list_segments(files_, directory_) : SegmentFiles{};
    if (!listed) return unreadable(listed.error());
    if (fresh && listed->segments.empty()) {
        if (known_durable() == Lsn{}) return finish(ReadOutcome::end);
        return corrupt(0, "the log is empty, but " + text(known_durable()) + " was durable");
    }
    if (!open_segment()) return false;
    const auto block = view(0, block_bytes);
    if (!block) return false;
    SegmentHeader header{};
    const Fault fault = get_segment_header(*block, seed_, header);
    // Another version's header may be longer or followed by anything: that is for its own program.
    if (fault == Fault::version) return corrupt(0, to_string(fault));
    if (fault != Fault::none) return judge_tail(block_bytes, to_string(fault));
    if (header.segment_bytes != file_bytes_) {
        return corrupt(0, "the file has " + std::to_string(file_bytes_) + " bytes, not the " +
                              std::to_string(header.segment_bytes) + " its header tells");
    }
    if (const Fault wrong = enter_segment(at_, header); wrong != Fault::none) {
        return corrupt(0, to_string(wrong));
    }
    ++counts_.segments;
    return true;
}

bool LogReader::load_batch() {
    if (at_.offset + block_bytes > file_bytes_) {
        return corrupt(at_.offset, "the segment is full, but not sealed");
    }
    const auto block = view(at_.offset, block_bytes);
    if (!block) return false;
    BatchHeader header{};
    const Fault fault = get_batch_header(*block, seed_, header);
    if (fault != Fault::none) return judge_tail(std::nullopt, to_string(fault));
    return take_batch(header);
}

bool LogReader::take_batch(const BatchHeader& header) {
    const std::uint64_t offset = at_.offset;
    LogEnd behind = at_;
    if (const Fault fault = follow_batch(behind, header); fault != Fault::none) {
        return corrupt(offset, to_string(fault));
    }
    if (header.bytes > at_.batch_bytes_max || header.bytes > file_bytes_ - offset) {
        return corrupt(offset, to_string(Fault::header_fields));
    }
    const auto batch = view(offset, header.bytes);
    if (!batch) return false;
    if (const Fault fault = check_body(*batch, header, seed_); fault != Fault::none) {
        return judge_tail(header.bytes, to_string(fault));
    }
    at_ = behind;
    batch_offset_ = offset;
    body_ = batch->subspan(sizeof header, header.body_bytes);
    next_record_ = Lsn{header.first_lsn};
    ++counts_.batches;
    if (at_.offset == 0) file_.reset();
    return true;
}

bool LogReader::take_record(RecordView& record) {
    const DecodedRecord decoded = decode_record(body_, seed_, scratch_);
    const bool last = after(next_record_) == at_.next;
    const bool right = decoded.fault == Fault::none && decoded.record.lsn == next_record_ &&
                       last == (decoded.bytes == body_.size());
    if (!right) return corrupt(batch_offset_, to_string(Fault::record));
    record = decoded.record;
    next_record_ = after(next_record_);
    body_ = body_.subspan(decoded.bytes);
    return true;
}

/// So many bytes of the segment, whole blocks of it, or fewer where it ends.
std::optional<Bytes> LogReader::view(std::uint64_t offset, std::size_t length) {
    const bool inside =
        offset >= window_offset_ && offset + length <= window_offset_ + window_bytes_;
    if (!inside) {
        if (length > window_.bytes().size()) window_ = io::AlignedBuffer{2 * length};
        const auto read = file_->read_at(offset, window_.bytes());
        if (!read) {
            (void)unreadable(read.error());
            return std::nullopt;
        }
        window_offset_ = offset;
        window_bytes_ = *read;
        window_up_to_ = options_.up_to.value_or(Lsn{});
    }
    const auto begin = static_cast<std::size_t>(offset - window_offset_);
    return std::as_const(window_).bytes().subspan(begin, std::min(length, window_bytes_ - begin));
}

// ---------------------------------------------------------------- the end

/// What the bytes from here on are, which are no good batch. A write there would have had
/// `write_bytes`, if that is known.
bool LogReader::judge_tail(std::optional<std::uint64_t> write_bytes, const char* fault) {
    TailJudge judge{seed_, write_bytes, at_.batch_bytes_max};
    std::vector<std::uint64_t> later;
    if (!feed_file(judge, *file_, at_.offset) || !feed_later(judge, later)) return false;
    return conclude(judge.judge(at_.next <= known_durable()), fault, later);
}

bool LogReader::feed_file(TailJudge& judge, io::File& file, std::uint64_t offset) {
    window_bytes_ = 0;
    for (;;) {
        const auto read = file.read_at(offset, window_.bytes());
        if (!read) return unreadable(read.error());
        judge.feed(std::as_const(window_).bytes().first(*read));
        if (*read < window_.bytes().size()) return true;
        offset += *read;
    }
}

bool LogReader::feed_later(TailJudge& judge, std::vector<std::uint64_t>& later) {
    const auto listed = list_segments(files_, directory_);
    if (!listed) return unreadable(listed.error());
    for (const std::uint64_t segment : listed->segments) {
        if (segment <= at_.segment) continue;
        const auto file =
            open_direct(files_, segment_path(directory_, segment), io::OpenMode::read);
        if (!file) return unreadable(file.error());
        judge.next_file();
        later.push_back(segment);
        if (!feed_file(judge, **file, 0)) return false;
    }
    return true;
}

bool LogReader::conclude(const Judgement& judgement, const char* fault,
                         const std::vector<std::uint64_t>& later) {
    switch (judgement.tail) {
        case Tail::clean:
            return finish(ReadOutcome::end);
        case Tail::torn:
            torn_ = {path(), at_.offset, judgement.written_end, at_.next};
            finding_ = {
                path(), at_.offset,
                "a write of " + text(at_.next) + " and later was cut off: " + std::string{fault}};
            return finish(ReadOutcome::torn_tail);
        case Tail::damage:
            break;
    }
    std::string why = std::string{fault} + ", and " + judgement.why;
    if (judgement.at == 0 && judgement.file == 0) return corrupt(at_.offset, std::move(why));
    const bool here = judgement.file == 0;
    const std::string place = here ? path() : segment_path(directory_, later[judgement.file - 1]);
    why +=
        " (" + place + " at byte " + std::to_string(judgement.at + (here ? at_.offset : 0)) + ")";
    return corrupt(at_.offset, std::move(why));
}

bool LogReader::corrupt(std::uint64_t offset, std::string what) {
    finding_ = {path(), offset, std::move(what)};
    return finish(ReadOutcome::corrupt);
}

bool LogReader::unreadable(const io::IoError& error) {
    finding_ = {error.path, error.offset.value_or(0), io::to_string(error)};
    return finish(ReadOutcome::corrupt);
}

bool LogReader::finish(ReadOutcome outcome) {
    outcome_ = outcome;
    body_ = {};
    return false;
}

}  // namespace tickweir::txn::log
