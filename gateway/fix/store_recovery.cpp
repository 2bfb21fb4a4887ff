// The opening of a journal: what is there of the session's generation, how far it is whole, and
// what is cut off or left aside.
#include <algorithm>
#include <charconv>
#include <cstring>

#include "gateway/fix/store_journal.hpp"

namespace tickweir::gateway::fix {
namespace {

constexpr std::size_t found_text_max = 2'000;

void tell(StoreFound& found, const std::string& text) {
    if (found.text.size() + text.size() > found_text_max) return;
    if (!found.text.empty()) found.text += "; ";
    found.text += text;
}

/// Something is missing behind this number.
void damaged(StoreFound& found, std::uint64_t behind) {
    ++found.damaged_places;
    found.whole_to = std::min(found.whole_to, behind);
}

/// A number from the beginning of a text, which loses it; nothing where there is none.
template <class Number>
std::optional<Number> take_number(std::string_view& text) {
    Number number{};
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

}  // namespace

std::optional<MessagesName> messages_name(std::string_view name) {
    if (!name.ends_with(messages_suffix)) return std::nullopt;
    name.remove_suffix(messages_suffix.size());
    const auto generation = take_number<std::uint64_t>(name);
    if (!generation || !name.starts_with('-')) return std::nullopt;
    name.remove_prefix(1);
    const auto segment = take_number<std::uint32_t>(name);
    if (!segment || !name.empty()) return std::nullopt;
    return MessagesName{*generation, *segment};
}

txn::io::Result<void> StoreJournal::recover(std::uint64_t generation, book::TimeNs created,
                                            StoreFound& found) {
    generation_ = generation;
    created_ = created;
    names_changed_ = !found.closed;
    const auto entries = files_.list(folder_);
    if (!entries) return entries.error();
    const std::vector<std::uint32_t> there = segments_there(*entries);
    for (const std::uint32_t id : there) {
        // A file that is gone held what nobody misses by its numbers; the oldest go when there are
        // as many as there may be.
        const bool may_be_oldest = id == there.front() && there.size() + 1 >= segments_max;
        if (id != next_segment_ && !may_be_oldest)
            found.whole_to = std::min(found.whole_to, last_number_);
        recover_segment(id, id == there.back(), found);
        next_segment_ = id + 1;
    }
    std::uint64_t bytes = 0;
    for (const Segment& segment : segments_)
        bytes += segment.bytes;
    while (!segments_.empty() && bytes > limits_.retained_bytes) {
        bytes -= segments_.front().bytes;
        drop_oldest();
    }
    for (const Segment& segment : segments_)
        found.messages += segment.messages;
    return {};
}

/// The segments of this generation, ascending, as many as are kept. The rest is removed: left over
/// by resets, or beyond what there may be.
std::vector<std::uint32_t> StoreJournal::segments_there(
    const std::vector<txn::io::DirectoryEntry>& entries) {
    std::vector<std::uint32_t> there;
    for (const auto& entry : entries) {
        const auto name = messages_name(entry.name);
        if (!name) continue;
        if (name->generation == generation_)
            there.push_back(name->segment);
        else if (const auto removed = files_.remove(folder_ + '/' + entry.name); !removed)
            note(removed.error());
    }
    std::ranges::sort(there);
    while (there.size() > segments_max) {
        if (const auto removed = files_.remove(path_of(there.front())); !removed)
            note(removed.error());
        there.erase(there.begin());
    }
    return there;
}

void StoreJournal::recover_segment(std::uint32_t id, bool is_last, StoreFound& found) {
    const std::string path = path_of(id);
    auto file = files_.open(path, {.mode = txn::io::OpenMode::read});
    const auto size = file ? (*file)->size() : txn::io::Result<std::uint64_t>{file.error()};
    if (!size) {
        note(size.error());
        damaged(found, last_number_);
        tell(found, to_string(size.error()));
        return;
    }
    const SegmentHead head = segment_head(generation_, created_, id);
    // What a killed process wrote may not be on the disk yet.
    Segment segment{.id = id, .seed = head.check, .bytes = sizeof head, .synced = found.closed};
    SegmentHead seen{};
    const auto read = (*file)->read_at(0, std::as_writable_bytes(std::span{&seen, 1}));
    // What the head has to say is known, so that a damaged one costs no message.
    if (read && *read == sizeof seen && std::memcmp(&seen, &head, sizeof head) != 0) {
        ++found.damaged_places;
        tell(found, path + ": its head is damaged");
    }
    SegmentReader reader{*std::move(file), head.check};
    scan(reader, segment, *size, found);
    if (segment.bytes < *size) cut_tail(segment, *size, is_last && !reader.error(), found);
    if (segment.messages != 0) {
        segments_.push_back(segment);
    } else if (!reader.error()) {
        if (const auto removed = files_.remove(path); !removed) note(removed.error());
    }
}

/// Enters the records of a file, up to the last whole one that can be read.
void StoreJournal::scan(SegmentReader& reader, Segment& segment, std::uint64_t size,
                        StoreFound& found) {
    std::uint64_t offset = sizeof(SegmentHead);
    bool behind_damage = false;
    while (offset < size) {
        const SegmentLook look = reader.at(offset, size, true);
        if (look.kind == SegmentLook::Kind::record && look.number > last_number_) {
            index(segment, look.number, offset, std::exchange(behind_damage, false));
            last_number_ = look.number;
            last_written_ = {look.number, look.next_inbound};
            ++segment.messages;
            offset += look.bytes;
            segment.bytes = offset;
            continue;
        }
        if (look.kind == SegmentLook::Kind::io_error) break;
        const auto next = reader.find(offset + 1, size, last_number_);
        if (!next) break;
        damaged(found, last_number_);
        tell(found, path_of(segment.id) + ": " + std::to_string(*next - offset) +
                        " bytes at byte " + std::to_string(offset) + " are no messages");
        offset = *next;
        behind_damage = true;
    }
    if (!reader.error()) return;
    note(*reader.error());
    damaged(found, last_number_);
    tell(found, to_string(*reader.error()));
}

/// What follows the last whole record of a file: cut off the last file, which a crash may have left
/// so; else left where it is, for the file is not written to any more.
void StoreJournal::cut_tail(Segment& segment, std::uint64_t size, bool is_last, StoreFound& found) {
    const std::string where = path_of(segment.id) + ": " + std::to_string(size - segment.bytes) +
                              " bytes at byte " + std::to_string(segment.bytes);
    segment.sealed = true;
    if (!is_last) {
        damaged(found, last_number_);
        tell(found, where + " are no messages");
        return;
    }
    found.torn_bytes += size - segment.bytes;
    tell(found, where + " are no whole message and are cut off");
    auto file = files_.open(path_of(segment.id), {.mode = txn::io::OpenMode::append});
    auto cut = file ? (*file)->truncate(segment.bytes) : txn::io::Result<void>{file.error()};
    if (cut) cut = (*file)->sync();
    if (cut)
        segment.sealed = false;
    else
        note(cut.error());
}

}  // namespace tickweir::gateway::fix
