#include "gateway/feeds/fix/fix_books.hpp"

#include <utility>

namespace tickweir::gateway {

namespace fix = codecs::fix;

namespace {

/// What some venues write where an instrument has no symbol.
bool is_name(std::string_view text) {
    return !text.empty() && text != "[N/A]" && text != "N/A";
}

/// The fields in front of the entries.
struct Head {
    std::string_view symbol;
    std::string_view security_id;
    std::string_view request;
    std::optional<std::uint64_t> number;
};

Head head_of(const fix::Message& message) {
    Head head;
    for (const fix::Field& field : message.fields()) {
        if (field.tag == fix::tag::no_md_entries) break;
        if (field.tag == fix::tag::symbol) head.symbol = message.value(field);
        if (field.tag == fix::tag::security_id) head.security_id = message.value(field);
        if (field.tag == fix::tag::md_req_id) head.request = message.value(field);
        if (field.tag != fix::tag::rpt_seq) continue;
        if (const auto number = fix::read_uint(message.value(field))) head.number = number.value;
    }
    return head;
}

}  // namespace

std::optional<std::uint32_t> FixBooks::add_instrument(std::string_view symbol) {
    const FixBooksLimits& limits = options_.limits;
    if (symbol.size() > limits.symbol_bytes || instruments_.size() >= limits.instruments) {
        ++counts_.over_limit;
        return std::nullopt;
    }
    const book::LevelBookLimits levels{.levels = std::clamp(limits.levels, 1U, 1U << 29)};
    states_.emplace_back();
    return instruments_.add(
        std::make_unique<JsonInstrument>(symbol, VenueRules{}, levels, options_.budget));
}

/// The instrument of a symbol, else of a SecurityID; a new one if need be.
std::optional<std::uint32_t> FixBooks::instrument_of(std::string_view symbol, std::string_view id) {
    if (!is_name(symbol)) {
        const auto known = by_security_id_.find(id);
        if (known != by_security_id_.end()) return known->second;
        symbol = id;
    }
    auto index = instruments_.find(symbol);
    if (!index) index = add_instrument(symbol);
    if (index && is_name(id)) remember(by_security_id_, id, *index);
    return index;
}

void FixBooks::remember(Names& names, std::string_view name, std::uint32_t instrument) {
    const auto known = names.find(name);
    if (known != names.end()) {
        known->second = instrument;
    } else if (names.size() >= options_.limits.names ||
               name.size() > options_.limits.symbol_bytes) {
        ++counts_.over_limit;
    } else {
        names.emplace(name, instrument);
    }
}

/// Finds the instrument of every entry, and lists them in the order of their first.
MdStatus FixBooks::identify(const fix::Message& message) {
    const Head head = head_of(message);
    const bool is_increment = message.msg_type() == fix::msg_type::market_data_incremental;
    message_number_ = head.number;
    touched_.clear();
    std::optional<std::uint32_t> current;
    if (is_name(head.symbol) || is_name(head.security_id)) {
        current = instrument_of(head.symbol, head.security_id);
        if (!current) return MdStatus::over_limit;
        if (!head.request.empty()) remember(by_request_, head.request, *current);
    } else if (!head.request.empty()) {
        const auto known = by_request_.find(head.request);
        if (known != by_request_.end()) current = known->second;
    }
    // A snapshot without entries says that its book is empty.
    if (entries_.empty() && current) touched_.push_back(*current);
    for (MdEntry& entry : entries_) {
        if (is_name(entry.symbol) || is_name(entry.security_id)) {
            current = instrument_of(entry.symbol, entry.security_id);
            if (!current) return MdStatus::over_limit;
        }
        if (!current) return MdStatus::unidentified;
        if (entry.action == MdAction::unsupported) return MdStatus::unsupported;
        entry.instrument = *current;
        // A number of the whole message is that of each of its changes.
        if (!entry.number && is_increment) entry.number = message_number_;
        if (touched_.empty() || touched_.back() != *current)
            if (std::ranges::find(touched_, *current) == touched_.end())
                touched_.push_back(*current);
    }
    return MdStatus::ok;
}

void FixBooks::on_reset(std::uint32_t session) {
    for (std::uint32_t index = 0; index < instruments_.size(); ++index)
        if (instruments_[index].connection == session) states_[index].may_restart = true;
}

}  // namespace tickweir::gateway
