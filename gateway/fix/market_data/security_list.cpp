#include "gateway/fix/market_data/security_list.hpp"

#include <algorithm>
#include <array>

#include "book/decimal.hpp"
#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/request_reader.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;
namespace msg_type = codecs::fix::msg_type;
using codecs::fix::Message;

// SecurityRequestResult.
constexpr unsigned valid = 0;
constexpr unsigned unsupported = 1;
constexpr unsigned nothing_found = 2;
constexpr unsigned unavailable_now = 4;
constexpr unsigned kind_not_supported = 5;

}  // namespace

void SecurityList::on_request(SessionId session, const Message& message) {
    std::string_view id;
    auto refusal = read_id(message, tag::security_req_id, parts_.limits.id_bytes, id);
    const auto kind = message.get_char(tag::security_list_request_type);
    if (!refusal && !kind) refusal = refused_field(tag::security_list_request_type, kind.status);
    if (!refusal && *kind == '0' && !message.has(tag::symbol))
        refusal = refused_field(tag::symbol, codecs::fix::FieldStatus::missing);
    if (refusal) {
        ++parts_.counts.refused;
        parts_.sender.output().reject(session, message, refusal->session_reason, refusal->tag,
                                      refusal->text);
        return;
    }
    const auto subscribe = message.find(tag::subscription_request_type);
    if (*kind < '0' || *kind > '4' || (subscribe && *subscribe != "0"))
        return send_result(session, id, unsupported);
    const auto filter = read_filter(message, *kind);
    if (!filter) return send_result(session, id, kind_not_supported);
    if (std::ranges::find(lists_, session, &List::session) != lists_.end()) {
        ++parts_.counts.over_limit;
        return send_result(session, id, unavailable_now);
    }
    List list{.session = session,
              .id = std::string{id},
              .filter = *filter,
              .end = static_cast<std::uint32_t>(parts_.instruments.size())};
    for (std::uint32_t i = 0; i < list.end; ++i)
        if (fits(list.filter, i)) ++list.total;
    if (list.total == 0) return send_result(session, id, nothing_found);
    list.response = ++responses_;
    send_fragment(list);
    if (list.sent != list.total) lists_.push_back(std::move(list));
}

std::optional<SecurityList::Filter> SecurityList::read_filter(const Message& message,
                                                              char kind) const {
    const auto text = [&](codecs::fix::Tag tag) {
        return std::string{message.find(tag).value_or("")};
    };
    switch (kind) {
        case '0':
            return Filter{text(tag::symbol), text(tag::security_exchange)};
        case '3': {
            const std::string session = text(tag::trading_session_id);
            return Filter{{}, session.empty() ? parts_.own_venue : session};
        }
        case '4':
            return Filter{{}, text(tag::security_exchange)};
        default:
            return std::nullopt;
    }
}

bool SecurityList::fits(const Filter& filter, std::uint32_t instrument) const {
    const store::Instrument& spec = *parts_.instruments[instrument].spec;
    return (filter.symbol.empty() || spec.symbol == filter.symbol) &&
           (filter.venue.empty() || spec.venue == filter.venue) && fits_field(spec.symbol) &&
           fits_field(spec.venue);
}

void SecurityList::on_logout(SessionId session) {
    std::erase_if(lists_, [&](const List& list) { return list.session == session; });
}

bool SecurityList::has_work() const {
    return std::ranges::any_of(lists_, [&](const List& list) {
        return !parts_.sender.reaches(list.session) || parts_.sender.caught_up(list.session);
    });
}

bool SecurityList::turn() {
    bool any = false;
    std::erase_if(lists_, [&](List& list) {
        if (!parts_.sender.reaches(list.session)) return true;
        if (!parts_.sender.caught_up(list.session)) return false;
        any = true;
        send_fragment(list);
        return list.sent == list.total;
    });
    return any;
}

// --------------------------------------------------------------------------------------- messages

void SecurityList::send_result(SessionId session, std::string_view id, unsigned result) {
    ++parts_.counts.lists;
    if (result != nothing_found) ++parts_.counts.refused;
    body_.clear();
    body_.text(tag::security_req_id, id);
    body_.number(tag::security_response_id, ++responses_);
    body_.number(tag::security_request_result, result);
    body_.number(tag::tot_no_related_sym, 0);
    body_.text(tag::last_fragment, "Y");
    parts_.sender.send(session, msg_type::security_list, body_.view());
}

void SecurityList::send_fragment(List& list) {
    body_.clear();
    std::size_t entries = 0;
    for (; list.next < list.end && entries < entries_per_fragment; ++list.next) {
        if (!fits(list.filter, list.next)) continue;
        const std::size_t mark = body_.mark();
        append(list.next);
        if (body_.overflowed()) {
            body_.back_to(mark);
            break;
        }
        ++entries;
    }
    list.sent += static_cast<std::uint32_t>(entries);
    body_.prepend(tag::no_related_sym, entries);
    body_.prepend(tag::last_fragment, list.sent == list.total ? "Y" : "N");
    body_.prepend(tag::tot_no_related_sym, list.total);
    body_.prepend(tag::security_request_result, valid);
    body_.prepend(tag::security_response_id, list.response);
    body_.prepend(tag::security_req_id, list.id);
    ++parts_.counts.lists;
    parts_.sender.send(list.session, msg_type::security_list, body_.view());
}

/// FIX 4.4 has no field for the least difference of prices, so that it stands in the text.
void SecurityList::append(std::uint32_t instrument) {
    const store::Instrument& spec = *parts_.instruments[instrument].spec;
    body_.fields(instrument_fields(parts_, instrument));
    if (fits_field(spec.quote)) body_.text(tag::currency, spec.quote);
    body_.decimal(tag::round_lot, spec.lot.lots, spec.quantity_decimals);
    body_.decimal(tag::min_trade_vol, spec.lot.lots, spec.quantity_decimals);
    std::array<char, book::decimal_text_max> tick;
    body_.fields("58=tick ");
    body_.fields(
        {tick.data(), book::write_decimal(spec.tick.ticks, spec.price_decimals, tick.data())});
    body_.fields("\x01");
}

}  // namespace tickweir::gateway::fix::market_data
