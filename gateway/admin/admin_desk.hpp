// What every kind of administration shares: limits, counts, and whoever keeps the log of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

#include "book/types.hpp"
#include "gateway/serve/api/target.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/serve/hub/request_rate.hpp"

namespace tickweir::gateway {

/// What administrators may do at most, all of them together.
struct AdminLimits {
    TargetLimits target;
    unsigned requests_per_second = 100;             ///< with the token; beyond: 429
    unsigned actions_per_second = 20;               ///< likewise
    std::size_t waiting = 32;                       ///< actions not answered yet; beyond: 503
    std::size_t by_bytes = 64;                      ///< of the name of who asks
    std::size_t text_bytes = 128;                   ///< of the Text of a Logout
    std::uint64_t sequence_number = 2'147'483'647;  ///< that a reset may set
    /// An answer later than that is told to the log only.
    book::TimeNs::duration answer_timeout = std::chrono::seconds{5};
};

/// What became of a request, for the log: who asked for what, and how it ended.
struct AdminEvent {
    enum class Kind : std::uint8_t {
        asked,      ///< handed to the thread that carries it out
        done,       ///< and carried out
        refused,    ///< by us or by that thread; `detail` says why
        late,       ///< no answer in time; one may still come, and is told then
        no_access,  ///< without the token
    };
    Kind kind = Kind::asked;
    std::string who;     ///< as the request named itself; empty: it did not, or lacks the token
    std::string what;    ///< such as `reset CLIENT1 next_inbound=1 next_outbound=1`
    std::string detail;  ///< empty where there is nothing more to say
    friend bool operator==(const AdminEvent&, const AdminEvent&) = default;
};

/// Counts since the process began.
struct AdminCounts {
    std::uint64_t requests = 0;   ///< with the token
    std::uint64_t no_access = 0;  ///< without it
    std::uint64_t throttled = 0;  ///< over one of the rates
    std::uint64_t actions = 0;    ///< handed to the thread that carries them out
    std::uint64_t refused = 0;    ///< by it
    std::uint64_t late = 0;
};

/// An answer that was not there at once.
struct AdminAnswer {
    PendingAnswer pending;
    HttpResponse response;
};

struct AdminDesk {
    AdminLimits limits;
    std::function<void(const AdminEvent&)> told;  ///< of every action and refusal
    hub::RequestRate action_rate;
    AdminCounts counts;
};

}  // namespace tickweir::gateway
