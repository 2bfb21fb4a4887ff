// The endpoints of the admin port: sessions steered here, the venue by VenueAdmin. A request in, an
// answer out, at once or when the thread that it concerns has carried out what was asked. Pure; one
// owner thread. Whoever lacks the token learns nothing, not even what there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/admin/admin_desk.hpp"
#include "gateway/admin/reload_admin.hpp"
#include "gateway/admin/venue_admin.hpp"
#include "gateway/admin/waiting_actions.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/serve/api/access_keys.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/api/target.hpp"
#include "gateway/serve/hub/request_rate.hpp"

namespace tickweir::gateway {

/// What other threads than the FIX thread are asked through.
struct AdminAsking {
    VenueControl* venue = nullptr;     ///< none: there is no venue
    ReloadControl* reloads = nullptr;  ///< none: nobody reads the configuration again
    Waker* asker = nullptr;            ///< of the thread that owns the API; woken with answers
};

/// `GET /v1/sessions`; `POST /v1/sessions/{name}/{logout,enable,disable,reset,breaker}` with the
/// parameters `by` (who asks), of logout and disable `text`, of reset `next_inbound` and
/// `next_outbound`, of breaker `force`; `POST /v1/reload`; and what find_venue_route() tells.
/// 400 a parameter, 401 no or a wrong token, 404 no such path or session, 405 the method, 409 the
/// session's state does not allow it, 429 too often, 503 no answer.
class AdminApi final : public Api {
public:
    using Told = std::function<void(const AdminEvent&)>;

    /// `told` hears of every action and refusal. Everything given by reference or pointer must
    /// outlive the API. Throws std::invalid_argument where the token could not be sent in a header.
    AdminApi(const AdminLimits& limits, fix::SessionsControl& control, std::string token, Told told,
             AdminAsking asking = {});

    std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                       book::TimeNs now) override;
    /// With the token a 204 that names the methods of the resource.
    HttpResponse options(const HttpRequest& request) override;
    /// There are no WebSockets here.
    std::optional<HttpResponse> authorize(const HttpRequest& request) override;

    using Answer = AdminAnswer;
    /// Those of actions that were carried out or refused since the last call.
    std::vector<Answer> take_answers(book::TimeNs now);

    /// Actions whose outcome is not known.
    std::size_t waiting() const {
        return waiting_.size() + (venue_ ? venue_->waiting() : 0) +
               (reloads_ ? reloads_->waiting() : 0);
    }
    const AdminCounts& counts() const { return desk_.counts; }

private:
    struct Action;
    struct Asked {
        std::string session;
        std::string action;
        std::string who;
        std::string what;
    };

    std::optional<HttpResponse> refuse_access(const HttpRequest& request);
    HttpResponse sessions(const Target& target, std::string_view method);
    std::optional<HttpResponse> act(const Target& target, const HttpRequest& request,
                                    PendingAnswer pending, book::TimeNs now);
    std::optional<HttpResponse> hand_over(const Action& action, PendingAnswer pending,
                                          book::TimeNs now);
    HttpResponse outcome(const Asked& asked, const fix::CommandAnswer& answer);
    std::optional<HttpResponse> ask_reload(const Target& target, std::string_view method,
                                           PendingAnswer pending, book::TimeNs now);
    std::optional<HttpResponse> ask_venue(const VenueRoute& route, const Target& target,
                                          std::string_view method, PendingAnswer pending,
                                          book::TimeNs now);

    AdminDesk desk_;
    fix::SessionsControl& control_;
    AccessKeys keys_;
    std::optional<VenueAdmin> venue_;
    std::optional<ReloadAdmin> reloads_;
    hub::RequestRate request_rate_;
    WaitingActions<fix::CommandTicket, Asked> waiting_;
};

}  // namespace tickweir::gateway
