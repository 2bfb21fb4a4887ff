// A venue's session in a test: time that passes on demand, frames of a venue as text, and the
// session's actions as lines.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/feeds/venue_session/venue_session.hpp"

namespace tickweir::tests {

using Lines = std::vector<std::string>;
using namespace std::chrono_literals;

inline gateway::VenueSessionSettings session_settings(gateway::VenueId venue, Lines symbols) {
    gateway::VenueSessionSettings settings;
    settings.venue = venue;
    settings.symbols = std::move(symbols);
    return settings;
}

class SessionTalk {
public:
    explicit SessionTalk(gateway::VenueSessionSettings settings)
        : session{std::move(settings), 1, now} {}
    SessionTalk(gateway::VenueId venue, Lines symbols)
        : SessionTalk{session_settings(venue, std::move(symbols))} {}

    /// What the session wants by now: "open", "send TEXT", "ask 1 TARGET", "cancel 1", "close WHY",
    /// "warn TEXT"; of a connection after the first with its number in front.
    Lines actions() {
        Lines lines;
        session.on_tick(now);
        for (const gateway::SessionAction& action : session.take_actions())
            lines.push_back(text_of(action));
        return lines;
    }
    /// The same after some time.
    Lines after(std::chrono::nanoseconds time) {
        now += time;
        return actions();
    }
    /// Opens a connection at once; what it says first.
    Lines open(std::uint32_t connection = 0) {
        static_cast<void>(actions());
        session.on_open(connection, now);
        return actions();
    }
    /// The venue says so; what the session does then.
    Lines says(std::string text, std::uint32_t connection = 0) {
        const std::size_t size = text.size();
        text.append(codecs::json::text_padding, ' ');
        session.on_text(connection, std::string_view{text}.substr(0, size), now);
        return actions();
    }
    /// All that is sent until nothing is for `quiet`, time passing in small steps.
    Lines sent_within(std::chrono::nanoseconds time) {
        Lines lines;
        for (const auto end = now + time; now < end; now += 10ms)
            for (std::string& line : actions())
                lines.push_back(std::move(line));
        return lines;
    }

    book::TimeNs now{1h};
    gateway::VenueSession session;

private:
    static std::string text_of(const gateway::SessionAction& action) {
        using Kind = gateway::SessionAction::Kind;
        const std::string front =
            action.connection == 0 ? "" : std::to_string(action.connection) + ' ';
        switch (action.kind) {
            case Kind::open:
                return front + "open";
            case Kind::close:
                return front + "close " + action.text;
            case Kind::send:
                return front + "send " + action.text;
            case Kind::ping:
                return front + "ping";
            case Kind::ask:
                return front + "ask " + std::to_string(action.question) + ' ' + action.text;
            case Kind::cancel:
                return front + "cancel " + std::to_string(action.question);
            case Kind::warn:
                return front + "warn " + action.text;
        }
        return "?";
    }
};

}  // namespace tickweir::tests
