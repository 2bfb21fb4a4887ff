#include "gateway/fix/market_data/request_reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "codecs/fix/group.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;
using codecs::fix::FieldStatus;
using codecs::fix::FieldView;
using codecs::fix::Group;
using codecs::fix::GroupFault;
using codecs::fix::GroupShape;
using codecs::fix::Message;
using codecs::fix::Tag;

constexpr Tag scope = 546;
constexpr Tag underlyings = 711;
constexpr Tag legs = 555;

// SessionRejectReason.
constexpr unsigned required_tag_missing = 1;
constexpr unsigned tag_without_value = 4;
constexpr unsigned value_incorrect = 5;
constexpr unsigned bad_format = 6;
constexpr unsigned group_order = 15;
constexpr unsigned group_count = 16;

constexpr std::array entry_type_members = std::to_array<Tag>({tag::md_entry_type});

/// The Instrument block of FIX 4.4 and what else belongs to an entry of 146; groups of underlyings
/// and legs left out, for there are none of these instruments.
constexpr std::array instrument_members = std::to_array<Tag>(
    {55,  65,  48,  22,  454, 455, 456, 460, 461, 167, 762, 200, 541, 224, 225, 239, 226, 227,
     228, 255, 543, 470, 471, 472, 240, 202, 947, 206, 231, 223, 207, 106, 348, 349, 107, 350,
     351, 691, 667, 875, 876, 873, 874, 386, 336, 625, 815, 812, 864, 865, 866, 867, 868});

Refusal by_session(unsigned reason, Tag tag, std::string text) {
    return {.by = Refusal::By::session_reject,
            .session_reason = reason,
            .tag = tag,
            .text = std::move(text)};
}

Refusal by_market(char reason, std::string text) {
    return {.reason = reason, .text = std::move(text)};
}

std::string unsupported(Tag tag, std::string_view value, std::string_view what) {
    std::string text{what};
    return text.append(": ").append(std::to_string(tag)).append("=").append(value);
}

std::optional<Refusal> faulty_group(const Group& group, Tag tag) {
    const std::string text{to_string(group.fault())};
    switch (group.fault()) {
        case GroupFault::none:
            return std::nullopt;
        case GroupFault::bad_count:
            return by_session(bad_format, tag, text);
        case GroupFault::wrong_delimiter:
            return by_session(group_order, tag, text);
        case GroupFault::count_mismatch:
            return by_session(group_count, tag, text);
        case GroupFault::too_many_entries:
            return by_market('2', std::to_string(tag) + ": " + text);
    }
    return std::nullopt;
}

}  // namespace

Refusal refused_field(Tag tag, FieldStatus status) {
    std::string text = std::to_string(tag);
    text.append(" is ").append(to_string(status));
    switch (status) {
        case FieldStatus::missing:
            return by_session(required_tag_missing, tag, std::move(text));
        case FieldStatus::empty:
            return by_session(tag_without_value, tag, std::move(text));
        case FieldStatus::out_of_range:
            return by_session(value_incorrect, tag, std::move(text));
        case FieldStatus::ok:
        case FieldStatus::malformed:
            break;
    }
    return by_session(bad_format, tag, std::move(text));
}

std::optional<Refusal> read_id(const Message& message, Tag tag, std::size_t bytes_max,
                               std::string_view& id) {
    const auto read = message.get_string(tag);
    if (!read) return refused_field(tag, read.status);
    if (read.value.size() > bytes_max)
        return by_session(
            value_incorrect, tag,
            std::to_string(tag) + " is longer than " + std::to_string(bytes_max) + " bytes");
    id = *read;
    return std::nullopt;
}

std::optional<Refusal> RequestReader::read(const Message& message, std::size_t instruments_max,
                                           std::size_t id_bytes_max) {
    view_ = {};
    tape_ = false;
    instruments_.clear();
    if (auto refusal = read_head(message, id_bytes_max)) return refusal;
    if (subscribe_ == Subscribe::end) return std::nullopt;
    if (auto refusal = read_manner(message)) return refusal;
    if (auto refusal = read_options(message)) return refusal;
    if (auto refusal = read_entry_types(message)) return refusal;
    for (const Tag group : {underlyings, legs})
        if (message.has(group))
            return by_market('0', std::to_string(group) + ": underlyings and legs are unsupported");
    return read_instruments(message, instruments_max);
}

