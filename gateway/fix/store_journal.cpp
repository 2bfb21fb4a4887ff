#include "gateway/fix/store_journal.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace tickweir::gateway::fix {
namespace {

using txn::io::IoErrorKind;

constexpr std::size_t places_per_segment = 256;
constexpr std::uint64_t stride_least = 16 << 10;

}  // namespace

StoreJournal::StoreJournal(txn::io::Files& files, std::string folder, const StoreLimits& limits,
                           StoreCounts& counts)
    : files_{files},
      folder_{std::move(folder)},
      limits_{limits.retained_bytes, std::min(limits.message_bytes, journal_message_bytes_max)},
      counts_{counts},
      segment_bytes_{std::max<std::uint64_t>(
          limits_.retained_bytes / segments_max,
          sizeof(SegmentHead) + sizeof(RecordHead) + limits_.message_bytes)},
      stride_{std::max(stride_least, segment_bytes_ / (places_per_segment - 2))},
      index_{segments_max * places_per_segment},
      buffer_bytes_{sizeof(SegmentHead) + sizeof(RecordHead) + limits_.message_bytes} {
    segments_.reserve(segments_max + 1);
}

std::string StoreJournal::path_of(std::uint32_t segment) const {
    return folder_ + '/' + std::to_string(generation_) + '-' + std::to_string(segment) +
           std::string{messages_suffix};
}

void StoreJournal::note(const txn::io::IoError& error) {
    ++counts_.io_errors;
    failure_ = error;
}

/// Enters a record into the index where the last place is a stretch away, or there is none yet.
void StoreJournal::index(Segment& segment, std::uint64_t number, std::uint64_t offset,
                         bool anyhow) {
    const bool due = anyhow || segment.places == 0 || offset - index_.back().offset >= stride_;
    if (!due || segment.places == places_per_segment) return;
    index_.add(number, {segment.id, offset});
    ++segment.places;
}

void StoreJournal::begin(std::uint64_t generation, book::TimeNs created) {
    writer_.reset();
    reader_.reset();
    cursor_.reset();
    index_.clear();
    for (const Segment& segment : segments_) {
        const auto removed = files_.remove(path_of(segment.id));
        if (!removed && removed.error().kind != IoErrorKind::not_found) note(removed.error());
    }
    segments_.clear();
    counts_.not_kept += std::exchange(buffered_messages_, 0);
    buffered_ = 0;
    buffered_wire_ = 0;
    refused_ = false;
    last_number_ = 0;
    last_written_ = {};
    next_segment_ = 1;
    generation_ = generation;
    created_ = created;
}

// --------------------------------------------------------------------------- writing

Appended StoreJournal::append(std::uint64_t number, std::uint32_t next_inbound,
                              std::string_view wire) {
    if (number <= last_number_) {
        ++counts_.out_of_order;
        return Appended::out_of_order;
    }
    last_number_ = number;
    if (wire.size() > limits_.message_bytes) {
        ++counts_.too_long;
        return Appended::too_long;
    }
    const std::size_t bytes = sizeof(RecordHead) + wire.size();
    if (buffered_ + bytes > buffer_bytes_) flush();
    if (!make_room(bytes)) {
        ++counts_.not_kept;
        return Appended::not_kept;
    }
    Segment& segment = segments_.back();
    index(segment, number, segment.bytes + buffered_, false);
    buffered_ += put_record(buffer_.get() + buffered_, segment.seed, number, next_inbound, wire);
    last_buffered_ = {number, next_inbound};
    buffered_wire_ += wire.size();
    ++buffered_messages_;
    return Appended::stored;
}

/// A last segment that can be written to, with room for a record; else false.
bool StoreJournal::make_room(std::size_t bytes) {
    if (writer_ == nullptr && refused_) return false;
    const bool open = writer_ != nullptr || open_writer();
    if (open && segments_.back().bytes + buffered_ + bytes <= segment_bytes_) return true;
    return begin_segment();
}

