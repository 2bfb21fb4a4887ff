// Who has asked for what: sessions, their requests, and the streams that several share. Slots that
// are used again, named by number. One owner thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/market_data/request_reader.hpp"
#include "gateway/fix/session_id.hpp"
#include "gateway/replica/budget_use.hpp"
#include "gateway/replica/level_changes.hpp"
#include "store/values.hpp"

namespace tickweir::gateway::fix::market_data {

inline constexpr std::uint32_t nobody = ~std::uint32_t{0};

/// What a client holds of a book, as far as we have told it.
enum class Holds : std::uint8_t {
    nothing,  ///< its first message is still to come
    blank,    ///< it was told that there is no book to be trusted
    book,
};

/// One instrument of a request.
struct Subscription {
    std::uint32_t request = nobody;
    std::uint32_t instrument = nobody;
    std::uint32_t stream = nobody;  ///< of its book; none: trades alone, or a snapshot that waits
    Holds holds = Holds::nothing;
    bool behind = false;           ///< it missed something since last_seq
    std::uint64_t last_seq = 0;    ///< of the stream, that it was sent
    std::uint64_t last_trade = 0;  ///< index, likewise
    std::int64_t until_ns = 0;     ///< of a snapshot that waits: how long

    /// Nothing may come before its first message, which tells of the book.
    bool waits_for_book() const { return stream != nobody && holds == Holds::nothing; }
};

struct Request {
    SessionId session{};
    std::string id;  ///< MDReqID
    View view;
    bool tape = false;  ///< every trade
    bool once = false;  ///< a snapshot; gone when all its instruments are answered
    std::vector<std::uint32_t> subscriptions;
};

/// What is told of one instrument in one view. Members are those whom a message is sent to.
struct Stream {
    std::uint32_t instrument = nobody;
    View view;
    std::uint64_t seq = 0;  ///< updates so far
    replica::LevelChanges changes;
    std::vector<std::uint32_t> members;  ///< subscriptions
    std::uint32_t behind = 0;            ///< of them
    bool shown = false;                  ///< members hold a book
    bool due = false;                    ///< stands in the list of those to publish
    bool replaced = false;               ///< a whole new book came
    std::int64_t not_before_ns = 0;      ///< of full refreshes: the next one
};

/// What hangs on one instrument.
struct Listing {
    std::string fields;                   ///< `55=..<SOH>207=..<SOH>`, made at the first request
    std::vector<std::uint32_t> streams;   ///< few: one a view
    std::vector<std::uint32_t> tape;      ///< subscriptions that want every trade
    std::vector<std::uint32_t> statuses;  ///< StatusDesk's
    std::vector<store::Trade> traded;     ///< since the last turn
    bool traded_due = false;              ///< stands in the list of those that traded
    bool status_due = false;              ///< stands in the list of those whose status changed
};

struct Session {
    std::vector<std::uint32_t> requests;
    std::vector<std::uint32_t> statuses;  ///< StatusDesk's
    std::size_t instruments = 0;          ///< of all requests
    bool behind = false;                  ///< stands in the list of those that are slow
};

/// Charges what it keeps to a budget; refused where that has no more. Everything is constant time
/// but where told.
class Subscriptions {
public:
    explicit Subscriptions(book::MemoryBudget* budget) : budget_{budget} {}

    Session& session(SessionId id);
    Listing& listing(std::uint32_t instrument);

    /// Linear in the session's requests.
    std::optional<std::uint32_t> find(SessionId session, std::string_view id) const;
    Request& request(std::uint32_t id) { return requests_[id]; }
    Subscription& subscription(std::uint32_t id) { return subscriptions_[id]; }
    Stream& stream(std::uint32_t id) { return streams_[id]; }
    Request& request_of(const Subscription& subscription) {
        return requests_[subscription.request];
    }

    /// A request of so many instruments; none when the budget refuses.
    std::optional<std::uint32_t> open(SessionId session, std::string_view id,
                                      std::size_t instruments);
    std::uint32_t add(std::uint32_t request, std::uint32_t instrument);
    /// Makes it a member of the stream of that view, which may be new.
    void join(std::uint32_t subscription, const View& view);
    /// Takes an instrument out of its request. Linear in the stream's members.
    void remove(std::uint32_t subscription);
    /// Of a request without instruments.
    void close(std::uint32_t request);

    /// A stream that nobody is in any more and that stands in no list.
    void release(std::uint32_t stream);
    void set_behind(Subscription& subscription, bool behind);

    /// Subscriptions of snapshots that wait for a book.
    std::vector<std::uint32_t>& waiting() { return waiting_; }

    std::size_t request_count() const { return request_count_; }
    std::size_t subscription_count() const { return subscription_count_; }

private:
    static constexpr std::size_t request_bytes = sizeof(Request) + 128;
    // Places in the lists of its request, stream and listing, and its share of a stream.
    static constexpr std::size_t subscription_bytes =
        sizeof(Subscription) + 4 * sizeof(std::uint32_t) + sizeof(Stream);

    replica::BudgetUse budget_;
    std::deque<Session> sessions_;  // by session
    std::deque<Listing> listings_;  // by instrument
    std::deque<Request> requests_;
    std::deque<Subscription> subscriptions_;
    std::deque<Stream> streams_;
    std::vector<std::uint32_t> free_requests_;
    std::vector<std::uint32_t> free_subscriptions_;
    std::vector<std::uint32_t> free_streams_;
    std::vector<std::uint32_t> waiting_;
    std::size_t request_count_ = 0;
    std::size_t subscription_count_ = 0;
};

}  // namespace tickweir::gateway::fix::market_data
