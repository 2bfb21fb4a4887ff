// Administration of the venue: hands what an administrator asks for to the venue's thread, and
// answers when that has done it, durably. Pure but for the control that it shares with that thread;
// one owner thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/admin/admin_desk.hpp"
#include "gateway/admin/venue_actions.hpp"
#include "gateway/admin/waiting_actions.hpp"
#include "gateway/serve/http_message.hpp"
#include "gateway/venue/venue_control.hpp"

namespace tickweir::gateway {

class VenueAdmin {
public:
    /// `asker` is woken with answers; none: nobody sleeps. All outlive it.
    VenueAdmin(AdminDesk& desk, VenueControl& control, Waker* asker)
        : desk_{desk}, control_{control}, asker_{asker} {}

    /// The refusal; none: the answer comes later. The route is the target's, the method is right.
    std::optional<HttpResponse> ask(const VenueRoute& route, const Target& target,
                                    PendingAnswer pending, book::TimeNs now);
    /// Adds the answers that came since the last call.
    void take_answers(book::TimeNs now, std::vector<AdminAnswer>& answers);

    /// Actions whose outcome is not known.
    std::size_t waiting() const { return waiting_.size(); }

private:
    struct Asked {
        VenueAction action;
        bool is_told = false;  ///< to the log: it changes something
    };

    HttpResponse outcome(const Asked& asked, const control::Answer& answer);
    void tell(AdminEvent::Kind kind, const VenueAction& action, std::string detail) const {
        desk_.told({kind, action.who, action.what, std::move(detail)});
    }

    AdminDesk& desk_;
    VenueControl& control_;
    Waker* asker_;
    WaitingActions<control::Ticket, Asked> waiting_;
};

}  // namespace tickweir::gateway
