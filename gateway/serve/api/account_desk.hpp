// Questions about accounts on their way to the venue's thread and back: who may ask is checked, the
// venue answers with what is durable, and the answer finds the request that it belongs to. One
// owner thread; pure but for the control that it shares with the venue's.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/serve/api/account_keys.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/venue/venue_control.hpp"

namespace tickweir::gateway {

struct AccountLimits {
    /// Questions not answered yet; beyond: 503. Administrators share the venue's list with them.
    std::size_t waiting = VenueControl::commands_max / 2;
    /// An answer later than that is nobody's: the transport has told its client so.
    std::chrono::nanoseconds answer_timeout = std::chrono::seconds{60};
};

class AccountDesk {
public:
    struct Answer {
        PendingAnswer pending;
        HttpResponse response;
    };

    /// `control`: none, there is no venue. `asker` is woken with answers; none: nobody sleeps. Both
    /// outlive it.
    AccountDesk(const AccountLimits& limits, VenueControl* control, Waker* asker, AccountKeys keys)
        : limits_{limits}, control_{control}, asker_{asker}, keys_{std::move(keys)} {}

    /// For questions from now on.
    void set_keys(AccountKeys keys) { keys_ = std::move(keys); }
    const AccountKeys& keys() const { return keys_; }

    /// Why this asker may not see the account (401, 403, 404); none: he may.
    std::optional<HttpResponse> refusal(std::string_view authorization,
                                        std::string_view account) const;
    /// Asks the venue what control::ViewAccount or control::ViewBalance ask; the refusal (503), or
    /// none: the answer comes later.
    std::optional<HttpResponse> ask(control::Command question, PendingAnswer pending,
                                    book::TimeNs now);
    /// Those that came since the last call.
    std::vector<Answer> take_answers(book::TimeNs now);

    std::size_t waiting() const { return waiting_.size(); }
    /// Questions that the venue's list, or ours, had no room for.
    std::uint64_t refused() const { return refused_; }

private:
    struct Waiting {
        control::Ticket ticket{};
        PendingAnswer pending{};
        book::TimeNs since{};
    };

    AccountLimits limits_;
    VenueControl* control_;
    Waker* asker_;
    AccountKeys keys_;
    std::vector<Waiting> waiting_;
    std::uint64_t refused_ = 0;
};

}  // namespace tickweir::gateway
