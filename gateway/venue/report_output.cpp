#include "gateway/venue/report_output.hpp"

#include <utility>

#include "book/ensure.hpp"

namespace tickweir::gateway {
namespace {

/// Administration of balances is nobody's report.
bool is_told(const txn::Event& event) {
    return event.kind != txn::EventKind::balance;
}

}  // namespace

bool ReportOutput::tell(const txn::ReleasedOutcome& outcome, book::TimeNs now) {
    if (!has_room(outcome.events.size())) return false;
    if (market_ != nullptr && outcome.logged && !market_->send(outcome, now)) return false;
    if (reports_ == nullptr) return true;
    VenueReport report;
    report.lsn = outcome.logged ? outcome.lsn : txn::log::Lsn{};
    for (std::size_t i = 0; i < outcome.events.size(); ++i) {
        if (!is_told(outcome.events[i])) continue;
        report.place = outcome.logged ? static_cast<std::uint32_t>(i + 1) : 0;
        report.event = outcome.events[i];
        const bool told = tell(report);
        book::ensure(told);  // there was room, and nobody else takes it
    }
    return true;
}

bool ReportOutput::tell(const txn::OrderView& order) {
    VenueReport report;
    report.kind = VenueReportKind::order;
    report.event.session = order.session;
    report.event.order = order;
    return tell(report);
}

bool ReportOutput::tell(const VenueReport& report) {
    if (reports_ == nullptr) return true;
    if (!reports_->try_push(report)) return false;
    told_ = true;
    return true;
}

void ReportOutput::hand_over() {
    if (market_ != nullptr) market_->hand_over();
    if (std::exchange(told_, false) && waker_ != nullptr) waker_->wake();
}

}  // namespace tickweir::gateway
