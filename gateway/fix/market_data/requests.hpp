// MarketDataRequests (V) carried out: what they ask for is looked up, held against the limits, and
// begun or ended as a whole. One owner thread; times are passed in.
#pragma once

#include <cstdint>
#include <vector>

#include "codecs/fix/message.hpp"
#include "gateway/fix/market_data/desk_parts.hpp"
#include "gateway/fix/market_data/publisher.hpp"
#include "gateway/fix/market_data/request_reader.hpp"

namespace tickweir::gateway::fix::market_data {

/// A request that is refused changes nothing: one unknown symbol refuses all of it.
class Requests {
public:
    Requests(const DeskParts& parts, Publisher& publisher) : parts_{parts}, publisher_{publisher} {}

    void on_request(SessionId session, const codecs::fix::Message& message);
    void on_logout(SessionId session);

private:
    void refuse(SessionId session, const codecs::fix::Message& message, const Refusal& refusal);
    void end(SessionId session);
    bool find_instruments(SessionId session);
    bool has_room(SessionId session);
    void begin(SessionId session);

    DeskParts parts_;
    Publisher& publisher_;
    RequestReader reader_;
    std::vector<std::uint32_t> instruments_;    // of the request at hand
    std::vector<std::uint32_t> subscriptions_;  // likewise
};

}  // namespace tickweir::gateway::fix::market_data
