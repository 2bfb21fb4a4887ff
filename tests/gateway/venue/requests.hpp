// Requests as order entry makes them, rings as it has them, and reports as it reads them.
#pragma once

#include <string>
#include <vector>

#include "gateway/venue/venue_intake.hpp"

namespace tickweir::tests {

using gateway::VenueReport;
using gateway::VenueReportKind;
using gateway::VenueRequest;

inline constexpr book::TimeNs request_time{std::chrono::hours{24 * 365 * 50}};

/// Order entry's ends of a venue's rings.
class RequestRings {
public:
    explicit RequestRings(std::size_t capacity = 64, std::size_t reports = 1'024)
        : urgent_{capacity}, ordinary_{capacity}, reports_{reports} {}

    gateway::VenueInput input() { return {&urgent_, &ordinary_, &reports_, nullptr}; }

    /// By its class, numbered as it comes; false: its ring is full.
    bool push(VenueRequest request) {
        request.arrival = ++arrival_;
        const bool is_urgent = request.command.envelope.urgency <= txn::CommandClass::risk_reducing;
        return (is_urgent ? urgent_ : ordinary_).try_push(request);
    }
    /// Everything that was told since.
    std::vector<VenueReport> reports() {
        std::vector<VenueReport> all;
        while (const auto report = reports_.try_pop())
            all.push_back(*report);
        return all;
    }
    book::SpscRing<VenueReport>& report_ring() { return reports_; }

private:
    book::SpscRing<VenueRequest> urgent_;
    book::SpscRing<VenueRequest> ordinary_;
    book::SpscRing<VenueReport> reports_;
    std::uint64_t arrival_ = 0;
};

inline VenueRequest request_of(txn::CommandBody body, txn::CommandClass urgency,
                               std::uint32_t session = 1, book::TimeNs arrived = request_time) {
    VenueRequest request;
    request.command.envelope.session = txn::SessionId{session};
    request.command.envelope.urgency = urgency;
    request.command.envelope.arrived = arrived;
    request.command.body = std::move(body);
    return request;
}

inline txn::NewOrder order_body(const std::string& id, std::int64_t price = 100,
                                std::int64_t quantity = 1) {
    txn::NewOrder order;
    order.client_id = txn::ClientOrderId{id};
    order.account = txn::AccountId{2};
    order.price = txn::Price{price};
    order.quantity = txn::Quantity{quantity};
    return order;
}

inline VenueRequest new_order(const std::string& id, std::uint32_t session = 1,
                              book::TimeNs arrived = request_time) {
    return request_of(order_body(id), txn::CommandClass::order, session, arrived);
}

inline VenueRequest cancel(const std::string& id, const std::string& original,
                           std::uint32_t session = 1) {
    txn::CancelOrder body;
    body.client_id = txn::ClientOrderId{id};
    body.original = txn::ClientOrderId{original};
    return request_of(body, txn::CommandClass::risk_reducing, session);
}

inline VenueRequest replace(const std::string& id, const std::string& original,
                            txn::CommandClass urgency = txn::CommandClass::order,
                            std::uint32_t session = 1) {
    txn::ReplaceOrder body;
    body.client_id = txn::ClientOrderId{id};
    body.original = txn::ClientOrderId{original};
    body.price = txn::Price{100};
    body.quantity = txn::Quantity{1};
    return request_of(body, urgency, session);
}

inline VenueRequest mass_cancel(const std::string& id, std::uint32_t session = 1) {
    txn::MassCancel body;
    body.client_id = txn::ClientOrderId{id};
    return request_of(body, txn::CommandClass::risk_reducing, session);
}

/// "shed queue_full 1 a", "withdrawn 1 a by c": of what was not executed; "event" of the rest.
inline std::string line_of(const VenueReport& report) {
    const auto text = [](const txn::ClientOrderId& id) { return std::string{id.view()}; };
    const std::string session =
        std::to_string(static_cast<std::uint32_t>(report.event.session)) + ' ';
    if (report.kind == VenueReportKind::shed)
        return "shed " + std::string{to_string(report.shed)} + ' ' + session +
               text(report.event.request_id);
    if (report.kind == VenueReportKind::withdrawn)
        return "withdrawn " + session + text(report.event.original) + " by " +
               text(report.event.request_id);
    return "event";
}

}  // namespace tickweir::tests