RequestReader::Answer RequestReader::read_head(const Message& message, std::size_t id_bytes_max) {
    if (auto refusal = read_id(message, tag::md_req_id, id_bytes_max, id_)) return refusal;
    const auto subscribe = message.get_string(tag::subscription_request_type);
    if (!subscribe) return refused_field(tag::subscription_request_type, subscribe.status);
    if (subscribe.value.size() != 1 || subscribe.value.front() < '0' ||
        subscribe.value.front() > '2')
        return by_market('4', unsupported(tag::subscription_request_type, *subscribe,
                                          "unsupported SubscriptionRequestType"));
    subscribe_ = static_cast<Subscribe>(subscribe.value.front());
    return std::nullopt;
}

/// How deep, and by which kind of updates.
RequestReader::Answer RequestReader::read_manner(const Message& message) {
    const auto depth = message.get_int(tag::market_depth);
    if (!depth) return refused_field(tag::market_depth, depth.status);
    if (*depth < 0)
        return by_market(
            '5', unsupported(tag::market_depth, std::to_string(*depth), "unsupported MarketDepth"));
    // A replica keeps no more levels than this, so that more is all there are.
    constexpr std::int64_t levels_max = 65'536;
    view_.depth = *depth >= levels_max ? 0 : static_cast<std::uint32_t>(*depth);
    view_.whole = true;
    if (subscribe_ == Subscribe::snapshot) return std::nullopt;
    const auto update = message.get_string(tag::md_update_type);
    if (!update && update.status != FieldStatus::missing)
        return refused_field(tag::md_update_type, update.status);
    if (!update || (*update != "0" && *update != "1"))
        return by_market('6', unsupported(tag::md_update_type, update ? *update : "(missing)",
                                          "unsupported MDUpdateType"));
    view_.whole = *update == "0";
    return std::nullopt;
}

/// What may be said and cannot be done is refused, not passed over.
RequestReader::Answer RequestReader::read_options(const Message& message) {
    const auto aggregated = message.find(tag::aggregated_book);
    if (aggregated && *aggregated != "Y")
        return by_market(
            '7', unsupported(tag::aggregated_book, *aggregated, "books are aggregated by price"));
    const auto wanted_scope = message.find(scope);
    if (wanted_scope && *wanted_scope != "1")
        return by_market('A', unsupported(scope, *wanted_scope, "unsupported Scope"));
    if (const auto flag = message.find(tag::open_close_settl_flag))
        return by_market(
            'B', unsupported(tag::open_close_settl_flag, *flag, "unsupported OpenCloseSettlFlag"));
    const auto implicit = message.get_bool(tag::md_implicit_delete);
    if (!implicit && implicit.status != FieldStatus::missing)
        return refused_field(tag::md_implicit_delete, implicit.status);
    view_.implicit_delete = implicit.value_or(false);
    return std::nullopt;
}

RequestReader::Answer RequestReader::read_entry_types(const Message& message) {
    constexpr std::size_t types_max = 64;
    Group group{message.view(),
                GroupShape{tag::no_md_entry_types, tag::md_entry_type, entry_type_members},
                types_max};
    if (auto refusal = faulty_group(group, tag::no_md_entry_types)) return refusal;
    if (group.size() == 0) return refused_field(tag::no_md_entry_types, FieldStatus::missing);
    bool trades = false;
    while (const auto entry = group.next()) {
        const auto type = entry->get_string(tag::md_entry_type);
        if (!type) return refused_field(tag::md_entry_type, type.status);
        if (*type != "0" && *type != "1" && *type != "2")
            return by_market('8',
                             unsupported(tag::md_entry_type, *type, "unsupported MDEntryType"));
        view_.bids |= *type == "0";
        view_.offers |= *type == "1";
        trades |= *type == "2";
    }
    view_.last_trade = trades && view_.whole;
    tape_ = trades && !view_.whole;
    return std::nullopt;
}

RequestReader::Answer RequestReader::read_instruments(const Message& message, std::size_t most) {
    Group group{message.view(), GroupShape{tag::no_related_sym, tag::symbol, instrument_members},
                most};
    if (auto refusal = faulty_group(group, tag::no_related_sym)) return refusal;
    if (group.size() == 0) return refused_field(tag::no_related_sym, FieldStatus::missing);
    while (const auto entry = group.next()) {
        const auto symbol = entry->get_string(tag::symbol);
        if (!symbol) return refused_field(tag::symbol, symbol.status);
        if (entry->has(tag::no_trading_sessions) || entry->has(tag::trading_session_id))
            return by_market('9', "instruments have no trading sessions of their own");
        instruments_.push_back({*symbol, entry->find(tag::security_exchange)});
    }
    return std::nullopt;
}

}  // namespace tickweir::gateway::fix::market_data
