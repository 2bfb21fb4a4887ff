// A venue's shard for tests: the intake of the gateway's shard and a real venue behind the rings,
// turned by hand.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>

#include "gateway/venue/venue_intake.hpp"
#include "gateway/venue/venue_link.hpp"
#include "txn/venue/venue.hpp"

namespace tickweir::tests {

class FakeShard {
public:
    explicit FakeShard(const txn::VenueSettings& settings, std::size_t urgent = 64,
                       std::size_t ordinary = 256, const gateway::shield::QueueLimits& queues = {})
        : urgent_{urgent},
          ordinary_{ordinary},
          reports_{std::size_t{1} << 15},
          intake_{{.queues = queues, .sessions = settings.sessions.size(), .seed = 7}},
          venue_{settings} {}

    gateway::VenueLink link() { return {&urgent_, &ordinary_, &reports_, &board, nullptr}; }
    txn::Venue& venue() { return venue_; }

    /// Told after recovery: nothing is open.
    void ready() {
        gateway::VenueReport report;
        report.kind = gateway::VenueReportKind::ready;
        push(report);
    }
    /// Told as it stands, and that this is all.
    void recover() {
        venue_.for_each_open([&](const txn::OrderView& view) {
            gateway::VenueReport report;
            report.kind = gateway::VenueReportKind::order;
            report.event.order = view;
            report.event.session = view.session;
            push(report);
        });
        ready();
    }
    void set_mode(gateway::LoadMode mode) {
        board.mode.store(static_cast<std::uint8_t>(mode));
        intake_.set_mode(mode, gateway::ShedCause::mode);
    }

    std::size_t urgent_waiting() const { return urgent_.size_approx(); }

    /// Takes what is in the rings without executing it.
    void take() {
        (void)intake_.drain({&urgent_, &ordinary_, &reports_, nullptr}, now);
        (void)intake_.tell(reports_);
    }
    /// Executes one request, the most urgent first. False if none waits.
    bool step() {
        take();
        (void)intake_.expire(now, 16);
        const gateway::VenueRequest* const request = intake_.next(now);
        (void)intake_.tell(reports_);
        if (request == nullptr) return false;
        const txn::Command command = request->command;
        intake_.done();
        execute(command);
        return true;
    }
    void run() {
        while (step()) {
        }
    }
    /// All that waits is answered so.
    void shed(gateway::ShedCause cause) {
        take();
        while (intake_.next(now) != nullptr)
            intake_.shed(cause);
        (void)intake_.tell(reports_);
    }
    void execute(txn::CommandBody body) {
        txn::Command command;
        command.body = std::move(body);
        execute(command);
    }
    void push(const gateway::VenueReport& report) { (void)reports_.try_push(report); }

    gateway::VenueBoard board;
    book::TimeNs now{};
    txn::log::Lsn last{};
    const gateway::IntakeCounts& intake_counts() const { return intake_.counts(); }

private:
    void execute(txn::Command command) {
        command.envelope.time = now;
        venue_.execute(command, outcome_);
        tell();
        while (venue_.continuation_pending()) {
            command.body = txn::Continue{};
            venue_.execute(command, outcome_);
            tell();
        }
    }
    void tell() {
        const bool refused =
            outcome_.events.size() == 1 && (outcome_.events[0].kind == txn::EventKind::rejected ||
                                            outcome_.events[0].kind == txn::EventKind::refused ||
                                            outcome_.events[0].kind == txn::EventKind::ignored);
        if (!refused) last = txn::log::Lsn{static_cast<std::uint64_t>(last) + 1};
        std::uint32_t place = 0;
        for (const txn::Event& event : outcome_.events)
            push({.kind = gateway::VenueReportKind::event,
                  .shed = gateway::ShedCause::none,
                  .place = ++place,
                  .lsn = refused ? txn::log::Lsn{} : last,
                  .event = event});
    }

    book::SpscRing<gateway::VenueRequest> urgent_;
    book::SpscRing<gateway::VenueRequest> ordinary_;
    book::SpscRing<gateway::VenueReport> reports_;
    gateway::VenueIntake intake_;
    txn::Venue venue_;
    txn::Outcome outcome_;
};

}  // namespace tickweir::tests
