// What a FIX thread does with administration, as far as an administrator can tell: two sessions,
// of which one is logged on, steered by the commands it takes.
#pragma once

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "gateway/fix/sessions_control.hpp"

namespace tickweir::gateway::tests {

class FakeSessions {
public:
    explicit FakeSessions(fix::SessionsControl& control) : control_{control} {
        rows.resize(2);
        rows[0].name = "CLIENT1";
        rows[0].comp_id = "C1";
        rows[0].state = fix::SessionState::logged_on;
        rows[0].address = "127.0.0.1:40001";
        rows[0].since = book::TimeNs{std::chrono::seconds{1'700'000'000}};
        rows[0].next_inbound = 12;
        rows[0].next_outbound = 34;
        rows[0].queued_bytes = 56;
        rows[0].received = 78;
        rows[1].name = "CLIENT/2";
        rows[1].comp_id = "C2";
        control_.publish(rows);
    }

    /// Carries out what waits; whether there was anything.
    bool turn() {
        bool worked = false;
        while (auto taken = control_.take_command()) {
            commands.push_back(taken->command);
            control_.answer(taken->ticket, carry_out(taken->command));
            control_.publish(rows);
            worked = true;
        }
        return worked;
    }

    std::vector<fix::SessionRow> rows;
    std::vector<fix::SessionCommand> commands;  ///< in the order taken

private:
    fix::CommandAnswer carry_out(const fix::SessionCommand& command) {
        const auto found = std::ranges::find(rows, command.session, &fix::SessionRow::name);
        if (found == rows.end()) return {fix::CommandStatus::unknown_session};
        const bool connected = found->state != fix::SessionState::disconnected;
        switch (command.action) {
            case fix::SessionAction::logout:
                if (!connected) return {fix::CommandStatus::refused, "it is not logged on"};
                found->state = fix::SessionState::disconnected;
                return {};
            case fix::SessionAction::enable:
            case fix::SessionAction::disable:
                found->enabled = command.action == fix::SessionAction::enable;
                return {};
            case fix::SessionAction::reset:
                if (connected) return {fix::CommandStatus::refused, "it is connected"};
                found->next_inbound = command.next_inbound;
                found->next_outbound = command.next_outbound;
                return {};
            case fix::SessionAction::breaker:
                return {};
        }
        return {fix::CommandStatus::refused, "unknown action"};
    }

    fix::SessionsControl& control_;
};

}  // namespace tickweir::gateway::tests
