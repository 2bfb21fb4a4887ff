#include "gateway/venue/queued_requests.hpp"

#include <bit>
#include <utility>
#include <variant>

#include "book/ensure.hpp"
#include "txn/venue/client_id_hash.hpp"

namespace tickweir::gateway {
namespace {

constexpr txn::ClientOrderId no_id;

std::size_t buckets_for(std::size_t capacity) {
    return std::bit_ceil(2 * capacity + 1);
}

bool is_indexed(const txn::CommandBody& body) {
    return std::holds_alternative<txn::NewOrder>(body) ||
           std::holds_alternative<txn::ReplaceOrder>(body);
}

}  // namespace

const txn::ClientOrderId& request_id_of(const txn::CommandBody& body) {
    return std::visit(
        [](const auto& command) -> const txn::ClientOrderId& {
            if constexpr (requires { command.client_id; })
                return command.client_id;
            else
                return no_id;
        },
        body);
}

const txn::ClientOrderId& original_of(const txn::CommandBody& body) {
    return std::visit(
        [](const auto& command) -> const txn::ClientOrderId& {
            if constexpr (requires { command.original; })
                return command.original;
            else
                return no_id;
        },
        body);
}

std::size_t QueuedRequests::bytes_for(std::size_t capacity, std::size_t sessions) {
    return (capacity + 1) * sizeof(Node) + buckets_for(capacity) * sizeof(Place) +
           sessions * sizeof(List);
}

QueuedRequests::QueuedRequests(std::size_t capacity, std::size_t sessions, std::uint64_t seed,
                               book::Charge charge)
    : charge_{std::move(charge)},
      capacity_{capacity},
      seed_{seed},
      nodes_(capacity + 1),
      buckets_(buckets_for(capacity)),
      sessions_(sessions) {
    book::ensure(charge_.budget() == nullptr || charge_.bytes() >= bytes_for(capacity, sessions));
    for (std::size_t place = capacity; place != 0; --place)
        nodes_[place].next = std::exchange(free_, static_cast<Place>(place));
}

QueuedRequests::Place QueuedRequests::add(const VenueRequest& request) {
    const Place place = free_;
    book::ensure(place != 0);
    Node& node = nodes_[place];
    free_ = node.next;
    ++size_;
    node.request = request;
    node.indexed = is_indexed(request.command.body);
    if (node.indexed) put_in_index(place);
    return place;
}

void QueuedRequests::remove(Place place) {
    Node& node = nodes_[place];
    if (node.indexed) take_from_index(place);
    node.indexed = false;
    node.next = std::exchange(free_, place);
    --size_;
}

QueuedRequests::Place QueuedRequests::find(txn::SessionId session, const txn::ClientOrderId& id,
                                           std::uint64_t arrival) const {
    Place found = 0;
    for (Place place = buckets_[bucket_of(session, id)]; place != 0;
         place = nodes_[place].next_in_bucket) {
        const VenueRequest& request = nodes_[place].request;
        if (request.command.envelope.session != session || request.arrival >= arrival) continue;
        if (request_id_of(request.command.body) != id) continue;
        if (found == 0 || request.arrival < nodes_[found].request.arrival) found = place;
    }
    return found;
}

std::size_t QueuedRequests::bucket_of(txn::SessionId session, const txn::ClientOrderId& id) const {
    return txn::hash_of(session, id, seed_).first & (buckets_.size() - 1);
}

void QueuedRequests::put_in_index(Place place) {
    Node& node = nodes_[place];
    const txn::Command& command = node.request.command;
    book::ensure(static_cast<std::size_t>(command.envelope.session) < sessions_.size());
    Place& bucket = buckets_[bucket_of(command.envelope.session, request_id_of(command.body))];
    node.next_in_bucket = std::exchange(bucket, place);
    List& list = sessions_[static_cast<std::size_t>(command.envelope.session)];
    node.next = 0;
    node.previous = list.last;
    (list.last == 0 ? list.first : nodes_[list.last].next) = place;
    list.last = place;
}

void QueuedRequests::take_from_index(Place place) {
    const Node& node = nodes_[place];
    const txn::Command& command = node.request.command;
    Place* link = &buckets_[bucket_of(command.envelope.session, request_id_of(command.body))];
    while (*link != place)
        link = &nodes_[*link].next_in_bucket;
    *link = node.next_in_bucket;
    List& list = sessions_[static_cast<std::size_t>(command.envelope.session)];
    (node.previous == 0 ? list.first : nodes_[node.previous].next) = node.next;
    (node.next == 0 ? list.last : nodes_[node.next].previous) = node.previous;
}

}  // namespace tickweir::gateway
