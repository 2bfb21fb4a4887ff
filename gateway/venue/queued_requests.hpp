// The requests that wait to be executed, and those among them that a cancel may concern by session
// and ClOrdID. All memory is taken at the start. Pure; one owner thread.
//
//   place   | 1: D "a" | 2: F | 3: D "b" | free ...        a request, wherever it waits
//   hashes  | 3 | . | 1 ─► 7 | .. |                        (session, ClOrdID) of D and G
//   sessions| . | 1 ─► 3 ─► 7 | .. |                       D and G in the order of their arrival
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "book/budget.hpp"
#include "gateway/shield/class_queues.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway {

/// The ClOrdID of a request; empty: it has none.
const txn::ClientOrderId& request_id_of(const txn::CommandBody& body);
/// The ClOrdID of the order that a request names; empty: none.
const txn::ClientOrderId& original_of(const txn::CommandBody& body);

class QueuedRequests {
public:
    /// Of a request; 0 is none.
    using Place = std::uint32_t;
    using QueueHandle = shield::ClassQueues<Place>::Handle;

    static std::size_t bytes_for(std::size_t capacity, std::size_t sessions);

    /// Requests are of sessions below `sessions`. `seed`: of hashes of what clients choose. The
    /// charge, unless empty, covers bytes_for().
    QueuedRequests(std::size_t capacity, std::size_t sessions, std::uint64_t seed,
                   book::Charge charge = {});

    std::size_t size() const { return size_; }
    bool full() const { return size_ == capacity_; }

    /// Requires !full(), and a session that there is.
    Place add(const VenueRequest& request);
    void remove(Place place);

    const VenueRequest& operator[](Place place) const { return nodes_[place].request; }
    /// What its queue calls it.
    void set_handle(Place place, QueueHandle handle) { nodes_[place].handle = handle; }
    QueueHandle handle(Place place) const { return nodes_[place].handle; }

    /// The new order or replace of that ClOrdID that came first, if before `arrival`.
    Place find(txn::SessionId session, const txn::ClientOrderId& id, std::uint64_t arrival) const;

    /// New orders and replaces of a session, in the order of their arrival: visit(Place), which may
    /// remove it.
    template <class Visit>
    void for_each_of(txn::SessionId session, Visit&& visit) {
        for (Place place = sessions_[static_cast<std::size_t>(session)].first; place != 0;) {
            const Place next = nodes_[place].next;
            visit(place);
            place = next;
        }
    }
    std::size_t sessions() const { return sessions_.size(); }

private:
    struct Node {
        VenueRequest request;
        QueueHandle handle;
        bool indexed = false;
        Place next = 0;  // in its session; of free ones, in their list
        Place previous = 0;
        Place next_in_bucket = 0;
    };
    struct List {
        Place first = 0;
        Place last = 0;
    };

    std::size_t bucket_of(txn::SessionId session, const txn::ClientOrderId& id) const;
    void put_in_index(Place place);
    void take_from_index(Place place);

    book::Charge charge_;
    std::size_t capacity_;
    std::uint64_t seed_;
    std::vector<Node> nodes_;     // [0] is nobody's
    std::vector<Place> buckets_;  // a power of two
    std::vector<List> sessions_;
    Place free_ = 0;
    std::size_t size_ = 0;
};

}  // namespace tickweir::gateway
