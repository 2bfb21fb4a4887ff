#include "gateway/commands/fix_capture_report.hpp"

#include <algorithm>

namespace tickweir::gateway {

namespace fix = codecs::fix;
using replay::FixItem;
using replay::FixItemKind;

namespace {

constexpr std::size_t text_bytes_max = 60;

std::string printable(std::string_view text) {
    std::string shown{text.substr(0, text_bytes_max)};
    for (char& c : shown) {
        if (c == fix::soh) c = '|';
        if (c < ' ' || c > '~') c = '.';
    }
    return shown + (text.size() > text_bytes_max ? "..." : "");
}

}  // namespace

void FixCaptureReport::on_item(const FixItem& item) {
    switch (item.kind) {
        case FixItemKind::message:
            return on_message(item);
        case FixItemKind::damage:
            return add_broken(item, item.reason, item.tag, item.text);
        case FixItemKind::loss:
            return add_gap({item.offset, item.stream, std::nullopt, 0, item.bytes});
    }
}

void FixCaptureReport::on_message(const FixItem& item) {
    const fix::Message& message = *item.message;
    ++messages_;
    bytes_ += item.bytes;
    by_type_.add(message.msg_type());
    const FixSessionStep step = sessions_.on_message(message, item.stream);
    if (step.sent_ns) {
        first_ns_ = std::min(first_ns_.value_or(*step.sent_ns), *step.sent_ns);
        last_ns_ = std::max(last_ns_.value_or(*step.sent_ns), *step.sent_ns);
    }
    if (step.sequence == FixSequence::gap)
        add_gap({item.offset, item.stream, step.session, step.number - step.missing, step.missing});
    if (item.wrong_body_length)
        add_broken(item, "wrong BodyLength", fix::tag::body_length, message.text());
    if (item.wrong_checksum)
        add_broken(item, "wrong CheckSum", fix::tag::check_sum, message.text());
    if (message.has_empty_value())
        add_broken(item, "empty value", message.first_empty()->tag, message.text());
    if (FixBooks::is_market_data(message.msg_type())) {
        fix::Tag tag = 0;
        const MdStatus status = read_entries(message, entries_, tag);
        if (status != MdStatus::ok)
            add_broken(item, "market data " + std::string{to_string(status)}, tag, message.text());
    }
    count_instruments(message);
}

void FixCaptureReport::add_broken(const FixItem& item, std::string_view reason, fix::Tag tag,
                                  std::string_view text) {
    if (item.continues && !broken_.empty()) {
        broken_.back().bytes += item.bytes;
        return;
    }
    reasons_.add(reason);
    if (broken_.size() >= broken_max) return;
    broken_.push_back(
        {item.offset, item.stream, std::string{reason}, tag, item.bytes, printable(text)});
}

void FixCaptureReport::add_gap(const FixGap& gap) {
    ++gaps_count_;
    if (gaps_.size() < gaps_max) gaps_.push_back(gap);
}

/// A message counts once for each instrument that it names.
void FixCaptureReport::count_instruments(const fix::Message& message) {
    constexpr std::size_t bytes_max = 64;
    std::string_view before;
    const auto count = [&](std::string_view name) {
        if (name == before) return;
        before = name;
        const auto found = instruments_.find(name);
        if (found != instruments_.end())
            ++found->second;
        else if (instruments_.size() < instruments_max && name.size() <= bytes_max)
            instruments_.emplace(name, 1);
        else
            ++instruments_beyond_;
    };
    const bool has_symbol = message.has(fix::tag::symbol);
    const fix::Tag wanted = has_symbol ? fix::tag::symbol : fix::tag::security_id;
    for (const fix::Field& field : message.fields())
        if (field.tag == wanted && field.length != 0) count(message.value(field));
}

}  // namespace tickweir::gateway
