// The endpoints of the admin port: sessions listed, logged out, enabled, disabled and reset. A
// request in, an answer out, at once or when the FIX thread has carried out what was asked. Pure;
// one owner thread. Whoever lacks the token learns nothing, not even what there is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "book/types.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/serve/api/access_keys.hpp"
#include "gateway/serve/api/api.hpp"
#include "gateway/serve/api/target.hpp"
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
        asked,      ///< handed to the FIX thread
        done,       ///< and carried out
        refused,    ///< by us or by the FIX thread; `detail` says why
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
    std::uint64_t actions = 0;    ///< handed to the FIX thread
    std::uint64_t refused = 0;    ///< by it
    std::uint64_t late = 0;
};

/// `GET /v1/sessions`; `POST /v1/sessions/{name}/{logout,enable,disable,reset}` with the parameters
/// `by` (who asks), of logout and disable `text`, of reset `next_inbound` and `next_outbound`.
/// 400 a parameter, 401 no or a wrong token, 404 no such path or session, 405 the method, 409 the
/// session's state does not allow it, 429 too often, 503 no answer.
class AdminApi final : public Api {
public:
    using Told = std::function<void(const AdminEvent&)>;

    /// `told` hears of every action and refusal. Everything given by reference must outlive the
    /// API. Throws std::invalid_argument where the token could not be sent in a header.
    AdminApi(const AdminLimits& limits, fix::SessionsControl& control, std::string token,
             Told told);

    std::optional<HttpResponse> handle(const HttpRequest& request, PendingAnswer pending,
                                       book::TimeNs now) override;
    /// With the token a 204 that names the methods of the resource.
    HttpResponse options(const HttpRequest& request) override;
    /// There are no WebSockets here.
    std::optional<HttpResponse> authorize(const HttpRequest& request) override;

    struct Answer {
        PendingAnswer pending;
        HttpResponse response;
    };
    /// Those of actions that the FIX thread has carried out or refused since the last call.
    std::vector<Answer> take_answers(book::TimeNs now);

    /// Actions whose outcome is not known.
    std::size_t waiting() const { return waiting_.size(); }
    const AdminCounts& counts() const { return counts_; }

private:
    struct Action;
    struct Waiting {
        fix::CommandTicket ticket{};
        PendingAnswer pending{};
        book::TimeNs since{};
        std::string session;
        std::string action;
        std::string who;
        std::string what;
        bool late = false;
    };

    std::optional<HttpResponse> refuse_access(const HttpRequest& request);
    HttpResponse sessions(const Target& target, std::string_view method);
    std::optional<HttpResponse> act(const Target& target, const HttpRequest& request,
                                    PendingAnswer pending, book::TimeNs now);
    std::optional<HttpResponse> hand_over(const Action& action, PendingAnswer pending,
                                          book::TimeNs now);
    HttpResponse outcome(const Waiting& waiting, const fix::CommandAnswer& answer);
    bool keep_waiting(Waiting& waiting, book::TimeNs now);

    AdminLimits limits_;
    fix::SessionsControl& control_;
    AccessKeys keys_;
    Told told_;
    hub::RequestRate request_rate_;
    hub::RequestRate action_rate_;
    std::vector<Waiting> waiting_;
    AdminCounts counts_;
};

}  // namespace tickweir::gateway
