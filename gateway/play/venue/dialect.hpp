// How each venue talks with its clients: the requests it takes, its answers, greetings and
// heartbeats. Pure text in, steps out; what the steps do is for whoever has the clients.
#pragma once

#include <string>
#include <string_view>

#include "book/types.hpp"
#include "gateway/play/venue/catalog.hpp"
#include "gateway/play/venue/topic.hpp"

namespace tickweir::gateway::venue {

/// What one client may ask for.
struct DialectLimits {
    std::size_t topics = 4'096;            ///< beyond: refused
    std::size_t request_bytes = 64 << 10;  ///< of one message
};

/// One venue's manner of speaking. `catalog` must outlive it. A request that is none, or asks for
/// what the capture does not have, is refused in the venue's own words; nothing throws.
class Dialect {
public:
    explicit Dialect(const Catalog& catalog, const DialectLimits& limits = {})
        : catalog_{catalog}, limits_{limits} {}

    /// Whether WebSockets begin at that target; others are HTTP requests.
    bool streams_at(std::string_view target) const;

    /// A client connected: subscriptions that the target names, and what the venue says first.
    Reaction on_open(std::string_view target, Asked& asked, book::TimeNs now) const;

    /// One text message of a client. Linear in it.
    Reaction on_message(std::string_view text, Asked& asked, book::TimeNs now) const;

    /// What a client gets every second unasked, such as heartbeats; `seconds` counts them.
    Reaction on_second(const Asked& asked, std::uint64_t seconds, book::TimeNs now) const;

private:
    const Catalog& catalog_;
    DialectLimits limits_;
};

}  // namespace tickweir::gateway::venue
