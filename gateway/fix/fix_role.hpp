// The FIX thread's role: the port, the sessions behind it and their applications, in the order of
// their turns; what is counted, and what an administrator asks for.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "book/budget.hpp"
#include "book/types.hpp"
#include "gateway/fix/application.hpp"
#include "gateway/fix/fix_cells.hpp"
#include "gateway/fix/fix_server.hpp"
#include "gateway/fix/session_settings.hpp"
#include "gateway/fix/sessions.hpp"
#include "gateway/fix/sessions_control.hpp"
#include "gateway/fix/tick_wheel.hpp"
#include "gateway/metrics/metrics.hpp"
#include "gateway/runtime/reactor.hpp"
#include "gateway/runtime/role.hpp"
#include "gateway/tls_context.hpp"

namespace tickweir::gateway::fix {

/// What the role is made of. What is given by reference or pointer must outlive it.
struct FixParts {
    FixSettings settings;
    std::vector<std::unique_ptr<MessageStore>> stores;       ///< by SessionId
    std::vector<std::unique_ptr<Application>> applications;  ///< the first that takes a type has it
    std::string dictionary = {};                             ///< XML; empty: none
    Reactor& reactor;
    Metrics& metrics;
    SessionsControl& control;
    const TlsContext* tls = nullptr;
    book::MemoryBudget* budget = nullptr;
    int send_buffer_bytes = 0;               ///< SO_SNDBUF; 0: the system's
    int receive_buffer_bytes = 0;            ///< SO_RCVBUF; likewise
    std::vector<Waker*> market_wakers = {};  ///< of other threads that hear from applications
    NumberReserve* reserve = nullptr;        ///< of the venue's log; none: numbers are not reserved
    InputDelay* input_delay = nullptr;       ///< likewise: who is told how long input waits
};

class FixRole final : public Role {
public:
    /// How long clients have to answer our Logout when the gateway stops.
    static constexpr std::chrono::milliseconds stop_time{1'000};

    /// Throws std::runtime_error.
    explicit FixRole(FixParts parts);
    ~FixRole() override;

    /// Listens where the settings say; returns the port. Throws std::runtime_error.
    std::uint16_t listen();

    std::string_view name() const override { return "fix"; }
    bool turn(book::TimeNs now) override;
    bool has_work() const override;
    std::optional<book::TimeNs> next_due() const override;
    void stop(book::TimeNs now) override;
    bool stopped() const override { return server_.stopped(); }

    /// Syncs the stores, once the hosting thread has ended. False where a disk refused.
    bool close();

    // Any thread.
    const FixCells& cells() const { return cells_; }
    const FixSettings& settings() const { return settings_; }

private:
    bool tick(book::TimeNs now);
    bool carry_out_commands(book::TimeNs now);
    bool run_applications(book::TimeNs now);
    void publish(book::TimeNs now);

    FixSettings settings_;
    std::vector<std::unique_ptr<Application>> applications_;
    SessionsControl& control_;
    std::vector<Waker*> market_wakers_;
    FixCells cells_;
    Sessions sessions_;
    FixServer server_;
    TickWheel wheel_;
    std::optional<book::TimeNs> stop_by_;
    book::TimeNs published_{};
    FixServerCounts server_counted_;               // as the cells have it
    std::vector<SessionCounts> sessions_counted_;  // likewise
    std::vector<SessionRow> rows_;                 // kept for their memory
};

}  // namespace tickweir::gateway::fix
