// Whether instruments trade and whether their books can be trusted, and in which mode the venue is:
// SecurityStatusRequest (e) → SecurityStatus (f), and TradingSessionStatus (h). One owner thread.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/types.hpp"
#include "codecs/fix/message.hpp"
#include "gateway/fix/market_data/body.hpp"
#include "gateway/fix/market_data/desk_parts.hpp"

namespace tickweir::gateway::fix::market_data {

class StatusDesk {
public:
    StatusDesk(const DeskParts& parts, std::string venue)
        : parts_{parts}, venue_{std::move(venue)}, budget_{parts.budget} {}

    /// A SecurityStatusRequest.
    void on_request(SessionId session, const codecs::fix::Message& message, book::TimeNs now);
    void on_logon(SessionId session);
    void on_logout(SessionId session);

    /// What the store says of it has become another.
    void changed(std::uint32_t instrument);
    /// To a session that is shown the book, unless it asked for the status itself.
    void tell_unasked(SessionId session, std::uint32_t instrument);

    /// `L0` to `L5`; told with the next publish().
    void set_mode(std::string_view mode);

    /// Tells those who asked what has changed.
    void publish(book::TimeNs now);
    /// Tells sessions that were slow what they missed. Whether any was.
    bool catch_up();
    bool has_behind() const { return !behind_.empty(); }
    /// Whether a change of mode waits for the next publish().
    bool mode_waits() const { return mode_changed_; }
    std::size_t open_count() const { return statuses_.size() - free_.size(); }

private:
    struct Status {
        SessionId session{};
        std::string id;  ///< SecurityStatusReqID
        std::uint32_t instrument = 0;
        bool behind = false;  ///< it changed and its session was slow
        bool live = false;
    };

    void end_request(SessionId session, const codecs::fix::Message& message, std::string_view id);
    std::optional<std::uint32_t> find(SessionId session, std::string_view id);
    bool open(SessionId session, std::string_view id, std::uint32_t instrument);
    void close(std::uint32_t status);
    void refuse(SessionId session, const codecs::fix::Message& message, unsigned reason,
                std::string_view id, std::string_view text);
    void send_unknown(SessionId session, std::string_view id, std::string_view symbol,
                      std::string_view venue);
    /// `id` empty: nobody asked.
    void send_status(SessionId session, std::string_view id, std::uint32_t instrument);
    void send_mode(SessionId session);

    DeskParts parts_;
    std::string venue_;
    std::string mode_ = "L0";
    bool mode_changed_ = false;
    book::TimeNs now_{};
    Body body_;
    replica::BudgetUse budget_;
    std::deque<Status> statuses_;
    std::vector<std::uint32_t> free_;
    std::vector<std::uint32_t> changed_;  // instruments
    std::vector<std::uint32_t> behind_;   // statuses, each once
    std::vector<SessionId> on_;
};

}  // namespace tickweir::gateway::fix::market_data
