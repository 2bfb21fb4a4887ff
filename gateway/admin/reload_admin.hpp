// Administration of the configuration: hands the wish to read it again to the thread that does, and
// answers when that has. Pure but for the control that it shares with that thread; one owner
// thread.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "book/types.hpp"
#include "gateway/admin/admin_desk.hpp"
#include "gateway/admin/waiting_actions.hpp"
#include "gateway/runtime/reload_control.hpp"
#include "gateway/serve/http_message.hpp"

namespace tickweir::gateway {

class ReloadAdmin {
public:
    /// `asker` is woken with answers; none: nobody sleeps. All outlive it.
    ReloadAdmin(AdminDesk& desk, ReloadControl& control, Waker* asker)
        : desk_{desk}, control_{control}, asker_{asker} {}

    /// Whether a target is this one: `/v1/reload`.
    static bool is_at(const Target& target);

    /// The refusal; none: the answer comes later. The method is right.
    std::optional<HttpResponse> ask(const Target& target, PendingAnswer pending, book::TimeNs now);
    /// Adds the answers that came since the last call.
    void take_answers(book::TimeNs now, std::vector<AdminAnswer>& answers);

    /// Reloads whose outcome is not known.
    std::size_t waiting() const { return waiting_.size(); }

private:
    HttpResponse outcome(const std::string& who, const ReloadOutcome& reload);
    void tell(AdminEvent::Kind kind, const std::string& who, std::string detail) const {
        desk_.told({kind, who, "reload", std::move(detail)});
    }

    AdminDesk& desk_;
    ReloadControl& control_;
    Waker* asker_;
    WaitingActions<ReloadTicket, std::string> waiting_;  // with who asked
};

}  // namespace tickweir::gateway