/// Goes on with the segment that the last process left.
bool StoreJournal::open_writer() {
    if (segments_.empty() || segments_.back().sealed) return false;
    Segment& segment = segments_.back();
    segment.sealed = true;
    auto file = files_.open(path_of(segment.id), {.mode = txn::io::OpenMode::append});
    if (!file) {
        note(file.error());
        return false;
    }
    const auto size = (*file)->size();
    if (!size || *size != segment.bytes) {
        // Somebody else has been at it.
        note(size ? io_error(txn::io::IoOperation::size, path_of(segment.id), EIO, *size)
                  : size.error());
        return false;
    }
    segment.sealed = false;
    writer_ = *std::move(file);
    if (buffer_ == nullptr) buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
    return true;
}

bool StoreJournal::begin_segment() {
    flush();
    writer_.reset();
    while (segments_.size() >= segments_max)
        drop_oldest();
    const std::uint32_t id = next_segment_++;
    const std::string path = path_of(id);
    auto file = files_.open(path, {.mode = txn::io::OpenMode::create});
    if (!file && file.error().kind == IoErrorKind::exists && files_.remove(path))
        file = files_.open(path, {.mode = txn::io::OpenMode::create});
    if (!file) {
        note(file.error());
        refused_ = true;
        return false;
    }
    names_changed_ = true;
    writer_ = *std::move(file);
    if (buffer_ == nullptr) buffer_ = std::make_unique_for_overwrite<std::byte[]>(buffer_bytes_);
    const SegmentHead head = segment_head(generation_, created_, id);
    std::memcpy(buffer_.get(), &head, sizeof head);
    buffered_ = sizeof head;
    segments_.push_back({.id = id, .seed = head.check, .synced = false});
    return true;
}

void StoreJournal::drop_oldest() {
    const Segment oldest = segments_.front();
    segments_.erase(segments_.begin());
    index_.forget_before(oldest.id + 1);
    if (reader_segment_ == oldest.id) reader_.reset();
    counts_.expired += oldest.messages;
    if (const auto removed = files_.remove(path_of(oldest.id)); !removed) note(removed.error());
}

void StoreJournal::flush() {
    refused_ = false;
    if (buffered_ == 0) return;
    Segment& segment = segments_.back();
    const auto written = writer_->append(txn::io::Bytes{buffer_.get(), buffered_});
    if (!written) {
        note(written.error());
        give_up_buffered();
        return;
    }
    segment.bytes += std::exchange(buffered_, 0);
    if (buffered_messages_ != 0) last_written_ = last_buffered_;
    segment.messages += buffered_messages_;
    segment.synced = false;
    counts_.appended += std::exchange(buffered_messages_, 0);
    counts_.appended_bytes += std::exchange(buffered_wire_, 0);
    failure_.reset();
}

/// The disk did not take what is in the buffer; a file that holds nothing else goes.
void StoreJournal::give_up_buffered() {
    Segment& segment = segments_.back();
    segment.places -= index_.forget_from({segment.id, segment.bytes});
    counts_.not_kept += std::exchange(buffered_messages_, 0);
    buffered_ = 0;
    buffered_wire_ = 0;
    if (segment.bytes == 0) {
        writer_.reset();
        // It may be found at the next opening, where it holds nothing, too.
        (void)files_.remove(path_of(segment.id));
        segments_.pop_back();
    } else if (writer_->failure()) {
        writer_.reset();
        segment.sealed = true;
    }
}

bool StoreJournal::sync() {
    flush();
    bool all = !failure_;
    const auto check = [&](const txn::io::Result<void>& done) {
        if (!done) note(done.error());
        all = all && done;
    };
    for (Segment& segment : segments_) {
        if (std::exchange(segment.synced, true)) continue;
        if (writer_ != nullptr && segment.id == segments_.back().id) {
            check(writer_->sync());
            continue;
        }
        auto file = files_.open(path_of(segment.id), {.mode = txn::io::OpenMode::append});
        check(file ? (*file)->sync() : txn::io::Result<void>{file.error()});
    }
    if (std::exchange(names_changed_, false)) check(files_.sync_directory(folder_));
    return all;
}

