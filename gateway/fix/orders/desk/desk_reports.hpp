// What the venue's shard tells: kept in the table, written for the order's session and for drop
// copies. For the desk alone.
#pragma once

#include "gateway/fix/orders/desk/desk_core.hpp"
#include "gateway/venue/venue_link.hpp"

namespace tickweir::gateway::fix::orders {

class DeskReports {
public:
    explicit DeskReports(DeskCore& core) : core_{core} {}

    void take(const VenueReport& report);

private:
    void event(const VenueReport& report);
    void again(const VenueReport& report);
    void shed(const VenueReport& report);
    void withdrawn(const VenueReport& report);
    void withdrawn_replace(const txn::Event& event, IdHandle taken);
    void settle(RowHandle row, RequestKind request);

    void changed(const txn::Event& event, ReportContext& context);
    void rejected(const txn::Event& event, ReportContext& context);
    void refused(const txn::Event& event, ReportContext& context);
    void ignored(const txn::Event& event);
    void mass_cancelled(const txn::Event& event, ReportContext& context);
    void end_mass_cancel(const txn::Event& event, ReportContext& context);
    void taken_back(const txn::Event& event, ReportContext& context);

    /// The order waiting under this id since this message, if there is one.
    RowHandle waiting(const txn::Event& event) const;
    ReportContext context_of(const VenueReport& report);
    void tell(const txn::Event& event, ReportContext& context);
    bool is_news(SessionId receiver, const ReportContext& context) const;
    template <class Write>
    void tell_all(txn::SessionId session, ReportContext& context, Write&& write);
    void breaker_answered(const txn::Event& event, bool rejected, txn::TimeNs arrived);

    DeskCore& core_;
};

}  // namespace tickweir::gateway::fix::orders
