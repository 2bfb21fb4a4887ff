#include "gateway/fix/market_data/subscriptions.hpp"

#include <algorithm>

namespace tickweir::gateway::fix::market_data {
namespace {

template <class Slot>
std::uint32_t take_slot(std::deque<Slot>& slots, std::vector<std::uint32_t>& free) {
    if (free.empty()) {
        slots.emplace_back();
        return static_cast<std::uint32_t>(slots.size() - 1);
    }
    const std::uint32_t slot = free.back();
    free.pop_back();
    return slot;
}

/// Order does not matter in any of the lists.
void take_out(std::vector<std::uint32_t>& list, std::uint32_t id) {
    const auto found = std::ranges::find(list, id);
    if (found == list.end()) return;
    *found = list.back();
    list.pop_back();
}

}  // namespace

Session& Subscriptions::session(SessionId id) {
    const auto index = static_cast<std::size_t>(id);
    if (index >= sessions_.size()) sessions_.resize(index + 1);
    return sessions_[index];
}

Listing& Subscriptions::listing(std::uint32_t instrument) {
    while (listings_.size() <= instrument)
        listings_.emplace_back();
    return listings_[instrument];
}

std::optional<std::uint32_t> Subscriptions::find(SessionId session, std::string_view id) const {
    const auto index = static_cast<std::size_t>(session);
    if (index >= sessions_.size()) return std::nullopt;
    for (const std::uint32_t request : sessions_[index].requests)
        if (requests_[request].id == id) return request;
    return std::nullopt;
}

std::optional<std::uint32_t> Subscriptions::open(SessionId session_id, std::string_view id,
                                                 std::size_t instruments) {
    if (!budget_.try_charge(request_bytes + instruments * subscription_bytes)) return std::nullopt;
    const std::uint32_t slot = take_slot(requests_, free_requests_);
    Request& request = requests_[slot];
    request.session = session_id;
    request.id = id;
    session(session_id).requests.push_back(slot);
    ++request_count_;
    return slot;
}

std::uint32_t Subscriptions::add(std::uint32_t request, std::uint32_t instrument) {
    const std::uint32_t slot = take_slot(subscriptions_, free_subscriptions_);
    subscriptions_[slot] = {.request = request, .instrument = instrument};
    requests_[request].subscriptions.push_back(slot);
    ++session(requests_[request].session).instruments;
    ++subscription_count_;
    return slot;
}

void Subscriptions::join(std::uint32_t id, const View& view) {
    Subscription& subscription = subscriptions_[id];
    Listing& where = listing(subscription.instrument);
    const auto same = std::ranges::find_if(
        where.streams, [&](std::uint32_t stream) { return streams_[stream].view == view; });
    if (same != where.streams.end()) {
        subscription.stream = *same;
    } else {
        subscription.stream = take_slot(streams_, free_streams_);
        streams_[subscription.stream].instrument = subscription.instrument;
        streams_[subscription.stream].view = view;
        where.streams.push_back(subscription.stream);
    }
    streams_[subscription.stream].members.push_back(id);
}

void Subscriptions::set_behind(Subscription& subscription, bool behind) {
    if (subscription.behind == behind) return;
    subscription.behind = behind;
    Stream& stream = streams_[subscription.stream];
    stream.behind = behind ? stream.behind + 1 : stream.behind - 1;
}

void Subscriptions::remove(std::uint32_t id) {
    Subscription& subscription = subscriptions_[id];
    Listing& where = listing(subscription.instrument);
    if (subscription.stream != nobody) {
        set_behind(subscription, false);
        Stream& stream = streams_[subscription.stream];
        take_out(stream.members, id);
        if (stream.members.empty() && !stream.due) release(subscription.stream);
    }
    take_out(where.tape, id);
    take_out(waiting_, id);
    Request& request = requests_[subscription.request];
    take_out(request.subscriptions, id);
    --session(request.session).instruments;
    subscription = {};
    free_subscriptions_.push_back(id);
    --subscription_count_;
    budget_.release(subscription_bytes);
}

void Subscriptions::close(std::uint32_t id) {
    Request& request = requests_[id];
    take_out(session(request.session).requests, id);
    request.subscriptions.clear();  // keeps its room for the next request
    request.id.clear();
    request.view = {};
    request.tape = request.once = false;
    free_requests_.push_back(id);
    --request_count_;
    budget_.release(request_bytes);
}

void Subscriptions::release(std::uint32_t id) {
    Stream& stream = streams_[id];
    take_out(listing(stream.instrument).streams, id);
    stream = {};
    free_streams_.push_back(id);
}

}  // namespace tickweir::gateway::fix::market_data
