#include "gateway/fix/market_data/requests.hpp"

#include <algorithm>
#include <string>

namespace tickweir::gateway::fix::market_data {
namespace {

// MDReqRejReason.
constexpr char unknown_symbol = '0';
constexpr char duplicate_id = '1';
constexpr char insufficient_bandwidth = '2';

/// What a stranger sent, as far as it fits a line.
std::string named(std::string_view text) {
    constexpr std::size_t shown = 64;
    return std::string{text.substr(0, shown)};
}

}  // namespace

void Requests::refuse(SessionId session, const codecs::fix::Message& message,
                      const Refusal& refusal) {
    if (refusal.by == Refusal::By::market_data_reject)
        return publisher_.reject(session, reader_.id(), refusal.reason, refusal.text);
    ++parts_.counts.refused;
    parts_.sender.output().reject(session, message, refusal.session_reason, refusal.tag,
                                  refusal.text);
}

void Requests::on_request(SessionId session, const codecs::fix::Message& message) {
    const auto refusal =
        reader_.read(message, parts_.limits.instruments_per_request, parts_.limits.id_bytes);
    if (refusal) return refuse(session, message, *refusal);
    if (reader_.subscribe() == Subscribe::end) return end(session);
    if (parts_.subscriptions.find(session, reader_.id()))
        return publisher_.reject(session, reader_.id(), duplicate_id,
                                 "262 is in use by an open request");
    if (!find_instruments(session) || !has_room(session)) return;
    begin(session);
}

void Requests::end(SessionId session) {
    const auto request = parts_.subscriptions.find(session, reader_.id());
    if (!request)
        return publisher_.reject(session, reader_.id(), 0, "no request with this 262 is open");
    publisher_.end(*request);
}

bool Requests::find_instruments(SessionId session) {
    instruments_.clear();
    for (const NamedInstrument& wanted : reader_.instruments()) {
        const auto found = find_instrument(parts_, wanted.symbol, wanted.venue);
        const bool known =
            found && parts_.instruments[*found].market != replica::InstrumentState::no_market;
        if (!known) {
            publisher_.reject(session, reader_.id(), unknown_symbol,
                              "unknown symbol " + named(wanted.symbol) + " at venue " +
                                  named(wanted.venue.value_or(parts_.own_venue)) +
                                  (wanted.venue ? "" : "; 207 names another venue"));
            return false;
        }
        if (std::ranges::find(instruments_, *found) != instruments_.end()) {
            publisher_.reject(session, reader_.id(), 0,
                              "symbol " + named(wanted.symbol) + " is named twice");
            return false;
        }
        instruments_.push_back(*found);
    }
    return true;
}

bool Requests::has_room(SessionId session) {
    const Session& of = parts_.subscriptions.session(session);
    std::string text;
    if (of.requests.size() >= parts_.limits.requests_per_session)
        text = "too many open requests: " + std::to_string(parts_.limits.requests_per_session) +
               " at most";
    else if (of.instruments + instruments_.size() > parts_.limits.instruments_per_session)
        text = "too many instruments: " + std::to_string(parts_.limits.instruments_per_session) +
               " at most";
    else if (reader_.subscribe() == Subscribe::snapshot && parts_.sender.slow(session))
        text = "too much is unread: read first";
    if (text.empty()) return true;
    ++parts_.counts.over_limit;
    publisher_.reject(session, reader_.id(), insufficient_bandwidth, text);
    return false;
}

void Requests::begin(SessionId session) {
    const auto id = parts_.subscriptions.open(session, reader_.id(), instruments_.size());
    if (!id) {
        ++parts_.counts.over_limit;
        return publisher_.reject(session, reader_.id(), insufficient_bandwidth,
                                 "no memory for another request");
    }
    Request& request = parts_.subscriptions.request(*id);
    request.view = reader_.view();
    request.tape = reader_.tape();
    request.once = reader_.subscribe() == Subscribe::snapshot;
    const bool has_stream = request.view.has_book() || request.view.last_trade;
    const bool wants_trades = request.tape || request.view.last_trade;
    subscriptions_.clear();
    for (const std::uint32_t instrument : instruments_) {
        const std::uint32_t subscription = parts_.subscriptions.add(*id, instrument);
        subscriptions_.push_back(subscription);
        if (request.once) continue;
        if (request.view.has_book()) parts_.watches.enter(instrument, replica::bit(Watch::levels));
        if (wants_trades) parts_.watches.enter(instrument, replica::bit(Watch::trades));
        if (has_stream) parts_.subscriptions.join(subscription, request.view);
    }
    const bool once = request.once;
    for (const std::uint32_t subscription : subscriptions_) {
        // One that cannot be shown ends the whole request.
        if (parts_.subscriptions.subscription(subscription).request != *id) continue;
        if (once)
            publisher_.answer(subscription);
        else
            publisher_.start(subscription);
    }
}

void Requests::on_logout(SessionId session) {
    const std::vector<std::uint32_t>& requests = parts_.subscriptions.session(session).requests;
    while (!requests.empty())
        publisher_.end(requests.back());
}

}  // namespace tickweir::gateway::fix::market_data
