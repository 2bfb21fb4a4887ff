// A venue's role between the rings of order entry, turned by hand, and what it tells as lines.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tests/gateway/venue/requests.hpp"
#include "tests/gateway/venue/venue_world.hpp"

namespace tickweir::tests {

inline std::string_view word_of(txn::EventKind kind) {
    switch (kind) {
        case txn::EventKind::accepted:
            return "accepted";
        case txn::EventKind::filled:
            return "filled";
        case txn::EventKind::cancelled:
            return "cancelled";
        case txn::EventKind::rejected:
            return "rejected";
        case txn::EventKind::refused:
            return "refused";
        case txn::EventKind::mass_cancelled:
            return "mass_cancelled";
        default:
            return "other";
    }
}

/// "7-1 accepted 1 a", "0-0 rejected 1 a", "order 1 a", "ready", and lines of what was shed.
inline std::string text_of(const VenueReport& report) {
    if (report.kind == VenueReportKind::ready) return "ready";
    if (report.kind == VenueReportKind::shed || report.kind == VenueReportKind::withdrawn)
        return line_of(report);
    const txn::Event& event = report.event;
    const std::string session = std::to_string(static_cast<std::uint32_t>(event.session));
    const std::string id{event.order.client_id.view()};
    if (report.kind == VenueReportKind::order) return "order " + session + ' ' + id;
    const std::string again = report.kind == VenueReportKind::again ? "again " : "";
    return again + std::to_string(number(report.lsn)) + '-' + std::to_string(report.place) + ' ' +
           std::string{word_of(event.kind)} + ' ' + session + ' ' +
           (id.empty() ? std::string{event.request_id.view()} : id);
}

/// A venue between rings, over files that may fail, and what sessions are told by it.
struct SessionWorld {
    explicit SessionWorld(std::size_t ring = 64, std::size_t reports = 1'024)
        : rings{ring, reports} {
        parts.input = rings.input();
        parts.board = &board;
        parts.control = &control;
    }
    /// A new life over the same files.
    VenueLife& open(std::unique_ptr<gateway::ReportsAgain> again = nullptr) {
        life.reset();
        life.emplace(files, venue_config(), now, parts, std::move(again));
        return *life;
    }
    void close() {
        life->role.stop(now);
        EXPECT_TRUE(life->opened.engine->close(now));
        life->role.finish();
    }
    std::vector<std::string> told() {
        std::vector<std::string> lines;
        for (const VenueReport& report : rings.reports())
            lines.push_back(text_of(report));
        return lines;
    }
    void push(VenueRequest request) {
        request.command.envelope.arrived = life->now;
        ASSERT_TRUE(rings.push(std::move(request)));
    }
    void push_buy(const std::string& id, std::int64_t quantity = 1) {
        push(request_of(order_body(id, 100, quantity), txn::CommandClass::order));
    }
    void push_sell(const std::string& id, std::int64_t quantity = 1) {
        txn::NewOrder body = order_body(id, 100, quantity);
        body.side = txn::Side::sell;
        body.account = txn::AccountId{1};
        push(request_of(body, txn::CommandClass::order));
    }

    FaultFiles files;
    RequestRings rings;
    gateway::VenueBoard board;
    gateway::VenueControl control;
    gateway::VenueParts parts;
    book::TimeNs now = noon;
    std::optional<VenueLife> life;
};

}  // namespace tickweir::tests
