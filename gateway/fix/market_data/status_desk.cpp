#include "gateway/fix/market_data/status_desk.hpp"

#include <algorithm>
#include <utility>

#include "codecs/fix/fields.hpp"
#include "gateway/fix/market_data/request_reader.hpp"

namespace tickweir::gateway::fix::market_data {
namespace {

namespace tag = codecs::fix::tag;
namespace msg_type = codecs::fix::msg_type;
using codecs::fix::Message;

// BusinessRejectReason.
constexpr unsigned other = 0;
constexpr unsigned unknown_id = 1;

// SecurityTradingStatus.
constexpr std::uint64_t halted = 2;
constexpr std::uint64_t resumed = 3;
constexpr std::uint64_t not_available = 18;
constexpr std::uint64_t unknown_or_invalid = 20;

/// A book that may be wrong says nothing of whether its instrument trades, either.
std::uint64_t trading_status(const store::InstrumentStatus& status) {
    if (!status.in_sync()) return unknown_or_invalid;
    switch (status.state) {
        case store::TradingState::trading:
            return resumed;
        case store::TradingState::halted:
        case store::TradingState::paused:
            return halted;
        case store::TradingState::closed:
            return not_available;
        case store::TradingState::unknown:
            break;
    }
    return unknown_or_invalid;
}

/// L4 takes cancels only and L5 nothing: neither trades.
bool trades_in(std::string_view mode) {
    return mode < "L4";
}

}  // namespace

// --------------------------------------------------------------------------------------- requests

void StatusDesk::refuse(SessionId session, const Message& message, unsigned reason,
                        std::string_view id, std::string_view text) {
    ++parts_.counts.refused;
    parts_.sender.output().business_reject(session, message, reason, id, text);
}

void StatusDesk::on_request(SessionId session, const Message& message, book::TimeNs now) {
    now_ = now;
    std::string_view id;
    const auto reject = [&](const Refusal& refusal) {
        ++parts_.counts.refused;
        parts_.sender.output().reject(session, message, refusal.session_reason, refusal.tag,
                                      refusal.text);
    };
    if (const auto refusal =
            read_id(message, tag::security_status_req_id, parts_.limits.id_bytes, id))
        return reject(*refusal);
    const auto kind = message.get_char(tag::subscription_request_type);
    if (!kind) return reject(refused_field(tag::subscription_request_type, kind.status));
    if (*kind < '0' || *kind > '2')
        return refuse(session, message, other, id,
                      "263 is 0, 1 or 2: snapshot, updates, or their end");
    if (*kind == '2') return end_request(session, message, id);
    const auto symbol = message.get_string(tag::symbol);
    if (!symbol) return reject(refused_field(tag::symbol, symbol.status));
    const auto venue = message.find(tag::security_exchange);
    const auto instrument = find_instrument(parts_, *symbol, venue);
    if (!instrument) return send_unknown(session, id, *symbol, venue.value_or(parts_.own_venue));
    if (*kind == '1') {
        if (find(session, id))
            return refuse(session, message, other, id, "324 is in use by an open request");
        if (!open(session, id, *instrument)) {
            ++parts_.counts.over_limit;
            return refuse(session, message, other, id, "too many open requests for statuses");
        }
    }
    send_status(session, id, *instrument);
}

void StatusDesk::end_request(SessionId session, const Message& message, std::string_view id) {
    const auto status = find(session, id);
    if (!status)
        return refuse(session, message, unknown_id, id, "no request with this 324 is open");
    close(*status);
}

std::optional<std::uint32_t> StatusDesk::find(SessionId session, std::string_view id) {
    for (const std::uint32_t status : parts_.subscriptions.session(session).statuses)
        if (statuses_[status].id == id) return status;
    return std::nullopt;
}

bool StatusDesk::open(SessionId session, std::string_view id, std::uint32_t instrument) {
    std::vector<std::uint32_t>& of_session = parts_.subscriptions.session(session).statuses;
    if (of_session.size() >= parts_.limits.statuses_per_session) return false;
    if (!budget_.try_charge(sizeof(Status) + 2 * sizeof(std::uint32_t))) return false;
    if (free_.empty()) {
        free_.push_back(static_cast<std::uint32_t>(statuses_.size()));
        statuses_.emplace_back();
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    Status& status = statuses_[slot];
    status.session = session;
    status.id = id;
    status.instrument = instrument;
    status.live = true;
    of_session.push_back(slot);
    parts_.subscriptions.listing(instrument).statuses.push_back(slot);
    return true;
}

void StatusDesk::close(std::uint32_t slot) {
    Status& status = statuses_[slot];
    std::erase(parts_.subscriptions.session(status.session).statuses, slot);
    std::erase(parts_.subscriptions.listing(status.instrument).statuses, slot);
    std::erase(behind_, slot);
    status = {};
    free_.push_back(slot);
    budget_.release(sizeof(Status) + 2 * sizeof(std::uint32_t));
}

void StatusDesk::on_logon(SessionId session) {
    on_.push_back(session);
    // An ordinary day needs no word.
    if (mode_ != "L0") send_mode(session);
}

void StatusDesk::on_logout(SessionId session) {
    std::erase(on_, session);
    std::vector<std::uint32_t>& statuses = parts_.subscriptions.session(session).statuses;
    while (!statuses.empty())
        close(statuses.back());
}

// ---------------------------------------------------------------------------------------- changes

void StatusDesk::changed(std::uint32_t instrument) {
    Listing& listing = parts_.subscriptions.listing(instrument);
    if (listing.statuses.empty()) return;
    if (!std::exchange(listing.status_due, true)) changed_.push_back(instrument);
}

void StatusDesk::set_mode(std::string_view mode) {
    if (mode == mode_) return;
    mode_ = mode;
    mode_changed_ = true;
}

void StatusDesk::publish(book::TimeNs now) {
    now_ = now;
    if (std::exchange(mode_changed_, false))
        for (const SessionId session : on_)
            send_mode(session);
    for (const std::uint32_t instrument : changed_) {
        Listing& listing = parts_.subscriptions.listing(instrument);
        listing.status_due = false;
        for (const std::uint32_t slot : listing.statuses) {
            Status& status = statuses_[slot];
            if (status.behind || !parts_.sender.reaches(status.session)) continue;
            if (parts_.sender.slow(status.session)) {
                status.behind = true;
                behind_.push_back(slot);
            } else {
                send_status(status.session, status.id, instrument);
            }
        }
    }
    changed_.clear();
}

bool StatusDesk::catch_up() {
    const std::size_t before = behind_.size();
    std::erase_if(behind_, [&](std::uint32_t slot) {
        Status& status = statuses_[slot];
        const bool reached = parts_.sender.reaches(status.session);
        if (reached && !parts_.sender.caught_up(status.session)) return false;
        status.behind = false;
        if (reached) send_status(status.session, status.id, status.instrument);
        return true;
    });
    return behind_.size() != before;
}

// --------------------------------------------------------------------------------------- messages

void StatusDesk::tell_unasked(SessionId session, std::uint32_t instrument) {
    const Listing& listing = parts_.subscriptions.listing(instrument);
    const bool asked = std::ranges::any_of(
        listing.statuses, [&](std::uint32_t slot) { return statuses_[slot].session == session; });
    if (!asked) send_status(session, {}, instrument);
}

void StatusDesk::send_status(SessionId session, std::string_view id, std::uint32_t instrument) {
    const store::InstrumentStatus& status = parts_.instruments[instrument].status;
    body_.clear();
    if (!id.empty()) body_.text(tag::security_status_req_id, id);
    body_.fields(instrument_fields(parts_, instrument));
    body_.text(tag::unsolicited_indicator, id.empty() ? "Y" : "N");
    body_.number(tag::security_trading_status, trading_status(status));
    if (status.time_ns > 0) body_.text(tag::transact_time, Timestamp{status.time_ns}.text());
    if (!status.in_sync()) {
        body_.fields("58=book out of sync: ");
        body_.fields(to_string(status.reason));
        body_.fields("\x01");
    } else {
        body_.text(tag::text, to_string(status.state));
    }
    ++parts_.counts.statuses;
    parts_.sender.send(session, msg_type::security_status, body_.view());
}

void StatusDesk::send_unknown(SessionId session, std::string_view id, std::string_view symbol,
                              std::string_view venue) {
    ++parts_.counts.refused;
    ++parts_.counts.statuses;
    body_.clear();
    body_.text(tag::security_status_req_id, id);
    body_.text(tag::symbol, symbol);
    if (!venue.empty()) body_.text(tag::security_exchange, venue);
    body_.text(tag::unsolicited_indicator, "N");
    body_.number(tag::security_trading_status, unknown_or_invalid);
    body_.text(tag::text, "unknown symbol");
    parts_.sender.send(session, msg_type::security_status, body_.view());
}

void StatusDesk::send_mode(SessionId session) {
    body_.clear();
    body_.text(tag::trading_session_id, venue_);
    body_.text(tag::unsolicited_indicator, "Y");
    body_.number(tag::trad_ses_status, trades_in(mode_) ? 2U : 1U);
    body_.text(tag::text, mode_);
    ++parts_.counts.statuses;
    parts_.sender.send(session, msg_type::trading_session_status, body_.view());
}

}  // namespace tickweir::gateway::fix::market_data
