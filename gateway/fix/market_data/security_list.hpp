// SecurityListRequest (x) → SecurityList (y), in fragments that follow one another as the session
// takes them. One owner thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/fix/message.hpp"
#include "gateway/fix/market_data/body.hpp"
#include "gateway/fix/market_data/desk_parts.hpp"

namespace tickweir::gateway::fix::market_data {

/// Instruments by symbol (559=0), all there are (559=4), or those of one venue: 559=3, where the
/// TradingSessionID (336) is the venue's, or 559=4 with 207. What a SecurityType or Product is
/// nobody knows here (559=1, 559=2: 560=5).
class SecurityList {
public:
    static constexpr std::size_t entries_per_fragment = 200;

    explicit SecurityList(const DeskParts& parts) : parts_{parts} {}

    void on_request(SessionId session, const codecs::fix::Message& message);
    void on_logout(SessionId session);

    /// Sends a fragment to each session that takes one. Whether there was any.
    bool turn();
    bool has_work() const;
    bool empty() const { return lists_.empty(); }

private:
    /// Which instruments: those that have all of these.
    struct Filter {
        std::string symbol;  ///< empty: any
        std::string venue;   ///< likewise
    };
    struct List {
        SessionId session{};
        std::string id;  ///< SecurityReqID
        std::uint64_t response = 0;
        Filter filter;
        std::uint32_t next = 0;   ///< instrument to look at
        std::uint32_t end = 0;    ///< instruments that were known when it began
        std::uint32_t total = 0;  ///< that fit the filter
        std::uint32_t sent = 0;
    };

    std::optional<Filter> read_filter(const codecs::fix::Message& message, char kind) const;
    bool fits(const Filter& filter, std::uint32_t instrument) const;
    void send_result(SessionId session, std::string_view id, unsigned result);
    void send_fragment(List& list);
    void append(std::uint32_t instrument);

    DeskParts parts_;
    Body body_;
    std::vector<List> lists_;  // at most one a session
    std::uint64_t responses_ = 0;
};

}  // namespace tickweir::gateway::fix::market_data
