// What clients ask for: takes their messages, changes their subscriptions, and answers. One owner
// thread; times are passed in.
//
// Beyond INTERFACES §4: a subscription is one of a channel and an instrument, so subscribing again
// with another depth or conflate_ms replaces it, and with the same gives a new snapshot. "*" counts
// as one subscription, also takes in instruments that come later, and stands as one entry in
// answers. `list` is answered as an ack whose `accepted` are all subscriptions there are. `depth`
// and `conflate_ms` are passed over where a channel has none; the ack tells what is in force.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/json/stream_request.hpp"
#include "gateway/serve/api/symbol_index.hpp"
#include "gateway/serve/hub/publisher.hpp"
#include "gateway/serve/hub/request_rate.hpp"

namespace tickweir::gateway::hub {

class Requests {
public:
    Requests(const HubParts& parts, Publisher& publisher);

    void open(std::uint32_t client);
    /// Everything the client is subscribed to ends.
    void drop_subscriptions(std::uint32_t client);
    void on_message(std::uint32_t client, std::string_view text);
    /// Takes in what the registry knows by now; those with "*" are subscribed to it. The hub's own
    /// table has it already.
    void add_instruments();

private:
    using Request = codecs::json::StreamRequest;
    using Id = std::optional<std::int64_t>;

    struct Asking {
        RequestRate rate;
        std::size_t malformed_in_a_row = 0;
    };
    struct Rejected {
        std::string_view symbol;
        unsigned code;
        std::string reason;
    };
    /// What the names of a request mean.
    struct Targets {
        std::vector<std::uint32_t> instruments;
        std::vector<Rejected> rejected;
        bool all = false;
    };
    enum class Begin : std::uint8_t { start, restart };

    void handle(std::uint32_t client, const Request& request);
    void refuse(std::uint32_t client, Id id, unsigned code, std::string_view reason);
    void count_malformed(std::uint32_t client);
    std::optional<Channel> channel_of_request(std::uint32_t client, const Request& request);
    void find_targets(const Request& request);
    void find_target(std::string_view symbol);

    void subscribe(std::uint32_t client, const Request& request, Channel channel);
    bool within_limit(std::uint32_t client, const Request& request, Channel channel);
    void subscribe_to(std::uint32_t client, std::uint32_t instrument, const Wish& wish);
    void subscribe_to_all(std::uint32_t client, const Wish& wish);
    bool insert(std::uint32_t client, std::uint32_t instrument, const Wish& wish);
    bool fits(std::uint32_t subscription, const Wish& wish) const;
    void unsubscribe(std::uint32_t client, const Request& request, Channel channel);
    void unsubscribe_all_by_wildcard(std::uint32_t client, Channel channel);
    void reject_not_subscribed(std::uint32_t instrument);
    void snapshot(std::uint32_t client, const Request& request, Channel channel);
    void add_instrument(std::uint32_t client, std::uint32_t instrument);
    void list(std::uint32_t client, const Request& request);
    void begin_all();

    // The answer that is being written.
    void begin_ack(const Request& request);
    void accept(const Wish& wish, std::uint32_t instrument);
    void accept(std::uint32_t subscription);
    void end_ack(std::uint32_t client, Id id);
    std::vector<std::uint32_t> subscriptions_of(std::uint32_t client,
                                                std::optional<Channel> channel) const;
    std::string symbol_of(std::uint32_t instrument) const;

    HubParts parts_;
    Publisher& publisher_;
    SymbolIndex symbols_;
    codecs::json::StreamRequestParser parser_;
    std::vector<Asking> asking_;  // by client
    std::string text_;
    Targets targets_;
    std::vector<std::pair<std::uint32_t, Begin>> to_begin_;
    std::vector<std::uint32_t> with_wildcards_;  // clients
    std::size_t instruments_ = 0;                // that those have been subscribed to
};

}  // namespace tickweir::gateway::hub