// --------------------------------------------------------------------------- reading

std::optional<StoredMessage> StoreJournal::next(std::uint64_t from, std::uint64_t to,
                                                std::size_t bytes_max, RangeRead& range) {
    flush();
    const auto begin = index_.find(from);
    if (!begin || from > to) return end_of_range(to, range);
    JournalPlace place = *begin;
    if (cursor_ && cursor_->after < from) place = std::max(place, cursor_->place);
    while (const Segment* const segment = segment_from(place)) {
        const bool may_read = range.bytes == 0 || range.bytes < bytes_max;
        const SegmentLook look = look_at(*segment, place, may_read);
        if (reader_ != nullptr) range.bytes += reader_->take_bytes_read();
        if (look.kind == SegmentLook::Kind::unread) {
            cursor_ = {place, from - 1};
            range.status = ReadStatus::more;
            return std::nullopt;
        }
        const bool is_record = look.kind == SegmentLook::Kind::record;
        if (is_record && look.number > to) break;
        step(*segment, place, look, range);
        if (!is_record || look.number < from) continue;
        cursor_ = {place, look.number};
        ++counts_.read;
        return StoredMessage{look.number, look.wire};
    }
    // What was skipped for damage may hold any number.
    if (range.damaged == 0)
        cursor_ = {place, to};
    else
        cursor_.reset();
    return end_of_range(to, range);
}

std::optional<StoredMessage> StoreJournal::end_of_range(std::uint64_t to, RangeRead& range) {
    range.status = ReadStatus::done;
    range.next = std::max(range.next, to + 1);
    reader_.reset();
    return std::nullopt;
}

/// The segment that a place is in; one behind a segment's end is moved to the next one.
const StoreJournal::Segment* StoreJournal::segment_from(JournalPlace& place) const {
    for (const Segment& segment : segments_) {
        if (segment.id < place.segment) continue;
        if (segment.id > place.segment) place = {segment.id, sizeof(SegmentHead)};
        if (place.offset < segment.bytes) return &segment;
    }
    return nullptr;
}

SegmentLook StoreJournal::look_at(const Segment& segment, JournalPlace place, bool may_read) {
    if (reader_ == nullptr || reader_segment_ != segment.id) {
        if (!may_read) return {SegmentLook::Kind::unread};
        reader_.reset();
        auto file = files_.open(path_of(segment.id), {.mode = txn::io::OpenMode::read});
        if (!file) {
            note(file.error());
            return {SegmentLook::Kind::io_error};
        }
        reader_ = std::make_unique<SegmentReader>(*std::move(file), segment.seed);
        reader_segment_ = segment.id;
    }
    SegmentLook look = reader_->at(place.offset, segment.bytes, may_read);
    if (look.kind == SegmentLook::Kind::io_error) note(*reader_->error());
    return look;
}

/// Goes behind what was looked at: behind damage is the next whole record, which is looked for up
/// to the next place of the index, and behind what the disk does not give the next file.
void StoreJournal::step(const Segment& segment, JournalPlace& place, const SegmentLook& look,
                        RangeRead& range) {
    if (look.kind == SegmentLook::Kind::record) {
        place.offset += look.bytes;
        return;
    }
    ++range.damaged;
    ++counts_.damaged;
    const auto behind = index_.behind(place);
    const bool same_file = behind && behind->segment == segment.id;
    const std::uint64_t end = same_file ? behind->offset : segment.bytes;
    std::optional<std::uint64_t> next;
    if (look.kind == SegmentLook::Kind::bad) {
        next = reader_->find(place.offset + 1, end, 0);
        range.bytes += reader_->take_bytes_read();
    }
    place.offset = next.value_or(look.kind == SegmentLook::Kind::bad ? end : segment.bytes);
}

}  // namespace tickweir::gateway::fix
