// The way out to sessions: bodies to the session layer, and whether a session keeps up. Whoever
// could not be sent to is not tried again before it logs on anew.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <vector>

#include "gateway/fix/application.hpp"
#include "gateway/fix/market_data/limits.hpp"

namespace tickweir::gateway::fix::market_data {

class Sender {
public:
    Sender(const MarketDataLimits& limits, MarketDataCounts& counts)
        : limits_{limits}, counts_{counts} {}

    /// The output of the call at hand.
    void bind(SessionOutput& output) { output_ = &output; }
    SessionOutput& output() { return *output_; }

    void on_logon(SessionId session) {
        const auto index = static_cast<std::size_t>(session);
        if (index >= on_.size()) on_.resize(index + 1, false);
        on_[index] = true;
    }
    void on_logout(SessionId session) { on_[static_cast<std::size_t>(session)] = false; }
    /// Logged on, and nothing has failed since.
    bool reaches(SessionId session) const {
        const auto index = static_cast<std::size_t>(session);
        return index < on_.size() && on_[index];
    }

    /// False where this message alone was refused; what else can go wrong ends the session, and of
    /// that we shall be told.
    bool send(SessionId session, std::string_view msg_type, std::string_view body) {
        if (!reaches(session)) return true;
        const SendStatus status = output_->send(session, msg_type, body);
        if (status == SendStatus::queued) [[likely]]
            return true;
        ++counts_.unsent;
        if (status == SendStatus::refused) return false;
        on_[static_cast<std::size_t>(session)] = false;
        return true;
    }

    /// So much waits for the session that state has to give way.
    bool slow(SessionId session) const {
        return output_->queued_bytes(session) > slow_bytes(session);
    }
    /// What waited has gone, and state may follow.
    bool caught_up(SessionId session) const {
        return output_->queued_bytes(session) <= slow_bytes(session) / 2;
    }

private:
    std::size_t slow_bytes(SessionId session) const {
        return std::min(limits_.conflate_after_bytes, output_->queue_bytes_max(session) / 2);
    }

    const MarketDataLimits& limits_;
    MarketDataCounts& counts_;
    SessionOutput* output_ = nullptr;
    std::vector<bool> on_;  // by session
};

}  // namespace tickweir::gateway::fix::market_data
