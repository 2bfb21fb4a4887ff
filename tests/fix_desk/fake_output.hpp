// Sessions that only remember what they were given, logged on or not.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "codecs/fix/message.hpp"
#include "gateway/fix/application.hpp"

namespace tickweir::tests {

class DeskOutput final : public gateway::fix::SessionOutput {
public:
    using SessionId = gateway::fix::SessionId;
    using SendStatus = gateway::fix::SendStatus;

    struct Sent {
        std::string type;
        std::string body;
    };
    struct Session {
        std::vector<Sent> sent;
        bool here = false;
        std::string end;  ///< why it was ended; empty: it was not
        std::optional<bool> cancel_on_disconnect;
        std::size_t queued = 0;
        gateway::fix::ReportPlace told = {};  ///< before the process began
    };

    SendStatus send(SessionId id, std::string_view type, std::string_view body) override {
        return sessions[id].here ? keep(id, type, body) : SendStatus::not_logged_on;
    }
    SendStatus deliver(SessionId id, std::string_view type, std::string_view body) override {
        (void)keep(id, type, body);
        return sessions[id].here ? SendStatus::queued : SendStatus::stored;
    }
    SendStatus business_reject(SessionId id, const codecs::fix::Message& message, unsigned reason,
                               std::string_view, std::string_view text) override {
        return send(id, "j",
                    "372=" + std::string{message.msg_type()} + "\x01" + "380=" +
                        std::to_string(reason) + "\x01" + "58=" + std::string{text} + "\x01");
    }
    SendStatus reject(SessionId id, const codecs::fix::Message& message, unsigned reason,
                      std::uint32_t tag, std::string_view text) override {
        return send(id, "3",
                    "371=" + std::to_string(tag) + "\x01" + "372=" +
                        std::string{message.msg_type()} + "\x01" + "373=" + std::to_string(reason) +
                        "\x01" + "58=" + std::string{text} + "\x01");
    }
    gateway::fix::ReportPlace told(SessionId id) const override { return at(id).told; }
    void end_session(SessionId id, std::string_view why) override { sessions[id].end = why; }
    bool logged_on(SessionId id) const override { return at(id).here; }
    std::optional<bool> cancel_on_disconnect(SessionId id) const override {
        return at(id).cancel_on_disconnect;
    }
    std::size_t queued_bytes(SessionId id) const override { return at(id).queued; }
    std::size_t queue_bytes_max(SessionId) const override { return 1'000; }
    std::string_view comp_id(SessionId) const override { return "CLIENT"; }

    std::map<SessionId, Session> sessions;
    bool remembers = true;
    std::size_t forgotten = 0;

private:
    const Session& at(SessionId id) const {
        static const Session none;
        const auto found = sessions.find(id);
        return found == sessions.end() ? none : found->second;
    }
    SendStatus keep(SessionId id, std::string_view type, std::string_view body) {
        if (remembers)
            sessions[id].sent.push_back({std::string{type}, std::string{body}});
        else
            ++forgotten;
        return SendStatus::queued;
    }
};

}  // namespace tickweir::tests
