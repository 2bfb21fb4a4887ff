#include "replay/fix_reader.hpp"

#include <algorithm>

namespace tickweir::replay {

using codecs::fix::Frame;
using codecs::fix::FrameFault;
using codecs::fix::FrameStatus;
using codecs::fix::LogEntry;
using codecs::fix::LogFault;
using codecs::fix::LogStatus;
using codecs::fix::MessageFault;

namespace {

constexpr std::string_view begin_mark = "8=FIX";
constexpr std::string_view cut_off = "cut off";
/// Of a block, put behind what was carried until that is a message.
constexpr std::size_t append_bytes = 4096;
constexpr std::size_t message_bytes_max = codecs::fix::message_bytes_most;

/// Whether messages stand back to back, as far as a file's first block shows.
bool is_back_to_back(std::string_view text) {
    if (!text.starts_with(begin_mark)) return false;
    const Frame first = codecs::fix::find_frame(text);
    if (first.status == FrameStatus::garbled) return false;
    const std::string_view rest =
        text.substr(first.status == FrameStatus::whole ? first.bytes : text.size());
    return rest.starts_with(begin_mark.substr(0, std::min(rest.size(), begin_mark.size())));
}

}  // namespace

FixReader::Stream& FixReader::stream_of(const FixBlock& block) {
    const auto [found, is_new] = streams_.try_emplace(block.stream);
    Stream& stream = found->second;
    if (!is_new) return stream;
    stream.joined = !block.in_packet;
    stream.strict =
        framing_ == FixFraming::strict ||
        (framing_ == FixFraming::automatic && (block.in_packet || is_back_to_back(block.text)));
    is_strict_ = stream.strict;
    return stream;
}

void FixReader::begin(const FixBlock& block) {
    block_ = block;
    stream_ = &stream_of(block);
    step_ = Step::loss;
    used_ = at_ = boundary_ = 0;
}

bool FixReader::next(FixItem& item) {
    while (step_ != Step::done)
        if (take_step(item)) return true;
    return false;
}

bool FixReader::take_step(FixItem& item) {
    switch (step_) {
        case Step::loss:
            return tell_loss(item);
        case Step::join:
            join();
            return false;
        case Step::append:
            append();
            return false;
        case Step::carried:
            return scan_carried(item);
        case Step::direct:
            return scan_direct(item);
        case Step::keep:
            step_ = block_.ends ? Step::last : Step::done;
            at_ = 0;
            return false;
        case Step::last:
            return scan_last(item);
        case Step::done:
            break;
    }
    return false;
}

/// What was carried is lost with what is missing behind it.
bool FixReader::tell_loss(FixItem& item) {
    step_ = stream_->other ? Step::keep : stream_->joined ? Step::append : Step::join;
    if (block_.lost_before == 0 || stream_->other) return false;
    if (!stream_->joined) {
        stream_->carry.clear();
        return false;
    }
    if (!stream_->carry.empty()) {
        if (at_ == 0) {  // first the damage; its text goes with the next call
            damage(stream_->carry, cut_off, item);
            place(0, false, item);
            at_ = 1;
            step_ = Step::loss;
            return true;
        }
        at_ = 0;
    }
    stream_->carry.clear();
    item = {};
    item.kind = FixItemKind::loss;
    item.bytes = block_.lost_before;
    place(0, true, item);
    return true;
}

/// Looks for the beginning of the first message.
void FixReader::join() {
    std::string& carry = stream_->carry;
    carry.append(block_.text);
    used_ = block_.text.size();
    const std::size_t found = carry.find(begin_mark);
    if (found != carry.npos) {
        others_.bytes += found;
        carry.erase(0, found);
        stream_->joined = true;
        stream_->carry_offset = block_.offset;
        boundary_ = 0;
        step_ = Step::carried;
        return;
    }
    step_ = Step::keep;
    if (carry.size() <= message_bytes_max && !block_.ends) return;
    stream_->other = true;
    ++others_.streams;
    others_.bytes += carry.size();
    carry = {};
}

void FixReader::append() {
    std::string& carry = stream_->carry;
    step_ = carry.empty() ? Step::direct : Step::carried;
    if (carry.empty()) return;
    const std::size_t more = std::min(append_bytes, block_.text.size() - used_);
    boundary_ = carry.size();
    carry.append(block_.text.substr(used_, more));
    used_ += more;
    at_ = 0;
}

bool FixReader::scan_carried(FixItem& item) {
    std::string& carry = stream_->carry;
    // Behind what was carried the block's own bytes will do.
    if (at_ >= boundary_ && boundary_ != 0) {
        used_ -= carry.size() - at_;
        carry.clear();
        step_ = Step::direct;
        return false;
    }
    const Scan found = scan(std::string_view{carry}.substr(at_), false, item);
    if (found.kind != Scan::Kind::none) {
        if (found.kind == Scan::Kind::item) place(at_ + found.begin, false, item);
        at_ += found.bytes;
        return found.kind == Scan::Kind::item;
    }
    if (!block_.in_packet) stream_->carry_offset += at_;
    carry.erase(0, at_);
    step_ = used_ < block_.text.size() ? Step::append : Step::keep;
    return false;
}

bool FixReader::scan_direct(FixItem& item) {
    const std::string_view text = block_.text.substr(used_);
    const Scan found = scan(text, false, item);
    if (found.kind != Scan::Kind::none) {
        if (found.kind == Scan::Kind::item) place(used_ + found.begin, true, item);
        used_ += found.bytes;
        return found.kind == Scan::Kind::item;
    }
    stream_->carry.assign(text);
    stream_->carry_offset = block_.offset + (block_.in_packet ? 0 : used_);
    step_ = Step::keep;
    return false;
}

bool FixReader::scan_last(FixItem& item) {
    const std::string_view rest = std::string_view{stream_->carry}.substr(at_);
    boundary_ = stream_->carry.size();
    const Scan found = stream_->joined && !stream_->other ? scan(rest, true, item) : Scan{};
    if (found.kind != Scan::Kind::none) {
        if (found.kind == Scan::Kind::item) place(at_ + found.begin, false, item);
        at_ += found.bytes;
        return found.kind == Scan::Kind::item;
    }
    finish();
    return false;
}

void FixReader::finish() {
    streams_.erase(block_.stream);
    stream_ = nullptr;
    step_ = Step::done;
}

/// `index` of the block's text, or of what is carried.
void FixReader::place(std::size_t index, bool in_block, FixItem& item) const {
    item.stream = block_.stream;
    item.received = block_.received;
    const bool carried = !in_block && (index < boundary_ || boundary_ == 0);
    if (block_.in_packet) {
        item.offset = carried ? stream_->carry_offset : block_.offset;
        return;
    }
    if (in_block)
        item.offset = block_.offset + index;
    else
        item.offset = stream_->carry_offset + index;
}

// ------------------------------------------------------------------------------------------
// scanning

FixReader::Scan FixReader::scan(std::string_view text, bool last, FixItem& item) {
    if (text.empty()) return {};
    item = {};
    const Scan found =
        stream_->strict ? scan_strictly(text, last, item) : scan_log(text, last, item);
    if (found.kind == Scan::Kind::item) stream_->in_damage = item.kind != FixItemKind::message;
    return found;
}

FixReader::Scan FixReader::damage(std::string_view text, std::string_view reason,
                                  FixItem& item) const {
    item = {};
    item.kind = FixItemKind::damage;
    item.reason = reason;
    item.bytes = text.size();
    item.text = text;
    return {Scan::Kind::item, 0, text.size()};
}

FixReader::Scan FixReader::scan_strictly(std::string_view text, bool last, FixItem& item) {
    const Frame frame = message_.read(text);
    switch (frame.status) {
        case FrameStatus::whole:
            break;
        case FrameStatus::partial:
            return last ? damage(text, cut_off, item) : Scan{};
        case FrameStatus::garbled: {
            const Scan found = damage(text.substr(0, frame.bytes), to_string(frame.fault), item);
            item.continues = stream_->in_damage && frame.fault == FrameFault::no_begin;
            return found;
        }
    }
    const std::string_view whole = text.substr(0, frame.bytes);
    if (message_.fault() != MessageFault::none) {
        const Scan found = damage(whole, to_string(message_.fault()), item);
        item.tag = message_.fault_tag();
        return found;
    }
    item.message = &message_;
    item.bytes = frame.bytes;
    return {Scan::Kind::item, 0, frame.bytes};
}

FixReader::Scan FixReader::scan_log(std::string_view text, bool last, FixItem& item) {
    const LogEntry entry = log_.next(text, last);
    const std::string_view found =
        text.substr(entry.begin, entry.bytes - std::min(entry.begin, entry.bytes));
    switch (entry.status) {
        case LogStatus::message:
            item.message = &log_.message();
            item.wrong_body_length = entry.wrong_body_length;
            item.wrong_checksum = entry.wrong_checksum;
            item.bytes = found.size();
            return {Scan::Kind::item, entry.begin, entry.bytes};
        case LogStatus::damaged: {
            const bool fields = entry.fault == LogFault::bad_fields;
            damage(found, fields ? to_string(log_.message().fault()) : to_string(entry.fault),
                   item);
            if (fields) item.tag = log_.message().fault_tag();
            return {Scan::Kind::item, entry.begin, std::max<std::size_t>(entry.bytes, 1)};
        }
        case LogStatus::partial:
            // Only a prefix can be longer than any message: all but what may begin a mark goes.
            if (text.size() > 2 * message_bytes_max && entry.begin > message_bytes_max)
                return {Scan::Kind::skipped, 0, entry.begin};
            if (text.size() > 4 * message_bytes_max)
                return {Scan::Kind::skipped, 0, text.size() - begin_mark.size()};
            return {};
        case LogStatus::end:
            break;
    }
    if (last || entry.bytes == 0) return {};
    return {Scan::Kind::skipped, 0, entry.bytes};
}

}  // namespace tickweir::replay
